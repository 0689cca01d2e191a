/** A command to copy: the text as it would be typed, and a button that says when it has been copied. */
import { useClipboard } from '@mantine/hooks';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import style from './copy-line.module.css';
import { Icon } from './icon.tsx';

interface CopyLineProps {
  /** What the command is, for the button's name: `swaks`. */
  readonly name: string;
  readonly text: string;
  /** Show more than one line of it. */
  readonly wrap?: boolean;
}

export function CopyLine({ name, text, wrap = false }: CopyLineProps): JSX.Element {
  const { t } = useTranslation('shell');
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <div className={style.line}>
      <code
        className={wrap ? style.wrapped : style.text}
        // What scrolls must be reachable by keyboard (WCAG 2.1.1).
        tabIndex={wrap ? 0 : undefined}
        title={wrap ? undefined : text}
      >
        {text}
      </code>
      <button
        aria-label={clipboard.copied ? t('copied', { name }) : t('copy', { name })}
        className={style.copy}
        onClick={() => clipboard.copy(text)}
        type="button"
      >
        <Icon name={clipboard.copied ? 'check' : 'copy'} size={14} />
        <span aria-hidden="true">{clipboard.copied ? t('copied.short') : t('copy.short')}</span>
      </button>
    </div>
  );
}
