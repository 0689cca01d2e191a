/** The one sentence that answers "why did it go there?", as a key with its values. Pure. */
import { type Lookup, recipientOf } from '../store/route.ts';
import { decode } from '../transcript/pieces.ts';

export interface Sentence {
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** `upstream` is the name to show for where a route goes; `failed`: it was chosen, but the mail did not get there. */
export function routeSentence(lookup: Lookup, upstream: string, failed = false): Sentence {
  const address = decode(recipientOf(lookup.raw) ?? lookup.raw);
  const winner = lookup.trail?.find((step) => step.outcome === 'matched');
  const ruled = winner === undefined ? 'foreign' : winner.rule === null ? 'otherwise' : 'rule';
  const by = lookup.byHand ? 'hand' : ruled;
  const rule = { number: winner?.rule ?? '', rule: winner?.name ?? '' };
  const { result } = lookup;
  switch (result.type) {
    case 'route':
      return { key: `route.${failed ? 'sent' : 'because'}.${by}`, params: { address, upstream, ...rule } };
    case 'reject': {
      const who = winner?.rule === 0 && !lookup.byHand ? 'accounts' : by;
      return { key: `route.rejected.${who}`, params: { address, text: decode(result.text), ...rule } };
    }
    case 'error':
      return { key: 'route.error', params: { address } };
    default:
      return { key: `route.${result.type}`, params: { address } };
  }
}
