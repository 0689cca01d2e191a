/** Changes to how an upstream is played, in the lab file's text; comments and layout stay. */
import type { Protocol } from '../machine/machine.ts';
import type { Play, SmtpPlay } from '../upstream/play.ts';
import type { Path } from './check.ts';
import { parse, setAt } from './edit.ts';

/** One switch of a played server, and how it is to stand. */
export type PlayChange =
  | {
      readonly name: 'proxyProtocol' | 'starttls' | 'anyLogin' | 'xclient' | 'loginDisabled' | 'apop';
      readonly on: boolean;
    }
  | { readonly name: 'auth'; readonly value: SmtpPlay['auth'] }
  | { readonly name: 'size'; readonly value: number }
  | { readonly name: 'preauth'; readonly value: string }
  | { readonly name: 'xclientFrom'; readonly value: readonly string[] }
  | { readonly name: 'extra' | 'hide'; readonly protocol: Protocol; readonly value: readonly string[] };

/** Where those stand under `play` that are not of each protocol. */
const places: Readonly<Record<Exclude<PlayChange['name'], 'extra' | 'hide'>, readonly [...(keyof Play)[], string]>> = {
  proxyProtocol: ['proxyProtocol'],
  starttls: ['starttls'],
  anyLogin: ['anyLogin'],
  xclient: ['smtp', 'xclient'],
  auth: ['smtp', 'auth'],
  xclientFrom: ['smtp', 'xclientFrom'],
  size: ['smtp', 'size'],
  loginDisabled: ['imap', 'loginDisabled'],
  preauth: ['imap', 'preauth'],
  apop: ['pop3', 'apop'],
};

/** The text with the switch set; throws a `RangeError` where the upstream is not there. */
export function editPlay(text: string, upstream: string, change: PlayChange): string {
  const document = parse(text);
  const place = 'protocol' in change ? [change.protocol, change.name] : places[change.name];
  const path: Path = ['upstreams', upstream, 'play', ...place];
  const value = 'on' in change ? change.on : change.value;
  // The deepest map that is there takes the rest of the path as its value.
  let depth = path.length - 1;
  while (depth > 2 && !document.hasIn(path.slice(0, depth))) depth -= 1;
  const rest = path.slice(depth + 1);
  return setAt(
    text,
    path.slice(0, depth + 1),
    rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value),
  );
}
