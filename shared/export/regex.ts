/**
 * Regular expressions of the rules for plain Node. RE2, on which the lab runs them, differs from Node's RegExp in meaning
 * (`\s`, `.`, `(?i)`, `\pL` …) and in cost: RegExp goes back, and a client who knows how can keep it busy for years.
 */

/** A value has at most this many characters when a pattern is held against it (`shared/auth/match.ts`). */
const VALUE_MAX = 4096;

/** Steps that one value may cost at worst; some 50 ms. */
const STEPS_MAX = VALUE_MAX ** 2;

/** A pattern taken apart: `/source/flags`. */
export interface Written {
  readonly source: string;
  readonly flags: string;
}

/** `/source/flags` taken apart; null for plain texts and globs. */
export function readRegex(pattern: string): Written | null {
  const match = /^\/(.*)\/([a-z]*)$/is.exec(pattern);
  return match ? { source: match[1] ?? '', flags: match[2] ?? '' } : null;
}

/** Thrown where a pattern is not one that RegExp reads as RE2 does, and cheaply. */
class Otherwise extends Error {}

/**
 * The pattern as a RegExp literal that matches the very same texts in at most `STEPS_MAX` steps; null where this is not
 * certain. `pattern` is one that RE2 takes.
 */
export function literalOf({ source, flags }: Written, ignoreCase: boolean): string | null {
  // Line ends are other characters in RegExp.
  if (flags.includes('m')) return null;
  const folds = ignoreCase || flags.includes('i');
  const dotAll = flags.includes('s');
  try {
    const text = new Translator(source, folds, dotAll).run();
    const marks = `${folds ? 'i' : ''}${dotAll ? 's' : ''}u`;
    new RegExp(text, marks);
    return `/${text}/${marks}`;
  } catch (error) {
    if (error instanceof Otherwise || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A part of a pattern in RegExp's language. */
interface Part {
  readonly text: string;
  /** There is one way only to match it, if any. */
  readonly fixed: boolean;
}

const special = /[\^$\\.*+?()[\]{}|/]/;
const inClass = /[\^\\\][\-/]/;
const printable = /^[\x20-\x7e]$/;

class Translator {
  private readonly source: string;
  private readonly folds: boolean;
  private readonly dotAll: boolean;
  private at = 0;
  private steps = 1;

  constructor(source: string, folds: boolean, dotAll: boolean) {
    this.source = source;
    this.folds = folds;
    this.dotAll = dotAll;
  }

  run(): string {
    const { text, branches } = this.alternatives();
    if (this.at < this.source.length || text === '') throw new Otherwise();
    // A search begins anew at every character, unless it can only begin at the first.
    if (branches > 1 || !text.startsWith('^')) this.costs(VALUE_MAX);
    return text;
  }

  private costs(factor: number): void {
    this.steps *= factor;
    if (this.steps > STEPS_MAX) throw new Otherwise();
  }

  private peek(): string {
    return this.source.charAt(this.at);
  }

  private take(): string {
    const char = this.peek();
    this.at += 1;
    return char;
  }

  private alternatives(): Part & { readonly branches: number } {
    const parts = [this.sequence()];
    while (this.peek() === '|') {
      this.at += 1;
      parts.push(this.sequence());
    }
    this.costs(parts.length);
    const text = parts.map((part) => part.text).join('|');
    return { text, fixed: parts.length === 1 && parts.every(({ fixed }) => fixed), branches: parts.length };
  }

  private sequence(): Part {
    let text = '';
    let fixed = true;
    while (this.at < this.source.length && this.peek() !== '|' && this.peek() !== ')') {
      const part = this.repeated();
      text += part.text;
      fixed &&= part.fixed;
    }
    return { text, fixed };
  }

  private repeated(): Part {
    const start = this.at;
    const part = this.item();
    const sign = /^(?:[*+?]|\{(\d{1,4})(,(\d{1,4})?)?\})\??/.exec(this.source.slice(this.at));
    if (!sign) return part;
    if (/^(?:[\^$]|\\b)/i.test(this.source.slice(start))) throw new Otherwise();
    const [text, low, comma, high] = sign;
    this.at += text.length;
    const once = text.startsWith('?');
    // What varies inside of what repeats can vary in more ways than there is time for.
    if (!part.fixed && !once) throw new Otherwise();
    if (once) this.costs(2);
    else if (low === undefined || (comma !== undefined && high === undefined)) this.costs(VALUE_MAX);
    else this.costs(Math.max(1, Number(high ?? low)));
    return { text: part.text + text, fixed: low !== undefined && comma === undefined && part.fixed };
  }

  private item(): Part {
    const char = this.take();
    if (char === '(') return this.group();
    if (char === '[') return { text: this.charClass(), fixed: true };
    if (char === '.') return { text: this.dotAll ? '.' : '[^\\n]', fixed: true };
    if (char === '\\') return { text: this.escape(), fixed: true };
    if (char === '^' || char === '$') return { text: char, fixed: true };
    if (!printable.test(char) || /[*+?{]/.test(char)) throw new Otherwise();
    return { text: plain(char), fixed: true };
  }

  private group(): Part {
    const plainGroup = this.source.startsWith('?:', this.at);
    if (plainGroup) this.at += 2;
    else if (this.peek() === '?') throw new Otherwise();
    const { text, fixed } = this.alternatives();
    if (this.take() !== ')') throw new Otherwise();
    return { text: `(?:${text})`, fixed };
  }

  private escape(): string {
    const char = this.take();
    if (char === 'd' || char === 'D') return `\\${char}`;
    if (char === 's') return '[\\t\\n\\f\\r ]';
    if (char === 'S') return '[^\\t\\n\\f\\r ]';
    // Where case does not matter, RegExp counts two letters more among those of words.
    if (/[wWbB]/.test(char) && !this.folds) return `\\${char}`;
    if (!printable.test(char) || /[a-z0-9]/i.test(char)) throw new Otherwise();
    return plain(char);
  }

  private charClass(): string {
    let text = '[';
    if (this.peek() === '^') text += this.take();
    const first = this.at;
    while (this.peek() !== ']' || this.at === first) {
      const from = this.member(first);
      text += from;
      if (this.peek() !== '-' || this.source.charAt(this.at + 1) === ']') continue;
      this.at += 1;
      const to = this.member(first);
      if (/^\\[dw]/.test(from) || /^\\[dw]/.test(to)) throw new Otherwise();
      text += `-${to}`;
    }
    this.at += 1;
    return `${text}]`;
  }

  private member(first: number): string {
    const char = this.take();
    if (char === '\\') {
      const escaped = this.take();
      if (escaped === 'd' || (escaped === 'w' && !this.folds)) return `\\${escaped}`;
      if (!printable.test(escaped) || /[a-z0-9]/i.test(escaped)) throw new Otherwise();
      return inClass.test(escaped) ? `\\${escaped}` : escaped;
    }
    const last = this.peek() === ']';
    const oddDash = char === '-' && this.at - 1 !== first && !last;
    if (!printable.test(char) || oddDash || char === ']' || (char === '[' && this.peek() === ':'))
      throw new Otherwise();
    return inClass.test(char) ? `\\${char}` : char;
  }
}

const plain = (char: string): string => (special.test(char) ? `\\${char}` : char);
