/** Searches as SQL over the digests of messages, see mail-digest.ts. */
import type { MessageCondition, MessageSearch } from '../../shared/journal/message-search.ts';
import { searchable } from './mail-text.ts';

/** A condition over `messages m JOIN digests d USING (id)` that is never NULL. */
export interface SearchCondition {
  readonly sql: string;
  readonly values: readonly string[];
}

type Where = Extract<MessageCondition, { type: 'holds' }>['where'];

const columns: Readonly<Record<Where, readonly string[]>> = {
  from: ['senders'],
  to: ['receivers'],
  subject: ['subject'],
  text: ['body'],
  header: ['head'],
  // The subject is in the header block.
  any: ['head', 'body', 'senders', 'receivers'],
};

/** Where the whole text of a long message is looked into. */
const texts: Readonly<Partial<Record<Where, readonly string[]>>> = {
  text: ['body'],
  header: ['head'],
  any: ['body', 'head'],
};

function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** The message holds the text there; `may_hold(signature, text)` spares looking into long texts in vain. */
export function holdsCondition(where: Where, wanted: string): SearchCondition {
  const text = searchable(wanted);
  const tests = columns[where].map((column) => `d.${column} LIKE ? ESCAPE '\\'`);
  const values = tests.map(() => like(text));
  const rest = texts[where]?.map((column) => `t.${column} LIKE ? ESCAPE '\\'`) ?? [];
  if (rest.length > 0) {
    const whole = `EXISTS (SELECT 1 FROM texts t WHERE t.id = d.id AND (${rest.join(' OR ')}))`;
    tests.push(`(d.more IS NOT NULL AND may_hold(d.more, ?) AND ${whole})`);
    values.push(text, ...rest.map(() => like(text)));
  }
  return { sql: `(${tests.join(' OR ')})`, values };
}

/** The condition that a search is in SQL. */
export function searchCondition(search: MessageSearch): SearchCondition {
  switch (search.type) {
    case 'all':
      return { sql: '1', values: [] };
    case 'and':
    case 'or': {
      const parts = search.of.map(searchCondition);
      const sql = parts.map((part) => part.sql).join(search.type === 'and' ? ' AND ' : ' OR ');
      return { sql: `(${sql})`, values: parts.flatMap(({ values }) => values) };
    }
    case 'not': {
      const { sql, values } = searchCondition(search.of);
      return { sql: `NOT ${sql}`, values };
    }
    case 'holds':
      return holdsCondition(search.where, search.text);
    case 'has-attachment':
      return { sql: '(m.attachments = 1)', values: [] };
    case 'is-pinned':
      return { sql: '(m.pinned = 1)', values: [] };
  }
}
