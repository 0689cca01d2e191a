/** What is typed into the Try box, put to the rules a moment later, and again when they change. */
import { useEffect, useState } from 'react';
import type { TryAnswer, TryRequest, TryResult } from '../../shared/contract/contract.ts';
import { sentence } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';

/** ms of rest before what is typed is tried. */
const REST_MS = 120;
/** Lines that are tried at once. */
const LINES_MAX = 1000;

export interface Fields {
  /** An address a line. */
  readonly rcpt: string;
  readonly from: string;
  readonly helo: string;
  readonly client: string;
  readonly user: string;
}

export const blank: Fields = { rcpt: '', from: '', helo: '', client: '', user: '' };

/** One lookup for each address; one in all where there is none. Nothing typed: none. */
export function questions(fields: Fields): readonly TryRequest[] {
  const { rcpt, ...rest } = fields;
  const common = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])),
  );
  const addresses = rcpt
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, LINES_MAX);
  if (addresses.length === 0) return Object.keys(common).length === 0 ? [] : [common];
  return addresses.map((address) => ({ ...common, rcpt: address }));
}

/** The answers as far as they are known. */
export interface Tries {
  readonly asked: readonly TryRequest[];
  /** One for each asked; empty while there is none. */
  readonly answers: readonly TryAnswer[];
  readonly failure: string | null;
}

const nothing: Tries = { asked: [], answers: [], failure: null };

/** Tries all lines, and the chosen one in full. */
export function useTries(fields: Fields, chosen: number, onResult: (result: TryResult | null) => void): Tries {
  const store = useLabStore();
  const text = useLab((state) => state.lab?.text);
  const [tries, setTries] = useState(nothing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed text asks the same question again.
  useEffect(() => {
    const asked = questions(fields);
    const one = asked[Math.min(chosen, asked.length - 1)];
    if (one === undefined) {
      onResult(null);
      setTries(nothing);
      return;
    }
    let current = true;
    const several = async () =>
      asked.length > 1 ? (await store.bridge.call('route.try-all', { lookups: [...asked] })).answers : [];
    const timer = window.setTimeout(() => {
      Promise.all([store.bridge.call('route.try', one), several()]).then(
        ([result, answers]) => {
          if (!current) return;
          onResult(result);
          setTries({ asked, answers, failure: null });
        },
        (error: unknown) => {
          if (current) setTries({ asked, answers: [], failure: sentence(error) });
        },
      );
    }, REST_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [fields, chosen, text, store, onResult]);
  return tries;
}
