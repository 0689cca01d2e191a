/** Changes to how an upstream is played, in the lab file's text; comments and layout stay. */
import type { Play, SmtpPlay } from '../upstream/play.ts';
import type { Path } from './check.ts';
import { parse, setAt } from './edit.ts';

/** One switch of a played server, and how it is to stand. */
export type PlayChange =
  | { readonly name: 'proxyProtocol' | 'starttls' | 'xclient' | 'loginDisabled' | 'apop'; readonly on: boolean }
  | { readonly name: 'auth'; readonly value: SmtpPlay['auth'] }
  | { readonly name: 'size'; readonly value: number };

/** Where each of them stands under `play`. */
const places: Readonly<Record<PlayChange['name'], readonly [...(keyof Play)[], string]>> = {
  proxyProtocol: ['proxyProtocol'],
  starttls: ['starttls'],
  xclient: ['smtp', 'xclient'],
  auth: ['smtp', 'auth'],
  size: ['smtp', 'size'],
  loginDisabled: ['imap', 'loginDisabled'],
  apop: ['pop3', 'apop'],
};

/** The text with the switch set; throws a `RangeError` where the upstream is not there. */
export function editPlay(text: string, upstream: string, change: PlayChange): string {
  const document = parse(text);
  const path: Path = ['upstreams', upstream, 'play', ...places[change.name]];
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
