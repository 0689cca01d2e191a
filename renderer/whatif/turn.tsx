/** One thing that was supposed, and what would come of it. */
import { useTranslation } from 'react-i18next';
import { unreadHeaders } from '../../shared/proxy/typed-answer.ts';
import type { Cue, Outcome } from '../../shared/proxy/what-if.ts';
import { TrailList } from '../inspector/trail-list.tsx';
import { placeName } from '../machine/names.ts';
import { LineText } from '../transcript/line-text.tsx';
import { decode } from '../transcript/pieces.ts';
import styles from './whatif.module.css';

export function Turn({ cue, outcomes }: { readonly cue: Cue; readonly outcomes: readonly Outcome[] }) {
  const steps = outcomes.filter((outcome) => outcome.type === 'step');
  return (
    <li className={styles.turn}>
      <CueText cue={cue} secret={cue.type === 'answer' ? passwordsIn(cue.text) : (steps[0]?.secret ?? [])} />
      {cue.type === 'answer' && <Unread names={unreadHeaders(cue.text)} />}
      {outcomes.map((outcome, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what came of it never changes
        <OutcomeText key={i} outcome={outcome} />
      ))}
    </li>
  );
}

/** Headers that nginx passes over, most likely misspelt. */
function Unread({ names }: { readonly names: readonly string[] }) {
  const { t } = useTranslation('whatif');
  if (names.length === 0) return null;
  return <p className={styles.does}>{t('answer.unread', { count: names.length, names: names.join(', ') })}</p>;
}

type Secret = Extract<Outcome, { type: 'step' }>['secret'];

function CueText({ cue, secret }: { readonly cue: Cue; readonly secret: Secret }) {
  const { t } = useTranslation('whatif');
  const room = cue.type === 'client' || cue.type === 'upstream' ? cue.type : cue.type === 'answer' ? 'auth' : undefined;
  return (
    <div className={styles.cue} data-room={room}>
      <span>{t(`if.${nameOf(cue)}`)}</span>
      {'text' in cue && <LineText all entry={{ bytes: cue.text, secret }} hex={false} revealed={false} />}
    </div>
  );
}

function nameOf(cue: Cue): string {
  switch (cue.type) {
    case 'unanswered':
      return `unanswered.${cue.error}`;
    case 'left':
      return cue.error === undefined ? `left.${cue.side}` : 'refused';
    case 'rang':
      return `rang.${cue.clock}`;
    default:
      return cue.type;
  }
}

function OutcomeText({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslation('whatif');
  switch (outcome.type) {
    case 'step':
      return <Step step={outcome} />;
    case 'says':
      return (
        <div className={styles.says} data-room={outcome.leg}>
          <span>{t(`says.${outcome.leg}`)}</span>
          <LineText all entry={{ bytes: outcome.text, secret: outcome.secret }} hex={false} revealed={false} />
        </div>
      );
    case 'asks':
      return <Asked asked={outcome} />;
    case 'dials':
      return (
        <p className={styles.does}>
          {t(outcome.upstream === '' ? 'dials' : 'dials.named', {
            address: outcome.address,
            upstream: outcome.upstream,
          })}
        </p>
      );
    case 'rests':
      return <p className={styles.does}>{t('rests', { seconds: outcome.ms / 1000 })}</p>;
    case 'incomplete':
    case 'unread':
    case 'dropped':
      return <p className={styles.does}>{t(outcome.type, { text: decode(outcome.text.trim()) })}</p>;
    default:
      return <p className={styles.does}>{t(outcome.type)}</p>;
  }
}

/** The reason of a decision, with its source, and the places before and after it. */
function Step({ step }: { readonly step: Extract<Outcome, { type: 'step' }> }) {
  const { t } = useTranslation(['whatif', 'machine', 'reasons']);
  const { side, from, to, why, params } = step;
  const say = (part: string) => t(`${why}.${part}`, { ns: 'reasons', ...params });
  const [before, after] = [placeName(t, side, from), placeName(t, side, to)];
  return (
    <div className={styles.step}>
      <p className={styles.places}>
        <span>{t(`side.${side}`)}</span> {from === to ? t('stays', { place: before }) : t('moves', { before, after })}
      </p>
      <p>
        <b>{say('title')}</b> {say('text')}
      </p>
      <p className={styles.source}>
        {t('inspector:source')}: {say('source')}
      </p>
    </div>
  );
}

/** The question, and what the rules say to it. */
function Asked({ asked }: { readonly asked: Extract<Outcome, { type: 'asks' }> }) {
  const { t } = useTranslation('whatif');
  const { request, decision } = asked;
  return (
    <div className={styles.asks}>
      <p className={styles.does}>{t('asks')}</p>
      <details>
        <summary>{t('asks.bytes')}</summary>
        <LineText all entry={{ bytes: request, secret: passwordsIn(request) }} hex={false} revealed={false} />
      </details>
      {decision === null ? (
        <p className={styles.does}>{t('asks.foreign')}</p>
      ) : (
        <details open>
          <summary>{t('asks.rules', { rule: decision.rule ?? '' })}</summary>
          <TrailList trail={decision.trail} />
        </details>
      )}
    </div>
  );
}

const passwordsIn = (request: string): Secret =>
  [...request.matchAll(/^Auth-Pass: ([^\r\n]+)/gim)].map(({ index, 0: header, 1: value = '' }) => [
    index + header.length - value.length,
    index + header.length,
  ]);
