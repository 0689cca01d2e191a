/** The line to type into, with the commands that could come next. */
import { type JSX, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Protocol } from '../../shared/machine/machine.ts';
import { exampleSender, examplesOf, strangerAddress } from '../sessions/examples.ts';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { Telnet } from '../store/state.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { noPast, recall, remember } from './past.ts';
import { linesOf, suggest } from './suggest.ts';
import style from './telnet.module.css';

interface TelnetLineProps {
  readonly telnet: Telnet | undefined;
  readonly protocol: Protocol;
}

export function TelnetLine({ telnet, protocol }: TelnetLineProps): JSX.Element {
  const { t } = useTranslation('telnet');
  const { writeTelnet } = useActions();
  const input = useRef<HTMLInputElement | null>(null);
  const [line, setLine] = useState('');
  const [past, setPast] = useState(noPast);
  const open = telnet?.open === true;
  const connection = telnet?.connection;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection is there to be typed into.
  useEffect(() => {
    if (open) input.current?.focus();
  }, [connection, open]);
  const submit = () => {
    if (!open) return;
    writeTelnet(telnet.connection, line).catch(report);
    setPast(remember(past, line));
    setLine('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const found = recall(past, event.key === 'ArrowUp' ? -1 : 1, line);
    if (found === null) return;
    setPast(found.past);
    setLine(found.line);
  };
  return (
    <div className={style.foot}>
      {open ? (
        <Suggestions
          onPick={(text) => {
            setLine(text);
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
          submit();
        }}
      >
        <span aria-hidden="true">›</span>
        <input
          aria-label={t('line')}
          autoCapitalize="off"
          autoComplete="off"
          disabled={!open}
          onChange={(event) => setLine(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          placeholder={open ? t('line.placeholder') : t('line.closed')}
          ref={input}
          spellCheck={false}
          value={line}
        />
      </form>
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
  const next = suggest(linesOf(telnet.text, protocol), protocol, { from: exampleSender, to });
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
