/** A line to type; arrow up and down bring back what was typed before. */
import { type ClipboardEvent, type JSX, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Cue } from '../../shared/proxy/what-if.ts';
import { Button } from '../shell/button.tsx';
import { bytesOfLine } from '../telnet/bytes.ts';
import { recall } from '../telnet/past.ts';
import { escapedLines } from './escaped.ts';
import styles from './whatif.module.css';
import { useWhatIf } from './whatif-store.ts';

interface LineFormProps {
  readonly turn: 'client' | 'upstream';
  readonly protocol: Protocol;
  readonly onCue: (cue: Cue) => void;
}

export function LineForm({ turn, protocol, onCue }: LineFormProps): JSX.Element {
  const { t } = useTranslation('whatif');
  const [line, setLine] = useState('');
  const { past, setPast, typed, escaped, setEscaped } = useWhatIf();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const found = recall(past, event.key === 'ArrowUp' ? -1 : 1, line);
    if (found === null) return;
    setPast(found.past);
    setLine(found.line);
  };
  // A field of one line would join what is pasted.
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const lines = escapedLines(event.clipboardData.getData('text'), escaped);
    if (lines === null) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const [from, to] = [selectionStart ?? line.length, selectionEnd ?? line.length];
    setLine(line.slice(0, from) + lines + line.slice(to));
    setEscaped(true);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onCue({ type: turn, text: `${bytesOfLine(line, escaped)}\r\n` });
        typed(line);
        setLine('');
      }}
    >
      <div className={styles.form}>
        <input
          aria-label={t(`line.${turn}`)}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => setLine(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          placeholder={t(`example.${turn}.${protocol}`)}
          spellCheck={false}
          value={line}
        />
        <Button type="submit">{t('ask')}</Button>
      </div>
      <label className={styles.option} title={t('escapes.hint')}>
        <input checked={escaped} onChange={(event) => setEscaped(event.currentTarget.checked)} type="checkbox" />
        {t('escapes')}
      </label>
    </form>
  );
}
