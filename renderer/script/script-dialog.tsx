/** Write a dialogue down, run it against a listener, and see which line was not answered as it should be. */
import { Select } from '@mantine/core';
import { type JSX, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { examplesFor } from '../../shared/script/examples.ts';
import { readScript } from '../../shared/script/script.ts';
import { arrivalKey } from '../send/how-fields.tsx';
import { useShow } from '../send/send-dialog.tsx';
import { examplesOf } from '../sessions/examples.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { dialable } from '../shell/listeners.ts';
import { report, sentence } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { nameOf } from '../telnet/telnet-panel.tsx';
import { Editor } from './editor.tsx';
import { FileButtons } from './file-buttons.tsx';
import { Outcome } from './outcome.tsx';
import style from './script.module.css';
import { useScripts } from './script-store.ts';

export function ScriptDialog(): JSX.Element {
  const { t } = useTranslation('script');
  return (
    <Dialog name="script" size="xl" title={t('title')}>
      <Form />
    </Dialog>
  );
}

function Form() {
  const { t } = useTranslation(['script', 'send']);
  const connected = useLab((state) => state.connected);
  const listeners = useLab((state) => state.lab?.listeners);
  const rules = useLab((state) => state.lab?.rules);
  const targets = useMemo(() => dialable(listeners ?? []), [listeners]);
  const examples = useMemo(() => examplesFor(examplesOf(rules ?? []).map(({ address }) => address)), [rules]);
  const kept = useScripts();
  const text = kept.text ?? examples[0]?.text ?? '';
  const target = targets.find(({ id }) => id === kept.listener) ?? targets[0];
  const running = useRun();
  const show = useShow();
  const problems = useMemo(() => {
    const read = readScript(text);
    return 'problems' in read ? read.problems : [];
  }, [text]);
  if (target === undefined) return <p>{t('deaf')}</p>;
  const put = (next: string, listener: string) => useScripts.setState({ text: next, listener, ran: null });
  const offered = examples.filter(({ protocol }) => targets.some((one) => one.protocol === protocol));
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        running.go(target.id, text);
      }}
    >
      <fieldset className={form.ready}>
        <legend>{t('examples')}</legend>
        {offered.map(({ name, protocol, text: example }) => (
          <Button
            key={name}
            look="chip"
            onClick={() => put(example, targets.find((one) => one.protocol === protocol)?.id ?? '')}
          >
            {t(`example.${name}`)}
          </Button>
        ))}
      </fieldset>
      <Select
        allowDeselect={false}
        data={targets.map((one) => ({ value: one.id, label: nameOf(one) }))}
        description={t(arrivalKey(target), { ns: 'send' })}
        label={t('listener')}
        onChange={(listener) => useScripts.setState({ listener: listener ?? target.id })}
        value={target.id}
      />
      <Editor
        failed={
          kept.ran !== null && typeof kept.ran.result !== 'string' && kept.ran.text === text ? kept.ran.result : null
        }
        onChange={(next) => useScripts.setState({ text: next })}
        onRun={() => running.go(target.id, text)}
        problems={problems}
        text={text}
      />
      {kept.ran === null ? null : <Outcome onShow={show} result={kept.ran.result} text={kept.ran.text} />}
      <Help />
      <div className={form.end}>
        <div className={form.away}>
          <FileButtons onOpen={(opened) => put(opened, target.id)} text={text} />
        </div>
        {running.busy ? <Stop /> : null}
        <Button disabled={running.busy || !connected || problems.length > 0} look="primary" type="submit">
          {t(running.busy ? 'running' : 'run')}
        </Button>
      </div>
    </form>
  );
}

function Stop() {
  const { t } = useTranslation('script');
  const { bridge } = useLabStore();
  return <Button onClick={() => void bridge.call('client.stop', {}).catch(report)}>{t('stop')}</Button>;
}

/** The language on one page. */
function Help() {
  const { t } = useTranslation('script');
  const lines = ['>', '>>', '<', '&', '!', '~', '?', 'wait', 'starttls', 'tls', 'closed', 'close', 'set'] as const;
  return (
    <details className={form.fold}>
      <summary>{t('help')}</summary>
      <dl className={style.signs}>
        {lines.map((sign) => (
          <div key={sign}>
            <dt>
              <code>{t(`sign.${sign}`)}</code>
            </dt>
            <dd>{t(`sign.${sign}.text`)}</dd>
          </div>
        ))}
      </dl>
      <p className={form.soft}>{t('help.patterns')}</p>
      <p className={form.soft}>{t('help.variables')}</p>
    </details>
  );
}

function useRun() {
  const { bridge } = useLabStore();
  const [busy, setBusy] = useState(false);
  const go = (listener: string, text: string) => {
    if (busy) return;
    setBusy(true);
    useScripts.setState({ ran: null });
    bridge
      .call('script.run', { listener, text })
      .then(
        (result) => useScripts.setState({ ran: { text, result } }),
        (error: unknown) => useScripts.setState({ ran: { text, result: sentence(error) } }),
      )
      .finally(() => setBusy(false));
  };
  return { busy, go };
}
