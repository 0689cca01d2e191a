/** Runs the lab's tests: lookups after every edit, mails when a person asks for it. */
import { useEffect } from 'react';
import { useLabDraft } from '../lab/draft.ts';
import { report as warn } from '../shell/report.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { useTests } from './runs.ts';

/** ms of rest before an edited text is tested. */
const REST_MS = 200;

/** Grows with each run, so that an answer that comes late is known for one. */
let runs = 0;

/** Runs the tests of the draft, or of what runs. */
async function run({ bridge }: LabStore, text: string | null, send: boolean): Promise<void> {
  const { set } = useTests.getState();
  runs += 1;
  const mine = runs;
  const { report } = await bridge.call('tests.run', { send, ...(text === null ? {} : { text }) });
  if (mine !== runs) return;
  set({ broken: report === null, edited: text !== null, ...(report === null ? {} : { report }) });
}

/** Lives as long as the window: a test that begins to fail is seen in the rail. */
export function useTestRuns(): void {
  const store = useLabStore();
  const running = useLab((state) => state.lab?.text ?? null);
  const draft = useLabDraft((state) => state.text);
  useEffect(() => {
    if (running === null) return;
    // A window without its lab says so already.
    const test = () => void run(store, draft, false).catch(() => undefined);
    const timer = window.setTimeout(test, draft === null ? 0 : REST_MS);
    return () => window.clearTimeout(timer);
  }, [store, running, draft]);
}

/** Runs all tests, mails too. */
export async function runAll(store: LabStore): Promise<void> {
  const { set, sending } = useTests.getState();
  if (sending) return;
  set({ sending: true });
  try {
    await run(store, useLabDraft.getState().text, true);
  } catch (error) {
    warn(error);
  } finally {
    set({ sending: false });
  }
}
