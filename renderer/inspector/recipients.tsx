/** All recipients of the connection: only the first one is looked up, the others follow it (nginx pitfalls C1, C2). */
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { knowledgeAt } from '../store/fold.ts';
import { type Recipient, recipientsAt } from '../store/route.ts';
import { selectedSession } from '../store/selectors.ts';
import { dialWord } from '../store/travel.ts';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import styles from './inspector.module.css';

export function Recipients() {
  const { t } = useTranslation('inspector');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const session = useLab(selectedSession);
  const recipients = useMemo(() => recipientsAt(entries, shown), [entries, shown]);
  const wished = useRulesSay(recipients);
  if (recipients.length === 0) return null;
  const reached = entries.slice(0, shown + 1).some(isConnected);
  const went = reached ? (session?.upstream ?? '') : '';
  const trapped = recipients.some((one) => isTrap(one, wished, went));
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
          {recipients.map((one) => (
            <Row
              key={one.position}
              recipient={one}
              wished={wished.get(one.address)}
              went={went}
              trap={isTrap(one, wished, went)}
            />
          ))}
        </tbody>
      </table>
      {trapped && <p className={styles.warning}>⚠ {t('recipients.trap')}</p>}
    </>
  );
}

interface RowProps {
  readonly recipient: Recipient;
  readonly wished: string | null | undefined;
  readonly went: string;
  readonly trap: boolean;
}

function Row({ recipient, wished, went, trap }: RowProps) {
  const { t } = useTranslation('inspector');
  const { goTo } = useActions();
  const looked = recipient.lookup !== null;
  return (
    <tr data-trap={trap}>
      <td>
        <button type="button" className={styles.link} onClick={() => goTo(recipient.position)}>
          {decode(recipient.address)}
        </button>
        <small>{t(looked ? 'recipients.looked-up' : 'recipients.followed')}</small>
      </td>
      <td>{wished === undefined ? '' : (wished ?? t('recipients.refuse'))}</td>
      <td>
        {went}
        {trap && ' ⚠'}
      </td>
      <td>{recipient.reply ?? ''}</td>
    </tr>
  );
}

function isConnected(entry: Entry): boolean {
  return entry.kind === 'dial' && dialWord(entry) === 'connected';
}

function isTrap(one: Recipient, wished: ReadonlyMap<string, string | null>, went: string): boolean {
  const wish = wished.get(one.address);
  return one.lookup === null && went !== '' && wish !== undefined && wish !== went;
}

/** Where the rules of today would send each recipient: a name, null for nowhere; missing until the lab has answered. */
function useRulesSay(recipients: readonly Recipient[]): ReadonlyMap<string, string | null> {
  const { bridge } = useLabStore();
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const rules = useLab((state) => state.lab?.rules);
  const [wishes, setWishes] = useState<ReadonlyMap<string, string | null>>(new Map());
  const addresses = [...new Set(recipients.map((one) => one.address))].join('\n');
  const { helo, from } = knowledgeAt(entries, shown);
  useEffect(() => {
    let current = true;
    // Rules are read anew when they change; without any there is nobody to ask.
    if (rules === undefined || addresses === '') return;
    const asked = addresses.split('\n').map(async (rcpt) => {
      const lookup = { rcpt, ...(helo === null ? {} : { helo }), ...(from === null ? {} : { from }) };
      const { upstream, verdict } = await bridge.call('route.try', lookup);
      // A rule may name an address instead of an upstream of the lab.
      const route = verdict.startsWith('route ') ? verdict.slice('route '.length) : null;
      return [rcpt, upstream ?? route] as const;
    });
    Promise.all(asked).then(
      (answers) => {
        if (current) setWishes(new Map(answers));
      },
      () => {
        if (current) setWishes(new Map());
      },
    );
    return () => {
      current = false;
    };
  }, [bridge, addresses, helo, from, rules]);
  return wishes;
}
