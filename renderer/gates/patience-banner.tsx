/** When somebody is about to give up on what is held: said without a sound, and without taking the focus. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { encodeUtf8 } from '../../shared/auth/text.ts';
import type { Held } from '../../shared/contract/gates.ts';
import { Button } from '../shell/button.tsx';
import shell from '../shell/shell.module.css';
import { useLab, useLabStore } from '../store/use-store.ts';
import { answer, release } from './acts.ts';
import { goAway, wordOfAnswer } from './answers.ts';
import styles from './gates.module.css';
import { leaveAlone, useGatesUi } from './gates-ui.ts';
import { Hand } from './hand.tsx';
import { countdown } from './held.ts';
import { PRESSING_MS } from './patience.tsx';
import { useNow } from './use-now.ts';

export function PatienceBanner(): JSX.Element {
  const held = useLab((state) => state.gates.held);
  const leftAlone = useGatesUi((state) => state.leftAlone);
  const watched = held.filter((one) => one.patience !== null && one.until === null && !leftAlone.has(one.id));
  // The region is there before its text, so that screen readers speak it.
  return <div role="status">{watched.length === 0 ? null : <Pressing held={watched} />}</div>;
}

function Pressing({ held }: { readonly held: readonly Held[] }) {
  const now = useNow();
  const left = (one: Held) => (one.patience?.at ?? now) - now;
  const pressing = held.filter((one) => left(one) > 0 && left(one) <= PRESSING_MS);
  const [first] = pressing.sort((a, b) => left(a) - left(b));
  return first === undefined ? null : <Banner held={first} left={left(first)} />;
}

function Banner({ held, left }: { readonly held: Held; readonly left: number }) {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const protocol = useLab((state) => state.sessions.get(held.session)?.protocol) ?? 'smtp';
  const line = goAway(protocol, held);
  const who = t(`side.${held.patience?.side ?? 'client'}`);
  return (
    <div className={shell.banner}>
      <Hand size={16} />
      <span>
        {t('banner', { id: held.session, who })}{' '}
        <b aria-hidden="true" className={styles.number}>
          {countdown(left)}
        </b>
      </span>
      <span className={shell.bannerActs}>
        <Button onClick={() => release(store, held)}>{t('release')}</Button>
        <Button onClick={() => answer(store, held, encodeUtf8(line))}>
          {t('banner.answer', { word: wordOfAnswer(line) })}
        </Button>
        <Button onClick={() => leaveAlone(held.id)}>{t('banner.leave')}</Button>
      </span>
    </div>
  );
}
