/** Before the first session: one click that makes one, and the commands for those who bring their own client. */
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hostPort } from '../../shared/wire/host-port.ts';
import { sampleMail } from '../send/draft.ts';
import { tellResult } from '../send/tell-result.ts';
import { Button } from '../shell/button.tsx';
import { CopyLine } from '../shell/copy-line.tsx';
import { dialable } from '../shell/listeners.ts';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { authCommand, firstCommands } from './commands.ts';
import { exampleSender, examplesOf, strangerAddress } from './examples.ts';
import style from './sessions.module.css';

export function FirstRun(): JSX.Element {
  const { t } = useTranslation('sessions');
  const listeners = useLab((state) => state.lab?.listeners);
  const rules = useLab((state) => state.lab?.rules);
  const open = useMemo(() => dialable(listeners ?? []), [listeners]);
  const address = examplesOf(rules ?? [])[0]?.address ?? strangerAddress;
  const target = open.find((one) => one.protocol === 'smtp');
  const auth = listeners?.find((one) => one.role === 'auth' && one.state === 'listening');
  if (target === undefined) return <NothingListens />;
  const where = { host: target.address, port: target.port, from: exampleSender, to: address };
  return (
    <div className={style.first}>
      <h2>{t('first')}</h2>
      <p>{t('first.what')}</p>
      <SampleButtons address={address} listener={target.id} />
      <p>{t('first.or', { address: hostPort(target.address, target.port) })}</p>
      {firstCommands(where).map(({ name, text }) => (
        <CopyLine key={name} name={name} text={text} wrap />
      ))}
      {auth === undefined ? null : (
        <>
          <p>{t('first.auth')}</p>
          <CopyLine name="curl" text={authCommand(auth.address, auth.port, address).text} wrap />
        </>
      )}
    </div>
  );
}

function SampleButtons({ listener, address }: { readonly listener: string; readonly address: string }) {
  const { t } = useTranslation('sessions');
  const { send } = useActions();
  const setTelnet = useUi((state) => state.setTelnet);
  const [busy, setBusy] = useState(false);
  const sample = () => {
    setBusy(true);
    send(sampleMail(listener, address))
      .then(tellResult, report)
      .finally(() => setBusy(false));
  };
  return (
    <div className={style.firstActions}>
      <Button disabled={busy} icon="send" look="primary" onClick={sample}>
        {t('first.sample')}
      </Button>
      <Button icon="terminal" onClick={() => setTelnet(true)}>
        {t('first.telnet')}
      </Button>
    </div>
  );
}

function NothingListens() {
  const { t } = useTranslation('sessions');
  const go = useUi((state) => state.go);
  return (
    <div className={style.first}>
      <h2>{t('first.deaf')}</h2>
      <p>{t('first.deaf.how')}</p>
      <div className={style.firstActions}>
        <Button onClick={() => go('lab')}>{t('first.deaf.open')}</Button>
      </div>
    </div>
  );
}
