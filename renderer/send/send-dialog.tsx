/** Send a test mail through the proxy with the built-in client, and see the command that would do the same. */
import { Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { swaksCommand } from '../../shared/client/swaks.ts';
import type { SendRequest, SendResult } from '../../shared/contract/clients.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { examplesOf } from '../sessions/examples.ts';
import { Button } from '../shell/button.tsx';
import { CopyLine } from '../shell/copy-line.tsx';
import { Dialog } from '../shell/dialog.tsx';
import { dialable } from '../shell/listeners.ts';
import { sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { choices, isSendable, sampleMail } from './draft.ts';
import style from './send.module.css';
import { headline, tellResult } from './tell-result.ts';

export function SendDialog(): JSX.Element {
  const { t } = useTranslation('send');
  const listeners = useLab((state) => state.lab?.listeners);
  const deaf = listeners === undefined ? 'starting' : 'deaf';
  const targets = useMemo(() => dialable(listeners ?? []).filter((one) => one.protocol === 'smtp'), [listeners]);
  const [first] = targets;
  return (
    <Dialog name="send" size="lg" title={t('title')}>
      {first === undefined ? <p>{t(deaf)}</p> : <SendForm first={first} targets={targets} />}
    </Dialog>
  );
}

interface SendFormProps {
  readonly first: ListenerView;
  readonly targets: readonly ListenerView[];
}

function SendForm({ first, targets }: SendFormProps) {
  const { t } = useTranslation('send');
  const connected = useLab((state) => state.connected);
  const rules = useLab((state) => state.lab?.rules);
  const examples = useMemo(() => examplesOf(rules ?? []), [rules]);
  const ready = useMemo(() => choices(examples), [examples]);
  const [request, setRequest] = useState(() => sampleMail(first.id, ...(ready[0]?.to ?? [])));
  const target = targets.find((one) => one.id === request.listener) ?? first;
  const sendable = connected && isSendable(request);
  const { busy, failure, go } = useSend({ ...request, listener: target.id }, sendable);
  const change = (part: Partial<SendRequest>) => setRequest((before) => ({ ...before, ...part }));
  return (
    <form
      className={style.form}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          go();
        }
      }}
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <fieldset className={style.examples}>
        <legend>{t('examples')}</legend>
        {ready.map((one) => (
          <Button key={`${one.kind} ${one.rule}`} look="chip" onClick={() => change({ to: [...one.to] })}>
            {t(`example.${one.kind}`, { rule: one.rule })}
          </Button>
        ))}
      </fieldset>
      {targets.length > 1 ? (
        <Select
          allowDeselect={false}
          data={targets.map((one) => ({ value: one.id, label: hostPort(one.address, one.port) }))}
          label={t('listener')}
          onChange={(listener) => change({ listener: listener ?? first.id })}
          value={target.id}
        />
      ) : null}
      <Fields change={change} request={request} />
      <div className={style.same}>
        <h3>{t('same')}</h3>
        <CopyLine name="swaks" text={swaksCommand(request, target.address, target.port)} wrap />
      </div>
      {failure === null || !connected ? null : <Failure result={failure} />}
      {connected ? null : (
        <div className={style.failure} role="alert">
          <strong>{t('lost')}</strong>
        </div>
      )}
      <div className={style.end}>
        <Button disabled={busy || !sendable} icon="send" look="primary" type="submit">
          {busy ? t('sending') : t('send')}
        </Button>
      </div>
    </form>
  );
}

interface FieldsProps {
  readonly request: SendRequest;
  readonly change: (part: Partial<SendRequest>) => void;
}

function Fields({ request, change }: FieldsProps) {
  const { t } = useTranslation('send');
  return (
    <>
      <TextInput
        label={t('from')}
        maxLength={1000}
        onChange={(event) => change({ from: event.currentTarget.value })}
        spellCheck={false}
        value={request.from}
      />
      <TagsInput
        acceptValueOnBlur
        clearable
        data-autofocus
        description={t('to.hint')}
        dropdownOpened={false}
        label={t('to')}
        maxTags={100}
        onChange={(to) => change({ to })}
        splitChars={[',', ' ', ';']}
        value={[...request.to]}
      />
      <TextInput
        label={t('subject')}
        maxLength={2000}
        onChange={(event) => change({ subject: event.currentTarget.value })}
        value={request.subject}
      />
      <Textarea
        autosize
        label={t('body')}
        maxLength={1_000_000}
        maxRows={8}
        minRows={3}
        onChange={(event) => change({ body: event.currentTarget.value })}
        value={request.body}
      />
    </>
  );
}

/** A send that made a session closes the dialog, so that the session can be seen; one that did not says why here. */
function useSend(request: SendRequest, ready: boolean) {
  const { send } = useActions();
  const open = useUi((state) => state.open);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<SendResult | string | null>(null);
  const finish = (result: SendResult) => {
    if (result.session === null && !result.ok) return setFailure(result);
    open(null);
    tellResult(result);
  };
  const go = () => {
    if (busy || !ready) return;
    setBusy(true);
    setFailure(null);
    send(request)
      .then(finish, (error: unknown) => setFailure(sentence(error)))
      .finally(() => setBusy(false));
  };
  return { busy, failure, go };
}

function Failure({ result }: { readonly result: SendResult | string }) {
  const { t } = useTranslation('send');
  const { key, count, to } = typeof result === 'string' ? { key: 'result.failed', count: 0, to: '' } : headline(result);
  return (
    <div className={style.failure} role="alert">
      <strong>{t(key, { count, to })}</strong>
      <p>{typeof result === 'string' ? result : result.response || result.error}</p>
    </div>
  );
}
