/** How the login is made, and what is done with the mailbox then. */
import { Checkbox, Select, TextInput } from '@mantine/core';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoginRequest } from '../../shared/contract/clients.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import layout from '../shell/form.module.css';
import { wayKey, waysOf } from './ways.ts';

interface ChoicesProps {
  readonly form: LoginRequest;
  readonly target: ListenerView;
  readonly change: (part: Partial<LoginRequest>) => void;
}

const afters = ['nothing', 'count', 'fetch'] as const;

export function Choices({ form, target, change }: ChoicesProps): JSX.Element {
  const { t } = useTranslation('login');
  const ways = waysOf(target.protocol);
  return (
    <>
      <div className={layout.columns}>
        <Select
          allowDeselect={false}
          data={ways.map((way) => ({ value: way, label: t(wayKey(way, target.protocol)) }))}
          label={t('way')}
          onChange={(value) => change({ way: ways.find((one) => one === value) ?? 'auto' })}
          value={form.way}
        />
        {target.protocol === 'smtp' ? (
          <TextInput
            label={t('helo')}
            maxLength={255}
            onChange={(event) => change({ helo: event.currentTarget.value })}
            spellCheck={false}
            value={form.helo}
          />
        ) : (
          <Select
            allowDeselect={false}
            data={afters.map((after) => ({ value: after, label: t(`after.${after}`) }))}
            label={t('after')}
            onChange={(value) => change({ after: afters.find((one) => one === value) ?? 'nothing' })}
            value={form.after}
          />
        )}
      </div>
      {target.ssl ? null : (
        <Checkbox
          checked={form.starttls}
          label={t(target.protocol === 'pop3' ? 'stls' : 'starttls')}
          onChange={(event) => change({ starttls: event.currentTarget.checked })}
        />
      )}
    </>
  );
}
