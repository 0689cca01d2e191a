/** What the load form holds, what is wrong with it, and the plan it makes. Numbers are as typed until then. */
import {
  LOAD_LIST_MAX,
  LOAD_OPEN_MAX,
  LOAD_RATE_MAX,
  LOAD_SESSIONS_MAX,
  LOAD_SIZE_MAX,
  type LoadPart,
  type loadOrders,
} from '../../shared/client/load-plan.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { LoadRequest } from '../../shared/contract/load.ts';
import { exampleSender, examplesOf, strangerAddress } from '../sessions/examples.ts';

/** A number field as the form library gives it: a text while it cannot be read. */
export type Typed = number | string;

/** One listener in the mix; those left out are kept, so that they are there again when they are chosen. */
export type DraftPart = Omit<LoadPart, 'weight'> & { readonly used: boolean; readonly weight: Typed };

export interface LoadDraft {
  readonly sessions: Typed;
  readonly paced: boolean;
  readonly rate: Typed;
  readonly open: Typed;
  /** s. */
  readonly patience: Typed;
  readonly order: (typeof loadOrders)[number];
  readonly seed: Typed;
  readonly helo: string;
  readonly from: string;
  readonly size: Typed;
  /** One a line, with a weight behind it: `ann@eng.test 3`. */
  readonly recipients: string;
  /** One a line: the user, a blank, the password. */
  readonly accounts: string;
  readonly parts: readonly DraftPart[];
}

/** A sentence of the catalogue `load` about what is wrong. */
export interface DraftProblem {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** Mails to everybody that the rules tell apart, and to nobody. */
export function firstDraft(targets: readonly ListenerView[], rules: Parameters<typeof examplesOf>[0]): LoadDraft {
  const known = [...new Set(examplesOf(rules).map(({ address }) => address))];
  return {
    ...{ sessions: 200, paced: true, rate: 20, open: 100, patience: 30, order: 'turn', seed: 1 },
    ...{ helo: 'mail-lab', from: exampleSender, size: 1000 },
    recipients: [...known, ...(known.length === 0 ? [strangerAddress] : [])].join('\n'),
    accounts: '',
    parts: partsFor(targets, []),
  };
}

/** A part for every listener there is now; what was chosen for one stays. */
export function partsFor(targets: readonly ListenerView[], before: readonly DraftPart[]): readonly DraftPart[] {
  return targets.map(
    ({ id, protocol, starttls }) =>
      before.find(({ listener }) => listener === id) ?? {
        ...{ listener: id, used: protocol === 'smtp', weight: 1, login: false, after: 'count' },
        starttls: starttls === 'only',
      },
  );
}

const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const recipientOf = (line: string): LoadRequest['recipients'][number] => {
  const [, address = line, weight = '1'] = /^(.*\S)\s+[x×*]?([-+]?\d+(?:[.,]\d+)?)$/.exec(line) ?? [];
  return { address, weight: /^\d+$/.test(weight) ? Number(weight) : 0 };
};

const accountOf = (line: string): LoadRequest['accounts'][number] => {
  const [, user = line, password = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
  return { user, password };
};

/** Name of a number field in the catalogue, and its bounds. */
type Bound = readonly [name: string, value: Typed, least: number, most: number, whole: boolean];

function boundsOf(draft: LoadDraft): readonly Bound[] {
  return [
    ['sessions', draft.sessions, 1, LOAD_SESSIONS_MAX, true],
    ...(draft.paced ? ([['rate', draft.rate, 0.1, LOAD_RATE_MAX, false]] as const) : []),
    ['open', draft.open, 1, LOAD_OPEN_MAX, true],
    ['patience', draft.patience, 0.1, 600, false],
    ['size', draft.size, 0, LOAD_SIZE_MAX, true],
    ['seed', draft.seed, 0, 0xffffffff, true],
    ...draft.parts.filter(({ used }) => used).map(({ weight }) => ['weight', weight, 1, 1000, true] as const),
  ];
}

const isWithin = ([, value, least, most, whole]: Bound): boolean =>
  typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));

function listProblems(draft: LoadDraft, isMail: (listener: string) => boolean): readonly DraftProblem[] {
  const used = draft.parts.filter((one) => one.used);
  const recipients = linesOf(draft.recipients);
  const accounts = linesOf(draft.accounts);
  const problems: (DraftProblem | false)[] = [
    used.length === 0 && { key: 'problem.nobody', values: {} },
    used.some(({ listener }) => isMail(listener)) &&
      recipients.length === 0 && { key: 'problem.recipients', values: {} },
    used.some(({ listener, login }) => !isMail(listener) || login) &&
      accounts.length === 0 && { key: 'problem.accounts', values: {} },
    Math.max(recipients.length, accounts.length) > LOAD_LIST_MAX && {
      key: 'problem.many',
      values: { most: LOAD_LIST_MAX },
    },
  ];
  const heavy = recipients.find((line) => {
    const { weight } = recipientOf(line);
    return weight < 1 || weight > 1000;
  });
  if (heavy !== undefined) problems.push({ key: 'problem.weight', values: { line: heavy } });
  return problems.filter((one) => one !== false);
}

/** Everything that is wrong, in the order of the form. */
export function problemsOf(draft: LoadDraft, isMail: (listener: string) => boolean): readonly DraftProblem[] {
  const numbers = boundsOf(draft)
    .filter((bound) => !isWithin(bound))
    .map(([name, , least, most]) => ({ key: `problem.number.${name}`, values: { least, most } }));
  const helo = draft.helo.trim() === '' ? [{ key: 'problem.helo', values: {} }] : [];
  return [...numbers, ...listProblems(draft, isMail), ...helo];
}

/** The plan of a draft without problems. */
export function planOf(draft: LoadDraft): LoadRequest {
  return {
    sessions: Number(draft.sessions),
    rate: draft.paced ? Number(draft.rate) : null,
    open: Number(draft.open),
    patienceMs: Math.round(Number(draft.patience) * 1000),
    order: draft.order,
    seed: Number(draft.seed),
    parts: draft.parts
      .filter(({ used }) => used)
      .map(({ used: _, weight, ...part }) => ({ ...part, weight: Number(weight) })),
    helo: draft.helo.trim(),
    from: draft.from.trim(),
    recipients: linesOf(draft.recipients).map(recipientOf),
    size: Number(draft.size),
    accounts: linesOf(draft.accounts).map(accountOf),
  };
}
