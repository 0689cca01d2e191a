/** The question to the auth service and its answer: as tables, as raw bytes, and how full nginx's buffer was. */
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mark } from '../../shared/auth/answer-marks.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import { parseHttp } from '../../shared/journal/http.ts';
import { masked, param } from '../../shared/journal/travel.ts';
import { AnswerMarks, useMarks } from '../auth/answer-marks.tsx';
import { AuthButtons } from '../auth/auth-buttons.tsx';
import { MarkedBytes } from '../auth/marked-bytes.tsx';
import { lookupsAt } from '../store/route.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { LineText } from '../transcript/line-text.tsx';
import { decode } from '../transcript/pieces.ts';
import { Empty } from './empty.tsx';
import styles from './inspector.module.css';

/** Bytes of status line and headers that nginx keeps of an answer (ngx_mail_auth_http_module). */
const ANSWER_MAX = 1024;

const none: readonly Mark[] = [];

export function AuthTab() {
  const { t } = useTranslation('inspector');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const { goTo } = useActions();
  const [raw, setRaw] = useState(false);
  const [revealed, setRevealed] = useState(false);
  const lookups = useMemo(() => lookupsAt(entries, shown), [entries, shown]);
  const lookup = lookups.at(-1);
  const question = lookup === undefined ? undefined : entries[lookup.asked];
  const answered = lookup?.answered ?? null;
  const answer = answered === null ? undefined : entries[answered];
  const marks = useMarks(question, answer);
  if (lookup === undefined || question === undefined) return <NotAsked />;
  const secrets = [question, answer].some((entry) => (entry?.secret?.length ?? 0) > 0);
  return (
    <>
      <p className={styles.note}>
        {answer !== undefined && param(answer, 'transport') === 'in-process'
          ? t('auth.in-process')
          : t('auth.http', { target: param(question, 'target') })}
      </p>
      <div className={styles.tools}>
        {lookups.length > 1 &&
          lookups.map((one) => (
            <button
              type="button"
              key={one.number}
              className={styles.small}
              aria-pressed={one === lookup}
              onClick={() => goTo(one.answered ?? one.asked)}
            >
              {t('auth.number', { number: one.number })}
            </button>
          ))}
        <button type="button" className={styles.small} aria-pressed={raw} onClick={() => setRaw(!raw)}>
          {t('auth.raw')}
        </button>
        {secrets && (
          <button type="button" className={styles.small} aria-pressed={revealed} onClick={() => setRevealed(!revealed)}>
            {t(revealed ? 'hide' : 'reveal')}
          </button>
        )}
      </div>
      <h2 className={styles.title}>{t('auth.request')}</h2>
      <Head entry={question} marks={none} raw={raw} revealed={revealed} label={t('auth.request')} />
      <h2 className={styles.title}>{t('auth.answer')}</h2>
      {answer === undefined ? (
        <p className={styles.note}>{t('auth.waiting')}</p>
      ) : (
        <>
          <Meter entry={answer} />
          <AnswerMarks answer={answer} marks={marks} />
          <Head entry={answer} marks={marks} raw={raw} revealed={revealed} label={t('auth.answer')} />
        </>
      )}
      <AuthButtons />
    </>
  );
}

function NotAsked() {
  return (
    <>
      <Empty of="auth" />
      <AuthButtons />
    </>
  );
}

interface HeadProps {
  readonly entry: Entry;
  readonly marks: readonly Mark[];
  readonly raw: boolean;
  readonly revealed: boolean;
  readonly label: string;
}

function Head({ entry, marks, raw, revealed, label }: HeadProps) {
  const { t } = useTranslation('inspector');
  if (entry.bytes === '') return <p className={styles.note}>{t('auth.none')}</p>;
  if (raw) {
    if (marks.length > 0) {
      return (
        <MarkedBytes bytes={entry.bytes} label={label} marks={marks} secret={revealed ? [] : (entry.secret ?? [])} />
      );
    }
    return (
      <div className={styles.raw}>
        <LineText entry={entry} hex={false} revealed={revealed} all />
      </div>
    );
  }
  const { start, headers } = parseHttp(revealed ? entry.bytes : masked(entry));
  return (
    <>
      <p className={styles.startLine}>{start}</p>
      <table className={styles.table} aria-label={label}>
        <tbody>
          {headers.map(([name, value], i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and their order never changes
            <tr key={i}>
              <th scope="row">{name}</th>
              <td>{value === '' ? <span className={styles.nothing}>–</span> : decode(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** How much of nginx's buffer the answer's head fills: beyond it nginx gives up without a log line (pitfall B10). */
function Meter({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('inspector');
  const { headSize } = parseHttp(entry.bytes);
  const over = headSize > ANSWER_MAX;
  return (
    <div className={styles.meter}>
      <meter
        aria-label={t('auth.size.label')}
        aria-valuetext={t('auth.size', { size: headSize })}
        min={0}
        max={ANSWER_MAX}
        value={Math.min(headSize, ANSWER_MAX)}
        data-over={over}
      />
      <small>{t('auth.size', { size: headSize })}</small>
      {over && <p className={styles.warning}>⚠ {t('auth.size.over')}</p>}
    </div>
  );
}
