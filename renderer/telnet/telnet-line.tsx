/** The line to type into, with the commands that could come next. */
import { Checkbox } from '@mantine/core';
import { type ClipboardEvent, type JSX, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Protocol } from '../../shared/machine/machine.ts';
import { exampleSender, examplesOf, strangerAddress } from '../sessions/examples.ts';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { Telnet } from '../store/state.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { bytesOfLine } from './bytes.ts';
import { isSecret, recall, usePasts } from './past.ts';
import { agreedToTls, linesOf, suggest } from './suggest.ts';
import style from './telnet.module.css';
import { type Paste, usePaste } from './use-paste.ts';

interface TelnetLineProps {
  readonly telnet: Telnet | undefined;
  readonly protocol: Protocol;
}

export function TelnetLine({ telnet, protocol }: TelnetLineProps): JSX.Element {
  const { t } = useTranslation('telnet');
  const input = useRef<HTMLInputElement | null>(null);
  const [escaped, setEscaped] = useState(false);
  const [waits, setWaits] = useState(true);
  const open = telnet?.open === true;
  const connection = telnet?.connection;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection is there to be typed into.
  useEffect(() => {
    if (open) input.current?.focus();
  }, [connection, open]);
  const lines = useMemo(() => linesOf(telnet?.said ?? []), [telnet?.said]);
  const before = lines.findLast(({ from }) => from === 'server')?.text ?? '';
  const typing = useTyping(telnet, protocol, before, escaped);
  const pasting = usePaste(telnet, protocol, waits, typing.send);
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text');
    if (!/[\r\n]/.test(text) || telnet === undefined || !open) return;
    event.preventDefault();
    const pasted = `${typing.line}${text}`.split(/\r\n|\r|\n/);
    if (pasted.at(-1) === '') pasted.pop();
    typing.setLine('');
    pasting.start(pasted, telnet.connection);
  };
  return (
    <div className={style.foot}>
      {open && agreedToTls(lines, protocol) ? <Upgrade connection={telnet.connection} /> : null}
      {pasting.paste === null ? null : <Pasted onStop={pasting.stop} paste={pasting.paste} />}
      {open ? (
        <Suggestions
          onPick={(text) => {
            typing.setLine(text);
            input.current?.focus();
          }}
          protocol={protocol}
          telnet={telnet}
        />
      ) : null}
      <form
        className={style.line}
        onSubmit={(event) => {
          event.preventDefault();
          typing.submit();
        }}
      >
        <span aria-hidden="true">›</span>
        <input
          aria-label={t('line')}
          autoCapitalize="off"
          autoComplete="off"
          className={form.input}
          disabled={!open}
          onChange={(event) => typing.setLine(event.currentTarget.value)}
          onKeyDown={typing.onKeyDown}
          onPaste={onPaste}
          placeholder={open ? t('line.placeholder') : t('line.closed')}
          ref={input}
          spellCheck={false}
          value={typing.line}
        />
      </form>
      <div className={style.choices}>
        <Checkbox
          checked={escaped}
          label={t('escapes')}
          onChange={(event) => setEscaped(event.currentTarget.checked)}
          title={t('escapes.hint')}
        />
        <Checkbox
          checked={waits}
          label={t('waits')}
          onChange={(event) => setWaits(event.currentTarget.checked)}
          title={t('waits.hint')}
        />
      </div>
    </div>
  );
}

/** The line being typed, and what was typed before. */
function useTyping(telnet: Telnet | undefined, protocol: Protocol, before: string, escaped: boolean) {
  const { writeTelnet } = useActions();
  const [line, setLine] = useState('');
  const pasts = usePasts();
  const send = (text: string) => {
    if (telnet?.open !== true) return;
    writeTelnet(telnet.connection, `${bytesOfLine(text, escaped)}\r\n`).catch(report);
    pasts.sent(protocol, text, isSecret(text, protocol, before));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const found = recall(pasts.past(protocol), event.key === 'ArrowUp' ? -1 : 1, line);
    if (found === null) return;
    pasts.move(protocol, found.past);
    setLine(found.line);
  };
  const submit = () => {
    if (telnet?.open !== true) return;
    send(line);
    setLine('');
  };
  return { line, setLine, send, submit, onKeyDown };
}

/** The server has agreed to TLS: whoever types goes on when it is there. */
function Upgrade({ connection }: { readonly connection: number }) {
  const { t } = useTranslation('telnet');
  const { secureTelnet } = useActions();
  const [busy, setBusy] = useState(false);
  const shake = () => {
    setBusy(true);
    secureTelnet(connection)
      .catch(report)
      .finally(() => setBusy(false));
  };
  return (
    <div className={style.bar} role="status">
      <span>{t('upgrade')}</span>
      <Button disabled={busy} onClick={shake}>
        {t('upgrade.do')}
      </Button>
    </div>
  );
}

function Pasted({ paste, onStop }: { readonly paste: Paste; readonly onStop: () => void }) {
  const { t } = useTranslation('telnet');
  return (
    <div className={style.bar} role="status">
      <span>{t('pasted', { sent: paste.sent, count: paste.lines.length })}</span>
      <Button onClick={onStop}>{t('pasted.stop')}</Button>
    </div>
  );
}

interface SuggestionsProps {
  readonly telnet: Telnet;
  readonly protocol: Protocol;
  readonly onPick: (text: string) => void;
}

function Suggestions({ telnet, protocol, onPick }: SuggestionsProps) {
  const { t } = useTranslation('telnet');
  const wanted = useUi((state) => state.settings.suggestions);
  const set = useUi((state) => state.set);
  const rules = useLab((state) => state.lab?.rules);
  const to = useMemo(() => [...examplesOf(rules ?? []).map((one) => one.address), strangerAddress], [rules]);
  const material = { from: exampleSender, to, secure: telnet.tls !== null };
  const next = suggest(linesOf(telnet.said), protocol, material);
  if (!wanted) {
    return (
      <button className={style.quiet} onClick={() => set({ suggestions: true })} type="button">
        {t('suggest.on')}
      </button>
    );
  }
  return (
    <fieldset className={style.suggestions}>
      <legend>{t('suggest')}</legend>
      {next.map((text) => (
        <button
          aria-label={text === '' ? t('suggest.blank') : undefined}
          className={style.next}
          key={text}
          onClick={() => onPick(text)}
          type="button"
        >
          {text === '' ? '⏎' : text}
        </button>
      ))}
      <button className={style.quiet} onClick={() => set({ suggestions: false })} type="button">
        {t('suggest.off')}
      </button>
    </fieldset>
  );
}
