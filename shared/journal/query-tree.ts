/**
 * How the query languages of the lists are put together: `key:value`, quotes, a space for *and*, `or`, `not` or `-`,
 * parentheses. What a key means is each language's own.
 */

/** A query: leaves, and what joins them. */
export type Tree<L> =
  | L
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly of: readonly Tree<L>[] }
  | { readonly type: 'not'; readonly of: Tree<L> };

/** What is wrong with a query, as one sentence. */
export class QueryProblem extends Error {}

/** Conditions in one filter: each is one more comparison for every session kept. */
const MAX_TERMS = 40;

/** Parentheses and negations inside one another. */
const MAX_DEPTH = 30;

type Token =
  | { readonly type: 'open' | 'close' | 'and' | 'or' | 'not' }
  | { readonly type: 'term'; readonly key: string | null; readonly value: string };

/** One word, as a key with a value or as it is: quotes may stand around the value or around the whole. */
const word = /(?:([a-z]+):)?(?:"([^"]*)"|([^\s()"]*))/iy;

const keywords: Readonly<Record<string, 'and' | 'or' | 'not'>> = { and: 'and', or: 'or', not: 'not' };

function term(text: string, at: number): { token: Token; end: number } {
  word.lastIndex = at;
  const [all = '', key, quoted, plain = ''] = word.exec(text) ?? [];
  const end = at + all.length;
  if (text[end] === '"') throw new QueryProblem('A quote is not closed: put " at both ends of the text.');
  const keyword = key === undefined && quoted === undefined ? keywords[plain.toLowerCase()] : undefined;
  if (keyword !== undefined) return { token: { type: keyword }, end };
  return { token: { type: 'term', key: key?.toLowerCase() ?? null, value: quoted ?? plain }, end };
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
    } else if (char === '(' || char === ')') {
      found.push({ type: char === '(' ? 'open' : 'close' });
      at += 1;
    } else if (char === '-' && /[^\s)]/.test(text.charAt(at + 1))) {
      found.push({ type: 'not' });
      at += 1;
    } else {
      const { token, end } = term(text, at);
      found.push(token);
      at = end;
    }
  }
  return found;
}

/** Recursive descent over the tokens: `or` binds least, then *and*, then `not`. */
class Parser<L> {
  readonly #leaf: (key: string | null, value: string) => L;
  readonly #tokens: readonly Token[];
  #at = 0;
  #terms = 0;

  constructor(list: readonly Token[], leaf: (key: string | null, value: string) => L) {
    this.#tokens = list;
    this.#leaf = leaf;
  }

  whole(): Tree<L> {
    const filter = this.#either(0);
    if (this.#tokens[this.#at] !== undefined) throw new QueryProblem('There is a ) without its (.');
    return filter;
  }

  #either(depth: number): Tree<L> {
    const of = [this.#both(depth)];
    while (this.#take('or')) of.push(this.#both(depth));
    return join('or', of);
  }

  #both(depth: number): Tree<L> {
    const of = [this.#single(depth)];
    for (;;) {
      const and = this.#take('and');
      const next = this.#tokens[this.#at]?.type;
      if (!and && (next === undefined || next === 'or' || next === 'close')) return join('and', of);
      of.push(this.#single(depth));
    }
  }

  #single(depth: number): Tree<L> {
    if (depth > MAX_DEPTH) throw new QueryProblem('The filter has too many parentheses inside one another.');
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token?.type === 'not') return { type: 'not', of: this.#single(depth + 1) };
    if (token?.type === 'open') {
      const filter = this.#either(depth + 1);
      if (!this.#take('close')) throw new QueryProblem('There is a ( without its ).');
      return filter;
    }
    if (token?.type !== 'term')
      throw new QueryProblem(`There is nothing to look for ${token ? beside(token.type) : 'at the end'}.`);
    this.#terms += 1;
    if (this.#terms > MAX_TERMS) throw new QueryProblem(`The filter has more than ${MAX_TERMS} conditions.`);
    return this.#leaf(token.key, token.value);
  }

  #take(type: Token['type']): boolean {
    if (this.#tokens[this.#at]?.type !== type) return false;
    this.#at += 1;
    return true;
  }
}

function beside(type: 'open' | 'close' | 'and' | 'or' | 'not'): string {
  return type === 'close' ? 'before )' : `before ${type}`;
}

function join<L>(type: 'and' | 'or', of: readonly Tree<L>[]): Tree<L> {
  const [first, second] = of;
  return first !== undefined && second === undefined ? first : { type, of };
}

/** Reads a query; `leaf` makes a condition, or throws a `QueryProblem`. An empty text is `all`. */
export function parseTree<L>(
  text: string,
  leaf: (key: string | null, value: string) => L,
): { readonly tree: Tree<L> } | { readonly problem: string } {
  try {
    const list = tokens(text);
    return { tree: list.length === 0 ? { type: 'all' } : new Parser(list, leaf).whole() };
  } catch (error) {
    if (error instanceof QueryProblem) return { problem: error.message };
    throw error;
  }
}
