/** Plays many dialogues against one system: one process per `mail` text, several dialogues at a time. */
import type { Dialogue } from './dialogue.ts';
import type { Result } from './judge.ts';
import { PATIENCE, play } from './play.ts';
import { freePorts } from './sockets.ts';
import { mailText, type Stage, startStage } from './stage.ts';
import type { Running, System } from './system.ts';

/** How dialogues are played. */
export interface Pace {
  /** How many at a time. */
  readonly atOnce: number;
  /** ms that is waited for what does not come. */
  readonly patience: number;
}

const calm: Pace = { atOnce: 8, patience: PATIENCE };

async function raise(
  system: System,
  stages: readonly Stage[],
  more: string,
): Promise<{ running: Running; ports: number[] }> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const ports = await freePorts(stages.map((stage) => stage.dialogue.host ?? '127.0.0.1'));
    const running = await system.start(mailText(stages, ports, more));
    if (running !== null) return { running, ports };
  }
  throw new Error(`${system.name} finds its ports taken again and again.`);
}

async function playGroup(
  system: System,
  dialogues: readonly Dialogue[],
  more: string,
  done: (dialogue: Dialogue, result: Result) => void,
  pace: Pace,
): Promise<void> {
  const stages = await Promise.all(dialogues.map(startStage));
  try {
    const { running, ports } = await raise(system, stages, more);
    try {
      const queue = stages.map((stage, i) => ({ stage, port: ports[i] ?? 0 }));
      const worker = async () => {
        for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
          const { stage, port } = job;
          const own = system.name === 'nginx' ? stage.dialogue.nginx?.turns : undefined;
          const playing = play(stage, port, own ?? stage.dialogue.turns, pace.patience);
          done(stage.dialogue, await playing.catch((error: Error) => error));
        }
      };
      await Promise.all(Array.from({ length: pace.atOnce }, worker));
    } finally {
      await running.stop();
    }
  } finally {
    await Promise.all(stages.map((stage) => stage.stop()));
  }
}

/** Plays every dialogue and gives the results by name. Rejects if the system cannot run at all. */
export async function resultsOf(
  system: System,
  dialogues: readonly Dialogue[],
  pace: Pace = calm,
): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  const groups = Map.groupBy(dialogues, (dialogue) => dialogue.mail ?? '');
  for (const [more, members] of groups)
    await playGroup(system, members, more, (dialogue, result) => results.set(dialogue.name, result), pace);
  return results;
}
