/** What one level of a configuration holds while it is read, and the look-up of values with inheritance. */
import type { AuthTarget } from '../auth/lookup.ts';
import type { Protocol } from '../machine/machine.ts';
import { type Context, directiveNamed } from './directives.ts';
import type { ErrorLog, Listen } from './mail.ts';
import type { Place } from './report.ts';
import { readValue, type Value } from './values.ts';

/** A `protocol`, said or taken from a port, and where. */
export interface ProtocolChoice {
  readonly name: Protocol;
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
  readonly headers: (readonly [string, string])[];
  readonly errorLogs: ErrorLog[];
  readonly listens: Listen[];
  authHttp: AuthTarget | null;
  protocol: ProtocolChoice | null;
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
    headers: [],
    errorLogs: [],
    listens: [],
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

  /** A list that the inner level replaces as a whole. */
  innermost<T>(pick: (level: Scope) => readonly T[]): readonly T[] {
    return this.levels.map(pick).find((list) => list.length > 0) ?? [];
  }
}
