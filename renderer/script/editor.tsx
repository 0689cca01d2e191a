/** The script's text, with the number of each line and what became of it. */
import { Textarea } from '@mantine/core';
import { type JSX, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ScriptResult } from '../../shared/contract/script.ts';
import type { ScriptProblem } from '../../shared/script/script.ts';
import form from '../shell/form.module.css';
import style from './script.module.css';

interface EditorProps {
  readonly text: string;
  readonly problems: readonly ScriptProblem[];
  /** How this very text went; null while it did not run. */
  readonly failed: ScriptResult | null;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
}

/** What stands beside a line: ✓ it went well, ✗ it did not, ! it cannot be read. */
function marksOf(lines: number, problems: readonly ScriptProblem[], result: ScriptResult | null): readonly string[] {
  const marks = new Map<number, string>();
  for (const { line, ok } of result?.done ?? []) marks.set(line, ok ? '✓' : '✗');
  for (const { line } of problems) marks.set(line, '!');
  return Array.from({ length: lines }, (_, index) => marks.get(index + 1) ?? '');
}

export function Editor({ text, problems, failed, onChange, onRun }: EditorProps): JSX.Element {
  const { t } = useTranslation('script');
  const gutter = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => text.split('\n').length, [text]);
  const marks = marksOf(lines, problems, failed);
  return (
    <div className={style.editor}>
      <div aria-hidden="true" className={style.gutter} ref={gutter}>
        {marks.map((mark, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's number is its place.
          <div data-mark={mark} key={index}>
            <span>{mark}</span> {index + 1}
          </div>
        ))}
      </div>
      <Textarea
        classNames={{ input: style.source ?? '' }}
        data-autofocus
        label={t('script')}
        maxLength={2_000_000}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onRun();
        }}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        rows={14}
        spellCheck={false}
        value={text}
        wrap="off"
      />
      {problems.length === 0 ? null : (
        <ul aria-label={t('problems')} className={`${form.notes} ${style.problems}`}>
          {problems.slice(0, 8).map(({ line, message }) => (
            <li key={`${line} ${message}`}>{t('problem', { line, message })}</li>
          ))}
          {problems.length > 8 ? <li>{t('problem.more', { count: problems.length - 8 })}</li> : null}
        </ul>
      )}
    </div>
  );
}
