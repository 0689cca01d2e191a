/** What is open in the place of the upstreams, and which question a dialog asks. */
import { create } from 'zustand';
import type { Entry } from '../../shared/journal/entry.ts';
import { useUi } from '../shell/ui-store.ts';
import type { FaultPlace } from './fault-form.ts';

/** An upstream's line of a recorded session that is to be answered otherwise. */
interface Answering {
  readonly session: number;
  readonly entry: Entry;
  /** What was answered; '' for a command whose answer is not there. */
  readonly text: string;
}

interface UpstreamsUi {
  /** The stage whose form is open. */
  readonly stage: FaultPlace | null;
  /** The address that the confirmation is about. */
  readonly confirming: string | null;
  readonly answering: Answering | null;
  setStage(stage: FaultPlace | null): void;
}

export const useUpstreamsUi = create<UpstreamsUi>()((set) => ({
  stage: null,
  confirming: null,
  answering: null,
  setStage: (stage) => set({ stage }),
}));

/** Asks whether mail may leave for there. */
export function askConfirm(address: string): void {
  useUpstreamsUi.setState({ confirming: address });
  useUi.getState().open('confirm');
}

/** Asks what to answer instead, the next time. */
export function askAnswer(answering: Answering): void {
  useUpstreamsUi.setState({ answering });
  useUi.getState().open('answer');
}
