/** What was sent last, for as long as the window is open: it holds passwords and files, so it is kept nowhere else. */
import { create } from 'zustand';
import type { SendResult } from '../../shared/contract/clients.ts';
import type { Draft } from './draft.ts';

interface Memory {
  readonly draft: Draft | null;
  readonly result: SendResult | null;
}

export const useLastMail = create<Memory>()(() => ({ draft: null, result: null }));
