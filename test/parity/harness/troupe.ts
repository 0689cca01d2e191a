/** Plays many dialogues against one system: one process per `mail` text, several dialogues at a time. */
import type { Dialogue } from './dialogue.ts';
import type { Result } from './judge.ts';
import { play } from './play.ts';
import { freePorts } from './sockets.ts';
import { mailText, type Stage, startStage } from './stage.ts';
import type { Running, System } from './system.ts';

const atOnce = 8;

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
          done(stage.dialogue, await play(stage, port, own ?? stage.dialogue.turns).catch((error: Error) => error));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    } finally {
      await running.stop();
    }
  } finally {
    await Promise.all(stages.map((stage) => stage.stop()));
  }
}

/** Plays every dialogue; `done` gets each result as it comes. Rejects if the system cannot run at all. */
export async function playAll(
  system: System,
  dialogues: readonly Dialogue[],
  done: (dialogue: Dialogue, result: Result) => void,
): Promise<void> {
  const groups = Map.groupBy(dialogues, (dialogue) => dialogue.mail ?? '');
  for (const [more, members] of groups) await playGroup(system, members, more, done);
}
