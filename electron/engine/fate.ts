/** What becomes of an upstream's reply. */
import type { Event } from '../../shared/machine/machine.ts';
import type { FrontSide } from './front-side.ts';
import type { UpstreamSide } from './upstream-side.ts';

/** The front's answer to a reply, looked at before it is decided, tells whether it is passed on, changed or consumed. */
export function fateOf(reply: Event, upstream: UpstreamSide, front: FrontSide): 'passed' | 'changed' | 'consumed' {
  const report = upstream.peek(reply).effects.find((effect) => effect.type === 'report');
  if (!report) return 'consumed';
  const said = front.peek(report.event).effects.find((effect) => effect.type === 'say');
  return said?.disposition === 'passed' || said?.disposition === 'changed' ? said.disposition : 'consumed';
}
