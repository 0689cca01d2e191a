/** All recipients of the connection: only the first one is looked up, the others follow it (nginx pitfalls C1, C2). */
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgainView } from '../../shared/contract/blast.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { dialWord } from '../../shared/journal/travel.ts';
import { useAgain } from '../blast/again.ts';
import { placeText } from '../blast/effect-text.ts';
import { type Lookup, lookupsAt, mailAt, type Recipient, recipientsAt } from '../store/route.ts';
import { selectedSession } from '../store/selectors.ts';
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

function Row({ recipient, several }: { readonly recipient: Told; readonly several: boolean }) {
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
}

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
  return useMemo(() => {
    const recipients = recipientsAt(entries, shown);
    const lookups = lookupsAt(entries, shown);
    const dialled = entries.findIndex((entry, at) => at <= shown && isConnected(entry));
    return recipients.map((one): Told => {
      const lookup = one.lookup === null ? undefined : lookups[one.lookup - 1];
      const went = wentTo(one, lookup, lookups, dialled >= 0 ? session : null);
      const wish = lookup ? recordedWish(t, lookup, session) : todaysWish(t, one, again);
      const mail = mailAt(entries, one.position);
      const stray = one.lookup === null && went !== '' && wish !== null && wish !== went;
      return { ...one, wish, went, mail, trap: stray ? (mail > 1 ? 'C2' : 'C1') : null };
    });
  }, [t, entries, shown, session, again]);
}

const isConnected = (entry: Entry): boolean => entry.kind === 'dial' && dialWord(entry) === 'connected';

/** Whoever follows goes where the last lookup before sent the connection. */
function wentTo(
  one: Recipient,
  own: Lookup | undefined,
  lookups: readonly Lookup[],
  connected: SessionSummary | null,
): string {
  const deciding = own ?? lookups.findLast(({ asked }) => asked < one.position);
  return deciding?.result.type === 'route' ? (connected?.upstream ?? '') : '';
}

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
function todaysWish(t: TFunction, { position }: Recipient, again: AgainView | null): string | null {
  const now = again?.recipients.find(({ seq }) => seq === position)?.now;
  if (now === undefined) return null;
  return now.upstream === null && now.verdict.startsWith('reject') ? t('recipients.refuse') : placeText(t, now);
}
