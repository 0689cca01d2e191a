/** Secrets taken out of entries for good: for what leaves this machine. */
import type { Entry } from './entry.ts';

type Ranges = NonNullable<Entry['secret']>;

/** Stands where a secret stood, whatever its length. */
export const REMOVED = '****';

/** Shorter texts stand everywhere by chance. */
const TELLING = 4;

/** `text` without its secrets, and where their asterisks stand. */
function masked(text: string, secret: Ranges): { readonly text: string; readonly secret: Ranges } {
  let out = '';
  let from = 0;
  const moved: [number, number][] = [];
  for (const [start, end] of secret) {
    out += text.slice(from, start);
    moved.push([out.length, out.length + REMOVED.length]);
    out += REMOVED;
    from = end;
  }
  return { text: out + text.slice(from), secret: moved };
}

const pieces = (text: string, secret: Ranges | undefined): string[] =>
  (secret ?? []).map(([from, to]) => text.slice(from, to));

/** Every text of a session that is secret. */
function secretsIn(entries: readonly Entry[]): readonly string[] {
  const all = entries.flatMap(({ bytes, secret, edited, state }) => [
    ...pieces(bytes, secret),
    ...pieces(edited?.was ?? '', edited?.secret),
    ...(state?.password ? [state.password] : []),
  ]);
  return [...new Set(all)].filter((one) => one.length >= TELLING).sort((a, b) => b.length - a.length);
}

function swept(value: string | number, secrets: readonly string[]): string | number {
  if (typeof value === 'number') return value;
  return secrets.reduce((text, secret) => text.replaceAll(secret, REMOVED), value);
}

function sweptParams(params: Entry['params'], secrets: readonly string[]): Entry['params'] {
  return params && Object.fromEntries(Object.entries(params).map(([name, value]) => [name, swept(value, secrets)]));
}

function maskedEntry(entry: Entry, secrets: readonly string[]): Entry {
  const { secret, edited, state, params, hash, ...rest } = entry;
  const own = secret && masked(entry.bytes, secret);
  const was = edited?.secret && masked(edited.was, edited.secret);
  return {
    ...rest,
    ...(own && { bytes: own.text, secret: own.secret }),
    // The hash of a text with a password in it is a way to guess the password.
    ...(hash !== undefined && !own && { hash }),
    ...(params && { params: sweptParams(params, secrets) ?? {} }),
    ...(state && { state: state.password ? { ...state, password: REMOVED } : state }),
    ...(edited && { edited: was ? { was: was.text, secret: was.secret } : edited }),
  };
}

/** The entries with four asterisks for every secret, in the bytes and in what the proxy knew. */
export function withoutSecrets(entries: readonly Entry[]): readonly Entry[] {
  const secrets = secretsIn(entries);
  return entries.map((entry) => maskedEntry(entry, secrets));
}

/** Whether any secret stands in the entries: there is something to take out. */
export function hasSecrets(entries: readonly Entry[]): boolean {
  return entries.some(({ secret, state, edited }) =>
    Boolean(secret?.length || state?.password || edited?.secret?.length),
  );
}
