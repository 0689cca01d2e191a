/** Before the first session: one click that makes one, and the commands for those who bring their own client. */
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListenerView } from '../../shared/contract/contract.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { sampleMail } from '../send/draft.ts';
import { tellResult } from '../send/tell-result.ts';
import { Button } from '../shell/button.tsx';
import { CopyLine } from '../shell/copy-line.tsx';
import { dialable } from '../shell/listeners.ts';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { authCommand, firstCommands, readCommand, tlsCommand } from './commands.ts';
import { exampleSender, examplesOf, strangerAddress } from './examples.ts';
import style from './sessions.module.css';

export function FirstRun(): JSX.Element {
  const { t } = useTranslation('sessions');
  const listeners = useLab((state) => state.lab?.listeners);
  const open = useMemo(() => dialable(listeners ?? []), [listeners]);
  const target = open.find((one) => one.protocol === 'smtp');
  if (open.length === 0) return <NothingListens />;
  return (
    <div className={style.first}>
      <h2>{t('first')}</h2>
      {target === undefined ? <Reading /> : <Sending target={target} />}
      {open.flatMap(commandsOf).map(({ name, text }) => (
        <CopyLine key={text} name={name} text={text} wrap />
      ))}
      <MailProgram open={open} />
      {target === undefined ? null : <AskAuth />}
    </div>
  );
}

/** How else a listener is reached: by hand with TLS, and where mail is read with curl. */
function commandsOf(
  { protocol, address, port, ssl, starttls }: ListenerView,
  at: number,
  all: readonly ListenerView[],
) {
  // One of each protocol is enough to begin with.
  if (protocol === 'http' || all.findIndex((one) => one.protocol === protocol) !== at) return [];
  const secure = starttls === undefined ? [] : [tlsCommand(protocol, address, port)];
  return protocol === 'smtp' ? secure : [readCommand(protocol, address, port, ssl === true), ...secure];
}

/** A lab that takes mail: one click sends one, and three programs that do it too. */
function Sending({ target }: { readonly target: ListenerView }) {
  const { t } = useTranslation('sessions');
  const address = useExample();
  const { address: host, port, ssl } = target;
  return (
    <>
      <p>{t('first.what')}</p>
      <SampleButtons address={address} listener={target.id} />
      <p>{t('first.or', { address: hostPort(host, port) })}</p>
      {firstCommands({ host, port, from: exampleSender, to: address, ssl: ssl === true }).map(({ name, text }) => (
        <CopyLine key={name} name={name} text={text} wrap />
      ))}
    </>
  );
}

const useExample = (): string => {
  const rules = useLab((state) => state.lab?.rules);
  return examplesOf(rules ?? [])[0]?.address ?? strangerAddress;
};

/** A lab in which mail is only read. */
function Reading() {
  const { t } = useTranslation('sessions');
  const open = useUi((state) => state.open);
  const setTelnet = useUi((state) => state.setTelnet);
  return (
    <>
      <p>{t('first.read')}</p>
      <div className={style.firstActions}>
        <Button look="primary" onClick={() => open('login')}>
          {t('first.login')}
        </Button>
        <Button icon="terminal" onClick={() => setTelnet(true)}>
          {t('first.telnet')}
        </Button>
      </div>
    </>
  );
}

/** What a mail program asks for, a line for each protocol. */
function MailProgram({ open }: { readonly open: readonly ListenerView[] }) {
  const { t } = useTranslation('sessions');
  const one = (protocol: ListenerView['protocol']) => open.find((each) => each.protocol === protocol) ?? [];
  const listeners = [one('imap'), one('pop3'), one('smtp')].flat();
  const secured = ({ ssl, starttls }: ListenerView) =>
    ssl === true ? 'ssl' : starttls === undefined ? 'none' : 'starttls';
  return (
    <>
      <p>{t('first.program')}</p>
      <ul className={style.firstList}>
        {listeners.map((each) => (
          <li key={each.id}>
            {t(`first.program.${secured(each)}`, {
              protocol: each.protocol.toUpperCase(),
              host: each.address,
              port: each.port,
            })}
          </li>
        ))}
      </ul>
    </>
  );
}

function AskAuth() {
  const { t } = useTranslation('sessions');
  const auth = useLab((state) => state.lab?.listeners.find((one) => one.role === 'auth' && one.state === 'listening'));
  const address = useExample();
  if (auth === undefined) return null;
  return (
    <>
      <p>{t('first.auth')}</p>
      <CopyLine name="curl" text={authCommand(auth.address, auth.port, address).text} wrap />
    </>
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
