/** What one level of a configuration holds while it is read, and the look-up of values with inheritance. */
import type { AuthTarget } from '../auth/lookup.ts';
import type { Protocol } from '../machine/machine.ts';
import { type Context, directiveNamed } from './directives.ts';
import type { ErrorLog, FileName, Listen, RealIpFrom, Resolver, SslConf } from './mail.ts';
import type { Place } from './report.ts';
import { readValue, type Value } from './values.ts';

/** What makes a server speak TLS, in nginx's words, and where it is written. */
export interface TlsUse {
  readonly mode: 'listen ... ssl' | 'starttls';
  readonly place: Place;
}

/** One block (or the text outside of all blocks). */
export interface Scope {
  readonly context: Context;
  /** The place of the block's `{`. */
  readonly place: Place;
  /** Names of all directives met, faulty ones too. */
  readonly seen: Set<string>;
  readonly values: Map<string, Value>;
  /** Files by the directive that names them, with their names as written. */
  readonly files: Map<string, readonly FileName[]>;
  /** `auth_http_header` and `ssl_conf_command`. */
  readonly pairs: Map<string, (readonly [string, string])[]>;
  /** Where a directive was last written. */
  readonly places: Map<string, Place>;
  readonly errorLogs: ErrorLog[];
  readonly listens: Listen[];
  readonly realIpFrom: RealIpFrom[];
  resolver: Resolver | 'off' | null;
  sessionCache: SslConf['sessionCache'] | null;
  tls: TlsUse | null;
  authHttp: AuthTarget | null;
  protocol: Protocol | null;
  /** A `listen` was not valid, so its port could not tell the protocol. */
  portLost: boolean;
}

/** A level with nothing in it. */
export function newScope(context: Context, place: Place): Scope {
  return {
    context,
    place,
    seen: new Set(),
    values: new Map(),
    files: new Map(),
    pairs: new Map(),
    places: new Map(),
    errorLogs: [],
    listens: [],
    realIpFrom: [],
    resolver: null,
    sessionCache: null,
    tls: null,
    authHttp: null,
    protocol: null,
    portLost: false,
  };
}

function inherited(levels: readonly Scope[], name: string): Value {
  for (const level of levels) {
    const value = level.values.get(name);
    if (value !== undefined) return value;
  }
  const row = directiveNamed(name);
  const written = row?.default;
  if (row === null || written === undefined) return [];
  const result = readValue(row, row.kind === 'string' ? [written] : written.split(' '), null);
  if (result === null || 'error' in result) throw new Error(`the default of "${name}" is not valid`);
  return result.value;
}

/** The values of the innermost level first: `[server, mail]`; the table's default when neither has one. */
export class Values {
  private readonly levels: readonly Scope[];

  constructor(levels: readonly Scope[]) {
    this.levels = levels;
  }

  flag(name: string): boolean {
    return inherited(this.levels, name) === true;
  }

  number(name: string): number {
    return Number(inherited(this.levels, name));
  }

  text(name: string): string {
    return String(inherited(this.levels, name));
  }

  list(name: string): readonly string[] {
    const value = inherited(this.levels, name);
    return Array.isArray(value) ? value : [];
  }

  /** The one of `words` that was chosen. */
  word<W extends string>(name: string, words: readonly W[], otherwise: W): W {
    const text = this.text(name);
    return words.find((word) => word === text) ?? otherwise;
  }

  /** Those of `words` that were chosen, in their own order. */
  words<W extends string>(name: string, words: readonly W[]): readonly W[] {
    const chosen = this.list(name);
    return words.filter((word) => chosen.includes(word));
  }

  /** What the innermost level that says anything has. */
  first<T>(pick: (level: Scope) => T | null | undefined): T | null {
    return this.levels.map(pick).find((value) => value !== null && value !== undefined) ?? null;
  }

  files(name: string): readonly FileName[] {
    return this.first((level) => level.files.get(name)) ?? [];
  }

  /** The one file of a directive that takes no more; an empty name is none. */
  file(name: string): FileName | null {
    const [file] = this.files(name);
    return file === undefined || file.path === '' ? null : file;
  }

  pairs(name: string): readonly (readonly [string, string])[] {
    return this.first((level) => level.pairs.get(name)) ?? [];
  }

  /** A list that the inner level replaces as a whole. */
  innermost<T>(pick: (level: Scope) => readonly T[]): readonly T[] {
    return this.levels.map(pick).find((list) => list.length > 0) ?? [];
  }
}
