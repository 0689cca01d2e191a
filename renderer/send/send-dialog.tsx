/** Send a test mail through the proxy with the built-in client, and see the command that would do the same. */
import { Select } from '@mantine/core';
import { type JSX, type ReactNode, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { curlCommand } from '../../shared/client/curl.ts';
import { swaksCommand } from '../../shared/client/swaks.ts';
import type { SendRequest, SendResult } from '../../shared/contract/clients.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { examplesOf } from '../sessions/examples.ts';
import { Button } from '../shell/button.tsx';
import { CopyLine } from '../shell/copy-line.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { dialable } from '../shell/listeners.ts';
import { report, sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import { choices, type Draft, problemOf, requestOf, sampleDraft } from './draft.ts';
import { Fields } from './fields.tsx';
import { HowFields } from './how-fields.tsx';
import { useLastMail } from './memory.ts';
import { Outcome } from './outcome.tsx';
import style from './send.module.css';
import { staysOpen, tellResult } from './tell-result.ts';

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
  const [draft, setDraft] = useState(() => sampleDraft(first.id, ...(ready[0]?.to ?? [])));
  // Fields that hold their own state begin anew when another mail is put into the form.
  const [filled, setFilled] = useState(0);
  const target = targets.find((one) => one.id === draft.listener) ?? first;
  const sent = { ...draft, listener: target.id };
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const sending = useSend(sent, connected);
  const show = useShow();
  return (
    <form
      className={form.form}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          sending.go();
        }
      }}
      onSubmit={(event) => {
        event.preventDefault();
        sending.go();
      }}
    >
      <fieldset className={form.ready}>
        <legend>{t('examples')}</legend>
        {ready.map((one) => (
          <Button key={`${one.kind} ${one.rule}`} look="chip" onClick={() => change({ to: [...one.to] })}>
            {t(`example.${one.kind}`, { rule: one.rule })}
          </Button>
        ))}
        <LastButton
          onFill={(last) => {
            setDraft(last);
            setFilled(filled + 1);
          }}
        />
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
      <Fields change={change} draft={draft} key={filled} />
      <HowFields change={change} draft={draft} target={target} />
      <Same request={requestOf(sent)} target={target} />
      {sending.result === null ? null : <Outcome onShow={show} result={sending.result} />}
      {connected ? null : (
        <div className={form.outcome} data-tone="bad" role="alert">
          <strong>{t('lost')}</strong>
        </div>
      )}
      <End busy={sending.busy} connected={connected}>
        {sending.problem === null ? null : (
          <p className={form.problem} role="alert">
            {t(sending.problem.key, { ...sending.problem.values })}
          </p>
        )}
      </End>
    </form>
  );
}

/** Puts the last mail back into the form. */
function LastButton({ onFill }: { readonly onFill: (draft: Draft) => void }) {
  const { t } = useTranslation('send');
  const last = useLastMail((state) => state.draft);
  if (last === null) return null;
  return (
    <Button look="chip" onClick={() => onFill(last)}>
      {t('last')}
    </Button>
  );
}

function Same({ request, target }: { readonly request: SendRequest; readonly target: ListenerView }) {
  const { t } = useTranslation('send');
  const { login, ...mail } = request;
  const told = { ...mail, ...(login === undefined ? {} : { login }) };
  const place = { ssl: target.ssl, proxyProtocol: target.proxyProtocol };
  return (
    <div className={style.same}>
      <h3 className={form.label}>{t('same')}</h3>
      <CopyLine name="swaks" text={swaksCommand(told, target.address, target.port, place)} wrap />
      <CopyLine name="curl" text={curlCommand(told, target.address, target.port, place)} wrap />
      {(request.attachments ?? []).length > 0 ? <p className={form.hint}>{t('same.files')}</p> : null}
      {login === undefined ? null : <p className={form.hint}>{t('same.password')}</p>}
    </div>
  );
}

interface EndProps {
  readonly busy: boolean;
  readonly connected: boolean;
  /** What stands in the way. */
  readonly children: ReactNode;
}

function End({ busy, connected, children }: EndProps) {
  const { t } = useTranslation('send');
  const { bridge } = useLabStore();
  const open = useUi((state) => state.open);
  return (
    <div className={form.end}>
      {children}
      <div className={form.away}>
        <Button look="link" onClick={() => open('login')}>
          {t('try')}
        </Button>
        <Button look="link" onClick={() => open('load')}>
          {t('load')}
        </Button>
        <Button look="link" onClick={() => open('script')}>
          {t('script')}
        </Button>
      </div>
      {busy ? <Button onClick={() => void bridge.call('client.stop', {}).catch(report)}>{t('stop')}</Button> : null}
      <Button disabled={busy || !connected} icon="send" look="primary" type="submit">
        {busy ? t('sending') : t('send')}
      </Button>
    </div>
  );
}

/** Closes the dialog and goes to a session. */
export function useShow(): (session: number) => void {
  const { select } = useActions();
  const open = useUi((state) => state.open);
  return (session) => {
    open(null);
    select(session);
  };
}

/** A send that one line can tell of closes the dialog, so that the session can be seen; else it is told here. */
function useSend(draft: Draft, connected: boolean) {
  const { send } = useActions();
  const open = useUi((state) => state.open);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const [result, setResult] = useState<SendResult | string | null>(null);
  const problem = problemOf(draft);
  const finish = (result: SendResult) => {
    useLastMail.setState({ draft, result });
    if (staysOpen(result) && useUi.getState().dialog === 'send') return setResult(result);
    if (useUi.getState().dialog === 'send') open(null);
    tellResult(result);
  };
  const go = () => {
    if (busy || !connected) return;
    // What is missing is said when it is wanted, not while a person is still typing.
    setAsked(true);
    setResult(null);
    if (problem !== null) return;
    setBusy(true);
    send(requestOf(draft))
      .then(finish, (error: unknown) => setResult(sentence(error)))
      .finally(() => setBusy(false));
  };
  // What is held must be within reach: it waits for a person, and the mail with it.
  const held = useLab((state) => state.gates.heldCount > 0);
  useEffect(() => {
    if (busy && held && useUi.getState().dialog === 'send') open(null);
  }, [busy, held, open]);
  return { busy, result, problem: asked ? problem : null, go };
}
