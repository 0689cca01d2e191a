/** A rule made from a session: for its recipient, its user or its client, above the rule that took it. */
import type { Rule } from '../../shared/auth/rule.ts';
import type { LabView } from '../../shared/contract/contract.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { type Field, freeName } from './fields.ts';
import { refusals } from './verdict-form.ts';

/** A rule that is being written and is not in the list yet. */
export interface RuleDraft {
  /** The place it will have, from 0. */
  readonly at: number;
  readonly name: string;
  /** null: no condition, so that it takes everything. */
  readonly field: Field | null;
  readonly text: string;
  /** The value of the choice of targets: an upstream's name behind `route `, a refusal behind `reject `. */
  readonly target: string;
  /** Values that fit as well. */
  readonly offers: readonly string[];
}

type Known = Pick<LabView, 'rules' | 'upstreams' | 'editing'>;
type Session = Pick<SessionSummary, 'id' | 'to' | 'user' | 'client' | 'rule' | 'upstream'>;

export const refusal = `reject ${refusals[2]}`;

/** Where a rule goes by default: the first upstream, or another than the one it goes to already. */
function targetOf({ upstreams }: Known, besides: string | null): string {
  const one = upstreams.find(({ name }) => name !== besides) ?? upstreams[0];
  return one === undefined ? refusal : `route ${one.name}`;
}

const namesOf = (rules: readonly Rule[]) => rules.map(({ name }) => name);

/** What the session can be told by, the plainest first; a field that nginx does not tell of here is left out. */
function subjectOf({ to, user, client }: Session, { editing }: Known): Pick<RuleDraft, 'field' | 'text' | 'offers'> {
  const heard = (field: Field) => !editing.unheard.some((one) => one.field === field);
  const [recipient] = to;
  if (recipient !== undefined && recipient !== '' && heard('rcpt'))
    return { field: 'rcpt', text: recipient, offers: offersFor(recipient) };
  if (user !== null && user !== '') return { field: 'user', text: user, offers: offersFor(user) };
  const ip = client.startsWith('[') ? client.slice(1, client.indexOf(']')) : client.replace(/:\d+$/, '');
  return { field: 'client', text: ip, offers: [] };
}

/** The address itself and everybody at its domain. */
function offersFor(address: string): readonly string[] {
  const at = address.lastIndexOf('@');
  return at < 0 ? [] : [address, `*${address.slice(at)}`];
}

export function draftFromSession(session: Session, lab: Known): RuleDraft {
  const names = namesOf(lab.rules);
  const took = names.indexOf(session.rule ?? '');
  const subject = subjectOf(session, lab);
  return {
    at: took >= 0 ? took : session.rule === 'accounts' ? 0 : names.length,
    name: freeName(subject.text.slice(0, 60), names),
    ...subject,
    target: targetOf(lab, session.upstream),
  };
}

/** A rule from nothing, at a place. `name` is what new rules are called. */
export function blankDraft(at: number, name: string, lab: Known): RuleDraft {
  const field = lab.editing.unheard.some((one) => one.field === 'rcpt') ? 'user' : 'rcpt';
  return { at, name: freeName(name, namesOf(lab.rules)), field, text: '', target: targetOf(lab, null), offers: [] };
}
