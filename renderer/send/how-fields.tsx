/** How the mail is sent: encrypted, logged in, greeted by which name, with which other headers. */
import { Checkbox, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { mechanisms } from '../../shared/contract/clients.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import form from '../shell/form.module.css';
import type { FieldsProps } from './fields.tsx';

/** What the listener itself asks for, in words. */
export function arrivalKey({ ssl, starttls, proxyProtocol }: ListenerView): string {
  if (ssl) return proxyProtocol ? 'arrival.ssl.proxy' : 'arrival.ssl';
  if (proxyProtocol) return 'arrival.proxy';
  return starttls === undefined ? 'arrival.clear' : `arrival.starttls.${starttls}`;
}

export function HowFields({ draft, change, target }: FieldsProps & { readonly target: ListenerView }): JSX.Element {
  const { t } = useTranslation('send');
  return (
    <details className={form.fold}>
      <summary>{t('how')}</summary>
      <div className={form.block}>
        <p className={form.hint}>{t(arrivalKey(target))}</p>
        {target.ssl ? null : (
          <Checkbox
            checked={draft.starttls}
            label={t('starttls')}
            onChange={(event) => change({ starttls: event.currentTarget.checked })}
          />
        )}
        <Checkbox
          checked={draft.logsIn}
          label={t('login')}
          onChange={(event) => change({ logsIn: event.currentTarget.checked })}
        />
        {draft.logsIn ? <Login change={change} draft={draft} /> : null}
        <TextInput
          label={t('helo')}
          maxLength={255}
          onChange={(event) => change({ helo: event.currentTarget.value })}
          spellCheck={false}
          value={draft.helo}
        />
        {draft.isRaw ? null : (
          <Textarea
            autosize
            classNames={{ input: form.source ?? '' }}
            description={t('headers.hint')}
            label={t('headers')}
            maxLength={100_000}
            maxRows={6}
            minRows={1}
            onChange={(event) => change({ headers: event.currentTarget.value })}
            placeholder={t('headers.example')}
            spellCheck={false}
            value={draft.headers}
          />
        )}
      </div>
    </details>
  );
}

function Login({ draft, change }: FieldsProps) {
  const { t } = useTranslation('send');
  return (
    <div className={form.columns}>
      <TextInput
        autoComplete="off"
        label={t('user')}
        maxLength={1000}
        onChange={(event) => change({ user: event.currentTarget.value })}
        spellCheck={false}
        value={draft.user}
      />
      <PasswordInput
        autoComplete="off"
        label={t('password')}
        maxLength={1000}
        onChange={(event) => change({ password: event.currentTarget.value })}
        value={draft.password}
        visibilityToggleButtonProps={{ 'aria-label': t('password.show'), 'aria-hidden': false, tabIndex: 0 }}
      />
      <Select
        allowDeselect={false}
        data={[{ value: 'auto', label: t('mechanism.auto') }, ...mechanisms]}
        label={t('mechanism')}
        onChange={(value) => change({ mechanism: mechanisms.find((one) => one === value) ?? 'auto' })}
        value={draft.mechanism}
      />
    </div>
  );
}
