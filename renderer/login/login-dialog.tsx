/** Try a login on a listener, and read step by step what client and server said to each other. */
import { PasswordInput, Select, TextInput } from '@mantine/core';
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoginRequest, LoginResult } from '../../shared/contract/clients.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import { arrivalKey } from '../send/how-fields.tsx';
import { useShow } from '../send/send-dialog.tsx';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import layout from '../shell/form.module.css';
import { dialable } from '../shell/listeners.ts';
import { report, sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { nameOf } from '../telnet/telnet-panel.tsx';
import { Choices } from './choices.tsx';
import { Steps } from './steps.tsx';
import { waysOf } from './ways.ts';

export function LoginDialog(): JSX.Element {
  const { t } = useTranslation('login');
  const listeners = useLab((state) => state.lab?.listeners);
  // What is read from a mailbox is tried here most often: SMTP comes last.
  const targets = useMemo(
    () =>
      dialable(listeners ?? []).toSorted(
        (one, other) => Number(one.protocol === 'smtp') - Number(other.protocol === 'smtp'),
      ),
    [listeners],
  );
  const [first] = targets;
  return (
    <Dialog name="login" size="lg" title={t('title')}>
      {first === undefined ? <p>{t('deaf')}</p> : <LoginForm first={first} targets={targets} />}
    </Dialog>
  );
}

interface LoginFormProps {
  readonly first: ListenerView;
  readonly targets: readonly ListenerView[];
}

function LoginForm({ first, targets }: LoginFormProps) {
  const { t } = useTranslation(['login', 'send']);
  const connected = useLab((state) => state.connected);
  const open = useUi((state) => state.open);
  const { bridge } = useLabStore();
  const [form, setForm] = useState<LoginRequest>(() => ({
    ...{ listener: first.id, helo: 'mail-lab', user: '', password: '' },
    ...{ way: 'auto', starttls: false, after: 'count' },
  }));
  const target = targets.find((one) => one.id === form.listener) ?? first;
  const change = (part: Partial<LoginRequest>) => setForm((before) => ({ ...before, ...part }));
  const ways = waysOf(target.protocol);
  const way = ways.includes(form.way) ? form.way : 'auto';
  const trying = useLogin({ ...form, listener: target.id, way });
  const show = useShow();
  return (
    <form
      className={layout.form}
      onSubmit={(event) => {
        event.preventDefault();
        trying.go();
      }}
    >
      <Select
        allowDeselect={false}
        data={targets.map((one) => ({ value: one.id, label: nameOf(one) }))}
        description={t(arrivalKey(target), { ns: 'send' })}
        label={t('listener')}
        onChange={(listener) => change({ listener: listener ?? first.id })}
        value={target.id}
      />
      <div className={layout.columns}>
        <TextInput
          autoComplete="off"
          data-autofocus
          label={t('user')}
          maxLength={1000}
          onChange={(event) => change({ user: event.currentTarget.value })}
          spellCheck={false}
          value={form.user}
        />
        <PasswordInput
          autoComplete="off"
          label={t('password')}
          maxLength={1000}
          onChange={(event) => change({ password: event.currentTarget.value })}
          value={form.password}
          visibilityToggleButtonProps={{ 'aria-label': t('password.show'), 'aria-hidden': false, tabIndex: 0 }}
        />
      </div>
      <Choices change={change} form={{ ...form, way }} target={target} />
      {trying.result === null ? null : <Steps onShow={show} result={trying.result} />}
      <div className={layout.end}>
        <div className={layout.away}>
          <Button look="link" onClick={() => open('send')}>
            {t('mail')}
          </Button>
        </div>
        {trying.busy ? (
          <Button onClick={() => void bridge.call('client.stop', {}).catch(report)}>{t('stop')}</Button>
        ) : null}
        <Button disabled={trying.busy || !connected} look="primary" type="submit">
          {t(trying.busy ? 'trying' : 'try')}
        </Button>
      </div>
    </form>
  );
}

/** Tries it; the window follows the session meanwhile. */
function useLogin(request: LoginRequest) {
  const { bridge } = useLabStore();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<LoginResult | string | null>(null);
  const go = () => {
    if (busy) return;
    setBusy(true);
    setResult(null);
    bridge
      .call('client.login', request)
      .then(setResult, (error: unknown) => setResult(sentence(error)))
      .finally(() => setBusy(false));
  };
  return { busy, result, go };
}
