/** One proxy with the surroundings of one dialogue, for tests that play another client than the harness's. */
import type { Dialogue } from '../harness/dialogue.ts';
import { freePorts } from '../harness/sockets.ts';
import { mailText, type Stage, startStage } from '../harness/stage.ts';
import type { System } from '../harness/system.ts';

/** A proxy that plays `dialogue`, and its port; what must be stopped is put into `cleanup`. */
export async function raise(
  system: System,
  dialogue: Dialogue,
  cleanup: (() => Promise<unknown>)[],
): Promise<{ readonly stage: Stage; readonly port: number }> {
  const stage = await startStage(dialogue);
  cleanup.push(() => stage.stop());
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [port = 0] = await freePorts([dialogue.host ?? '127.0.0.1']);
    const running = await system.start(mailText([stage], [port], ''));
    if (running === null) continue;
    cleanup.push(() => running.stop());
    return { stage, port };
  }
  throw new Error(`${system.name} finds its port taken again and again.`);
}
