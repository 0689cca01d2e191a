/** A recorded session as a command for a terminal: shown before it is copied, with what it leaves out. */
import { Checkbox, SegmentedControl } from '@mantine/core';
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyAs, type Program, programs } from '../../shared/client/copy.ts';
import { type Recorded, recordedOf } from '../../shared/client/recorded.ts';
import { makeScript } from '../script/make-script.ts';
import { Button } from '../shell/button.tsx';
import { CopyLine } from '../shell/copy-line.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { sentence } from '../shell/report.ts';
import { useLabStore } from '../store/use-store.ts';
import style from './copy.module.css';
import { useCopied } from './copy-store.ts';

export function CopyDialog(): JSX.Element {
  const { t } = useTranslation('copy');
  const session = useCopied((state) => state.session);
  return (
    <Dialog name="copy" size="lg" title={t('title', { session })}>
      {session === null ? null : <Body key={session} session={session} />}
    </Dialog>
  );
}

/** null: still loading · a text: why it cannot be copied. */
function useRecorded(session: number): Recorded | string | null {
  const { t } = useTranslation('copy');
  const { bridge } = useLabStore();
  const [recorded, setRecorded] = useState<Recorded | string | null>(null);
  useEffect(() => {
    let here = true;
    bridge.call('session.get', { id: session }).then(
      (got) => {
        const { protocol, listener } = got?.summary ?? {};
        const found = got && protocol && listener ? recordedOf(protocol, listener, got.entries) : null;
        if (here) setRecorded(found ?? t(got === null ? 'gone' : 'unix'));
      },
      (error: unknown) => {
        if (here) setRecorded(sentence(error));
      },
    );
    return () => {
      here = false;
    };
  }, [bridge, session, t]);
  return recorded;
}

function Body({ session }: { readonly session: number }) {
  const { t } = useTranslation('copy');
  const recorded = useRecorded(session);
  if (recorded === null) return <p>{t('loading')}</p>;
  if (typeof recorded === 'string') return <p role="alert">{recorded}</p>;
  return <Copies recorded={recorded} session={session} />;
}

function Copies({ recorded, session }: { readonly recorded: Recorded; readonly session: number }) {
  const { t } = useTranslation(['copy', 'script']);
  const store = useLabStore();
  const [wanted, setWanted] = useState<Program | null>(null);
  const [secrets, setSecrets] = useState(false);
  const offered = programs.filter((program) => copyAs(program, recorded, false) !== null);
  const program = offered.find((one) => one === wanted) ?? offered[0];
  const copied = program === undefined ? null : copyAs(program, recorded, secrets);
  if (program === undefined || copied === null) return <p>{t('nothing')}</p>;
  const hasSecrets = copyAs(program, recorded, false)?.remarks.includes('masked') === true;
  return (
    <div className={form.form}>
      <SegmentedControl
        aria-label={t('program')}
        data={offered.map((one) => ({ value: one, label: t(`program.${one}`) }))}
        onChange={(value) => setWanted(offered.find((one) => one === value) ?? null)}
        value={program}
      />
      {hasSecrets ? (
        <Checkbox
          checked={secrets}
          label={t('secrets')}
          onChange={(event) => setSecrets(event.currentTarget.checked)}
        />
      ) : null}
      <div className={style.command}>
        <CopyLine name={t(`program.${program}`)} text={copied.text} wrap />
      </div>
      {copied.remarks.length === 0 ? null : (
        <ul aria-label={t('remarks')} className={form.notes}>
          {copied.remarks.map((remark) => (
            <li key={remark}>{t(`remark.${remark}`)}</li>
          ))}
        </ul>
      )}
      <div>
        <Button look="link" onClick={() => void makeScript(store, session, secrets)}>
          {t('make', { ns: 'script' })}
        </Button>
      </div>
    </div>
  );
}
