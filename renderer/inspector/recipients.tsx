/** All recipients of the connection: only the first one is looked up, the others follow it (nginx pitfalls C1, C2). */
import type { TFunction } from 'i18next';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Effect } from '../../shared/auth/blast.ts';
import type { AgainView } from '../../shared/contract/blast.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { dialWord } from '../../shared/journal/travel.ts';
import { useAgain } from '../blast/again.ts';
import { placeText } from '../blast/effect-text.ts';
import { type Lookup, lookupsAt, mailAt, type Recipient, recipientsAt } from '../store/route.ts';
import { selectedSession } from '../store/selectors.ts';
import { folded } from '../store/timeline.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import styles from './inspector.module.css';

/** A recipient with what the table says of it. */
interface Told extends Recipient {
  /** Where the rules send it, in words; null while that is not known. */
  readonly wish: string | null;
  /** Where it went; '' for nowhere. */
  readonly went: string;
  /** Which mail of the connection it was named in, from 1. */
  readonly mail: number;
  /** The trap it went into, by its name in the list of pitfalls. */
  readonly trap: 'C1' | 'C2' | null;
}

export function Recipients() {
  const { t } = useTranslation('inspector');
  const told = useTold();
  if (told.length === 0) return null;
  const several = told.some(({ mail }) => mail > 1);
  const traps = new Set(told.map(({ trap }) => trap));
  return (
    <>
      <h2 className={styles.title} id="recipients">
        {t('recipients')}
      </h2>
      <table className={styles.recipients} aria-labelledby="recipients">
        <thead>
          <tr>
            <th scope="col">{t('recipients.address')}</th>
            <th scope="col">{t('recipients.rules')}</th>
            <th scope="col">{t('recipients.went')}</th>
            <th scope="col">{t('recipients.reply')}</th>
          </tr>
        </thead>
        <tbody>
          {told.map((one) => (
            <Row key={one.position} recipient={one} several={several} />
          ))}
        </tbody>
      </table>
      {traps.has('C1') && <p className={styles.warning}>⚠ {t('recipients.trap')}</p>}
      {traps.has('C2') && <p className={styles.warning}>⚠ {t('recipients.again')}</p>}
      {told.some(({ lookup, wish }) => lookup === null && wish !== null) && (
        <p className={styles.note}>{t('recipients.today')}</p>
      )}
    </>
  );
}

const Row = memo(function Row({ recipient, several }: { readonly recipient: Told; readonly several: boolean }) {
  const { t } = useTranslation('inspector');
  const { goTo } = useActions();
  const { lookup, wish, went, trap, mail, address, position, reply } = recipient;
  const looked = t(lookup === null ? 'recipients.followed' : 'recipients.looked-up');
  return (
    <tr data-trap={trap !== null}>
      <td>
        <button type="button" className={styles.link} onClick={() => goTo(position)}>
          {decode(address)}
        </button>
        <small>{several ? `${t('recipients.mail', { number: mail })}, ${looked}` : looked}</small>
      </td>
      <td>{wish}</td>
      <td>
        {went === '' ? t('recipients.nowhere') : went} <Mark recipient={recipient} />
      </td>
      <td>{reply ?? ''}</td>
    </tr>
  );
});

function Mark({ recipient: { trap, wish, went } }: { readonly recipient: Told }) {
  const { t } = useTranslation('inspector');
  if (trap !== null) {
    return (
      <span className={styles.trap}>
        <span role="img" aria-label={t('recipients.other')}>
          ⚠
        </span>{' '}
        {trap}
      </span>
    );
  }
  if (went === '' || wish !== went) return null;
  return (
    <span role="img" aria-label={t('recipients.same')}>
      ✓
    </span>
  );
}

/** The recipients up to the cursor. */
function useTold(): readonly Told[] {
  const { t } = useTranslation(['inspector', 'blast']);
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const session = useLab(selectedSession);
  const again = useAgain();
  const connected = isConnectedAt(entries, shown) ? session : null;
  const tell = useMemo(() => teller(t, session, connected, again), [t, session, connected, again]);
  return useMemo(() => {
    const lookups = lookupsAt(entries, shown);
    let before = 0;
    return recipientsAt(entries, shown).map((one): Told => {
      while ((lookups[before]?.asked ?? Number.POSITIVE_INFINITY) < one.position) before += 1;
      const own = one.lookup === null ? undefined : lookups[one.lookup - 1];
      return tell(one, own, lookups[before - 1], mailAt(entries, one.position));
    });
  }, [entries, shown, tell]);
}

/** What is told of a recipient, from its own lookup or the last one before it. */
type Teller = (one: Recipient, own: Lookup | undefined, before: Lookup | undefined, mail: number) => Told;

/** Tells of the same recipient with the same row: a step draws only the rows that it changes. */
function teller(
  t: TFunction,
  session: SessionSummary | null,
  connected: SessionSummary | null,
  again: AgainView | null,
): Teller {
  const today = new Map(again?.recipients.map(({ seq, now }) => [seq, now]));
  const known = new WeakMap<Recipient, { readonly deciding: Lookup | undefined; readonly told: Told }>();
  return (one, own, before, mail) => {
    // Whoever follows goes where the last lookup before sent the connection.
    const deciding = own ?? before;
    const last = known.get(one);
    if (last !== undefined && last.deciding === deciding) return last.told;
    const went = deciding?.result.type === 'route' ? (connected?.upstream ?? '') : '';
    const wish = own ? recordedWish(t, own, session) : todaysWish(t, today.get(one.position));
    const told: Told = { ...one, wish, went, mail, trap: trapOf(one, wish, went, mail) };
    known.set(one, { deciding, told });
    return told;
  };
}

/** A recipient that only followed, and went elsewhere than the rules would send it. */
function trapOf({ lookup }: Recipient, wish: string | null, went: string, mail: number): Told['trap'] {
  if (lookup !== null || went === '' || wish === null || wish === went) return null;
  return mail > 1 ? 'C2' : 'C1';
}

/** Whether an upstream had been connected to at a position. */
const isConnectedAt = folded(false, (yet, entry) => yet || (entry.kind === 'dial' && dialWord(entry) === 'connected'));

/** What the rules said when it was looked up. */
function recordedWish(t: TFunction, lookup: Lookup, session: SessionSummary | null): string | null {
  const { result, byHand, trail } = lookup;
  if (byHand) {
    const then = trail?.find((step) => step.outcome === 'matched')?.then;
    return then === undefined ? null : then.replace(/^route /, '');
  }
  if (result.type === 'route') return session?.upstream ?? result.upstream;
  return result.type === 'reject' ? t('recipients.refuse') : null;
}

/** What today's rules would say to one that was not. */
function todaysWish(t: TFunction, now: Effect | undefined): string | null {
  if (now === undefined) return null;
  return now.upstream === null && now.verdict.startsWith('reject') ? t('recipients.refuse') : placeText(t, now);
}
