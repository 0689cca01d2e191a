/** *Send again*: where to, and meanwhile a way to stop. */
import { NativeSelect, PasswordInput } from '@mantine/core';
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListenerView } from '../../shared/contract/contract.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { useRecordings } from './recordings-store.ts';
import { sendAgain } from './send-again.ts';

export function AgainDialog(): JSX.Element {
  const { t } = useTranslation('recordings');
  const session = useRecordings((state) => state.session);
  return (
    <Dialog name="again" title={t('again.title', { session })}>
      {session === null ? null : <Body key={session} session={session} />}
    </Dialog>
  );
}

const noListeners: readonly ListenerView[] = [];

function Body({ session }: { readonly session: number }) {
  const { t } = useTranslation('recordings');
  const store = useLabStore();
  const open = useUi((state) => state.open);
  const summary = useLab((state) => state.sessions.get(session));
  const all = useLab((state) => state.lab?.listeners) ?? noListeners;
  const listeners = useMemo(
    () =>
      all.filter(
        ({ role, protocol, state, port }) =>
          role === 'proxy' && state === 'listening' && port > 0 && protocol === summary?.protocol,
      ),
    [all, summary?.protocol],
  );
  const same = listeners.find(({ id }) => id === `${summary?.protocol} ${summary?.listener}`);
  const [chosen, setChosen] = useState<string | null>(null);
  const listener = chosen ?? same?.id ?? listeners[0]?.id ?? null;
  const sending = useRecordings((state) => state.sending);
  const asks = useRecordings((state) => state.asks);
  // Used once: it goes with the dialog.
  const [password, setPassword] = useState('');
  if (listener === null) {
    return (
      <p className={form.text} role="alert">
        {t('again.nowhere', { protocol: summary?.protocol.toUpperCase() ?? '' })}
      </p>
    );
  }
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (sending === null) void sendAgain(store, session, listener, password);
      }}
    >
      <p className={form.text}>{t('again.what')}</p>
      {same === undefined ? (
        <p className={form.text}>{t('again.other', { listener: summary?.listener ?? '' })}</p>
      ) : null}
      <NativeSelect
        data={listeners.map(({ id }) => id)}
        data-autofocus
        disabled={sending !== null}
        label={t('again.to')}
        onChange={(event) => setChosen(event.currentTarget.value)}
        value={listener}
      />
      {asks === null ? null : (
        <PasswordInput
          autoComplete="off"
          autoFocus
          description={t('again.password.why')}
          disabled={sending !== null}
          label={t('again.password', { user: asks })}
          maxLength={1000}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          value={password}
        />
      )}
      <p aria-live="polite" className={form.text}>
        {sending === null ? '' : t('again.waiting')}
      </p>
      <div className={form.end}>
        {sending === null ? (
          <Button onClick={() => open(null)}>{t('cancel')}</Button>
        ) : (
          <Button onClick={() => store.bridge.call('client.stop', {}).catch(report)}>{t('again.stop')}</Button>
        )}
        <Button aria-disabled={sending !== null} look="primary" type="submit">
          {t('again.do')}
        </Button>
      </div>
    </form>
  );
}
