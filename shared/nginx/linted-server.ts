/** A server with what was written for it, and how its lints are made. */
import type { Lint } from '../lab/problem.ts';
import type { MailServer } from './mail.ts';
import type { Written } from './written.ts';

/** A lint at a word of a directive: 0 is its name, 1 its first argument. */
export function lintAt(
  at: Written,
  word: number,
  id: string,
  message: string,
  severity: Lint['severity'] = 'warning',
): Lint {
  const { line, column } = at.words[word] ?? at.words[0];
  return { severity, id, message, file: at.file, line: line + at.offset, column };
}

/** One `server { }` as it runs and as it stands. */
export class LintedServer {
  readonly conf: MailServer;
  readonly block: Written;
  readonly #mail: readonly Written[];

  constructor(conf: MailServer, block: Written, mail: readonly Written[]) {
    this.conf = conf;
    this.block = block;
    this.#mail = mail;
  }

  /** Directives of that name in the server itself. */
  own(name: string): readonly Written[] {
    return this.block.children.filter((one) => one.name === name);
  }

  /** Directives of that name around the server. */
  around(name: string): readonly Written[] {
    return this.#mail.filter((one) => one.name === name);
  }

  /** Those that count: the server's own, else those around it. */
  counting(name: string): readonly Written[] {
    const own = this.own(name);
    return own.length > 0 ? own : this.around(name);
  }

  /** The first one that counts. */
  find(name: string): Written | undefined {
    return this.counting(name)[0];
  }

  /** A lint at the first directive that counts, if there is one, else at the server itself. */
  at(name: string, id: string, message: string, severity: Lint['severity'] = 'warning'): Lint {
    return lintAt(this.find(name) ?? this.block, 0, id, message, severity);
  }
}
