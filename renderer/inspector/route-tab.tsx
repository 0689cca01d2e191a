/** Why this route: one plain sentence, then every rule with why it did or did not decide, then every recipient. */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Effect } from '../../shared/auth/blast.ts';
import { useAgain } from '../blast/again.ts';
import { effectText, ruleName } from '../blast/effect-text.ts';
import { RouteActs } from '../rules/route-acts.tsx';
import { openTry } from '../shell/use-shortcuts.ts';
import { type Lookup, lookupsAt, recipientOf } from '../store/route.ts';
import { selectedSession } from '../store/selectors.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { decode } from '../transcript/pieces.ts';
import { Empty } from './empty.tsx';
import { useCauseText, useFailure } from './failure-card.tsx';
import styles from './inspector.module.css';
import { Recipients } from './recipients.tsx';
import { routeSentence } from './route-sentence.ts';
import { TrailList } from './trail-list.tsx';

export function RouteTab() {
  const { t } = useTranslation('inspector');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const lookups = useMemo(() => lookupsAt(entries, shown), [entries, shown]);
  const lookup = lookups.at(-1);
  if (lookup === undefined) return <Empty of="route" />;
  return (
    <>
      <Answer lookup={lookup} total={lookups.length} />
      <RouteActs />
      <RawAndParsed lookup={lookup} />
      <h2 className={styles.title}>{t('route.trail')}</h2>
      {lookup.trail === null ? (
        lookup.answered !== null && <p className={styles.note}>{t('route.no-trail')}</p>
      ) : (
        <TrailList trail={lookup.trail} />
      )}
      <Recipients />
    </>
  );
}

/** The plain sentence comes first, so that it can be pasted into a ticket. */
function Answer({ lookup, total }: { readonly lookup: Lookup; readonly total: number }) {
  const { t } = useTranslation(['inspector', 'reasons']);
  const session = useLab(selectedSession);
  const upstreamName = useUpstreamName(lookup);
  const { goTo } = useActions();
  const [copied, setCopied] = useState(false);
  const failure = useFailure();
  const causeText = useCauseText();
  const failed = failure !== null && lookup.result.type === 'route' && failure.cause > lookup.asked;
  const { key, params } = routeSentence(lookup, upstreamName, failed);
  const error = lookup.result.type === 'error' ? t(`${lookup.result.why}.title`, { ns: 'reasons' }) : '';
  const address = params.address || t('route.session');
  const sentence = t(key, { ...params, error, address });
  const cause = failed
    ? `${causeText(failure)} ${failure.saw === null ? '' : t('route.saw', { text: decode(failure.saw) })}`.trim()
    : '';
  const step = lookup.asked + 1;
  const routed = lookup.result.type === 'route';
  return (
    <div className={styles.why} data-room={failed ? 'failed' : routed ? 'upstream' : 'auth'}>
      <h2>{t(questionKey(lookup, failed), { ...params, address })}</h2>
      <p>{sentence}</p>
      {failed && <p>✗ {cause}</p>}
      <Today lookup={lookup} />
      <p className={styles.source} data-acts="true">
        <button type="button" className={styles.link} onClick={() => goTo(lookup.asked)}>
          {total > 1
            ? t('route.nth', { number: lookup.number, total, step })
            : t(routed ? 'route.once' : 'route.at', { step })}
        </button>
        <button type="button" className={styles.small} onClick={openTry}>
          {t('route.try')}
        </button>
        <button
          type="button"
          className={styles.small}
          onClick={() => {
            void navigator.clipboard.writeText(`#${session?.id ?? ''} ${sentence} ${cause}`.trim()).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {copied ? t('copied') : t('copy')}
        </button>
      </p>
    </div>
  );
}

/** What would become of the same lookup by today's rules, or by those being edited, where that is something else. */
function Today({ lookup }: { readonly lookup: Lookup }) {
  const { t } = useTranslation(['inspector', 'blast']);
  const again = useAgain()?.lookups.find(({ seq }) => seq === lookup.asked);
  if (again === undefined) return null;
  const say = (key: string, effect: Effect) =>
    t(`${key}.${effect.verdict.startsWith('route ') ? 'route' : 'other'}`, {
      way: effectText(t, effect),
      rule: ruleName(t, effect.rule),
    });
  return (
    <>
      {again.since === true ? <p className={styles.since}>{say('route.since', again.now)}</p> : null}
      {again.edited === null ? null : <p className={styles.since}>{say('route.edited', again.edited)}</p>}
    </>
  );
}

function questionKey({ result }: Lookup, failed: boolean): string {
  if (failed) return 'route.question.failed';
  if (result.type === 'route') return 'route.question';
  return result.type === 'reject' ? 'route.question.refused' : 'route.question.plain';
}

/** The name of the upstream the answer names, where the lab knows one. */
function useUpstreamName(lookup: Lookup): string {
  const lab = useLab((state) => state.lab);
  if (lookup.result.type !== 'route') return '';
  const { upstream } = lookup.result;
  const known = lab?.listeners.find(
    (one) =>
      one.role === 'upstream' &&
      (upstream === `${one.address}:${one.port}` || upstream === `[${one.address}]:${one.port}`),
  );
  return known === undefined ? upstream : known.name;
}

/** What was sent, and what the rules compared. */
function RawAndParsed({ lookup }: { readonly lookup: Lookup }) {
  const { t } = useTranslation('inspector');
  const parsed = recipientOf(lookup.raw);
  if (parsed === null) return null;
  return (
    <table className={styles.table}>
      <tbody>
        <tr>
          <th scope="row">{t('route.raw')}</th>
          <td>{decode(lookup.raw)}</td>
        </tr>
        <tr>
          <th scope="row">{t('route.parsed')}</th>
          <td>{decode(parsed.toLowerCase())}</td>
        </tr>
      </tbody>
    </table>
  );
}
