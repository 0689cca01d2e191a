/**
 * The query language of the message list: `from:`, `to:`, `subject:`, `text:`, `header:`, words that may stand in any of
 * them, `has:attachment`, `is:pinned`; quotes, `or`, `not` and parentheses as in the filter of the session list.
 */
import { parseTree, QueryProblem, type Tree } from './query-tree.ts';

/**
 * One condition. `from` and `to` look into the envelope and the headers, `text` into the parts that are text, `header`
 * into the whole header block, `any` into all of these; a part of a word is enough, in capitals or not.
 */
export type MessageCondition =
  | {
      readonly type: 'holds';
      readonly where: 'from' | 'to' | 'subject' | 'text' | 'header' | 'any';
      readonly text: string;
    }
  | { readonly type: 'has-attachment' }
  | { readonly type: 'is-pinned' };

export type MessageSearch = Tree<MessageCondition>;

/** A search, or one sentence about what is wrong with the text. */
export type ParsedSearch = { readonly search: MessageSearch } | { readonly problem: string };

const places = ['from', 'to', 'subject', 'text', 'header'] as const;

/** Every key the language knows, in the order they are shown. */
const searchKeys: readonly string[] = [...places, 'has', 'is'];

function condition(key: string | null, value: string): MessageCondition {
  if (key === null) return { type: 'holds', where: 'any', text: value };
  if (!searchKeys.includes(key)) {
    throw new QueryProblem(
      `${key}: is not a key: the keys are ${searchKeys.join(', ')}. Put text with a colon in quotes.`,
    );
  }
  if (value === '') throw new QueryProblem(`${key}: needs a value right after the colon.`);
  const where = places.find((place) => place === key);
  if (where !== undefined) return { type: 'holds', where, text: value };
  if (key === 'has' && /^attachments?$/i.test(value)) return { type: 'has-attachment' };
  if (key === 'is' && /^pinned$/i.test(value)) return { type: 'is-pinned' };
  throw new QueryProblem(`${key}:${value} is not known: there are has:attachment and is:pinned.`);
}

/** Reads a search as typed. An empty text finds everything. */
export function parseSearch(text: string): ParsedSearch {
  const parsed = parseTree(text, condition);
  return 'problem' in parsed ? parsed : { search: parsed.tree };
}
