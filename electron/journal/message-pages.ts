/** Pages of messages as the window lists them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeptMail, MessagePage, MessagePlace, MessageView } from '../../shared/contract/messages.ts';
import { parseSearch } from '../../shared/journal/message-search.ts';
import { mayHold } from './mail-digest.ts';
import { searchCondition } from './message-query.ts';
import { numberOf } from './message-rows.ts';

/** Which messages, and which page of them. */
export interface MessageQuery {
  readonly upstream?: string;
  readonly owner?: string;
  readonly session?: number;
  readonly search?: string;
  readonly before?: number;
  readonly limit: number;
}

interface MessageRow {
  readonly id: number;
  readonly upstream: string;
  readonly at: number;
  readonly sender: string;
  readonly recipients: string;
  readonly subject: string;
  readonly size: number;
  readonly session: number | null;
  readonly pinned: number;
  readonly attachments: number;
}

interface PlaceRow {
  readonly message: number;
  readonly owner: string;
  readonly name: string;
  readonly uid: number;
  readonly flags: string;
}

const listed = 'm.id, m.upstream, m.at, m.sender, m.recipients, m.subject, m.size, m.session, m.pinned, m.attachments';

/** The words of a column of flags. */
export const flagsIn = (column: string): readonly string[] => (column === '' ? [] : column.split(' '));

function viewOf(row: MessageRow, places: readonly MessagePlace[]): MessageView {
  const { id, upstream, at, subject, size, session } = row;
  const envelope = { from: row.sender, to: JSON.parse(row.recipients) as string[] };
  const marks = { pinned: row.pinned === 1, attachments: row.attachments === 1 };
  return { id, upstream, at, ...envelope, subject, size, session, places, ...marks };
}

/** Which rows a query is about, without its search. */
function scopeOf({ upstream, owner, session }: MessageQuery): { sql: string; values: (string | number)[] } {
  const parts: string[] = ['1'];
  const values: (string | number)[] = [];
  const add = (sql: string, ...given: (string | number)[]) => {
    parts.push(sql);
    values.push(...given);
  };
  if (upstream !== undefined) add('m.upstream = ?', upstream);
  if (session !== undefined) add('m.session = ?', session);
  if (owner !== undefined) {
    const folders = `SELECT id FROM folders WHERE owner = ?${upstream === undefined ? '' : ' AND upstream = ?'}`;
    const inFolder = `m.id IN (SELECT message FROM places WHERE folder IN (${folders}))`;
    add(inFolder, owner, ...(upstream === undefined ? [] : [upstream]));
  }
  return { sql: parts.join(' AND '), values };
}

export class MessagePages {
  readonly #db: DatabaseSync;
  readonly #byIds: StatementSync;
  readonly #places: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    db.function('may_hold', { deterministic: true }, (more, text) =>
      more instanceof Uint8Array && mayHold(more, String(text)) ? 1 : 0,
    );
    this.#byIds = db.prepare(
      `SELECT ${listed} FROM messages m WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id DESC`,
    );
    this.#places = db.prepare(
      `SELECT p.message, f.owner, f.name, p.uid, p.flags FROM places p JOIN folders f ON f.id = p.folder
       WHERE p.message IN (SELECT value FROM json_each(?)) ORDER BY f.owner, f.id, p.uid`,
    );
  }

  /** A page, newest first. */
  page(query: MessageQuery, kept: KeptMail): MessagePage {
    const none = { messages: [], matching: 0, total: 0, kept };
    const scope = scopeOf(query);
    const isAll = query.upstream === undefined && query.owner === undefined && query.session === undefined;
    const count = `SELECT count(*) FROM messages m WHERE ${scope.sql}`;
    const total = isAll ? kept.messages : numberOf(this.#db.prepare(count).get(...scope.values));
    const parsed = parseSearch(query.search ?? '');
    if ('problem' in parsed) return { ...none, total, problem: parsed.problem };
    const ids = parsed.search.type === 'all' ? null : this.#found(scope, searchCondition(parsed.search));
    const before = query.before ?? Number.MAX_SAFE_INTEGER;
    const messages =
      ids === null ? this.#rowsBefore(scope, before, query.limit) : this.#rowsOf(ids, before, query.limit);
    return { messages, matching: ids?.length ?? total, total, problem: null, kept };
  }

  /** All that a search finds, newest first: how many they are is asked for with every page. */
  #found(scope: ReturnType<typeof scopeOf>, { sql, values }: ReturnType<typeof searchCondition>): number[] {
    const search = this.#db.prepare(
      `SELECT m.id FROM messages m JOIN digests d ON d.id = m.id WHERE ${scope.sql} AND ${sql} ORDER BY m.id DESC`,
    );
    return search.all(...scope.values, ...values).map(({ id }) => Number(id));
  }

  #rowsOf(ids: readonly number[], before: number, limit: number): MessageView[] {
    const wanted = ids.filter((id) => id < before).slice(0, limit);
    return this.#views(this.#byIds.all(JSON.stringify(wanted)) as unknown as MessageRow[]);
  }

  #rowsBefore(scope: ReturnType<typeof scopeOf>, before: number, limit: number): MessageView[] {
    const sql = `SELECT ${listed} FROM messages m WHERE m.id < ? AND ${scope.sql} ORDER BY m.id DESC LIMIT ?`;
    return this.#views(this.#db.prepare(sql).all(before, ...scope.values, limit) as unknown as MessageRow[]);
  }

  #views(rows: readonly MessageRow[]): MessageView[] {
    const places = new Map<number, MessagePlace[]>();
    const found = this.#places.all(JSON.stringify(rows.map(({ id }) => id))) as unknown as PlaceRow[];
    for (const { message, owner, name, uid, flags } of found) {
      const place = { owner, folder: name, uid, flags: flagsIn(flags) };
      const known = places.get(message);
      if (known) known.push(place);
      else places.set(message, [place]);
    }
    return rows.map((row) => viewOf(row, places.get(row.id) ?? []));
  }

  /** How many there are of each upstream. */
  counts(): Map<string, number> {
    const rows = this.#db.prepare('SELECT upstream, count(*) AS messages FROM messages GROUP BY upstream').all();
    return new Map(rows.map((row) => [String(row.upstream), Number(row.messages)]));
  }

  /** These, newest first. */
  some(ids: readonly number[]): MessageView[] {
    return ids.length === 0 ? [] : this.#rowsOf([...ids].reverse(), Number.MAX_SAFE_INTEGER, ids.length);
  }
}
