/** The search of the list of messages: words, or `from:`, `to:`, `subject:`, `text:`, `header:`, `has:`, `is:`. */
import { type JSX, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import bar from '../shell/search.module.css';
import type { Mailbox } from './mailbox.ts';
import style from './messages.module.css';
import { useMessages } from './messages-ui.ts';

/** ms after the last letter before the lab is asked. */
const TYPING_MS = 150;
/** Characters that the lab takes. */
const SEARCH_MAX = 2000;

interface SearchBoxProps {
  readonly box: Mailbox;
  /** ArrowDown and Enter: on to what was found. */
  readonly onLeave: () => void;
}

export function SearchBox({ box, onLeave }: SearchBoxProps): JSX.Element {
  const { t } = useTranslation('messages');
  const search = useMessages((state) => state.search);
  const set = useMessages((state) => state.set);
  const [text, setText] = useState(search);
  const id = useId();
  useEffect(() => setText(search), [search]);
  useEffect(() => {
    if (text === search) return;
    const timer = window.setTimeout(() => set({ search: text }), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text, search, set]);
  const { problem, matching, total } = box;
  return (
    <search className={style.search}>
      <div className={bar.line}>
        <input
          aria-describedby={`${id}-said`}
          aria-invalid={problem !== null}
          aria-label={t('search')}
          autoComplete="off"
          className={form.input}
          data-focus="message-search"
          maxLength={SEARCH_MAX}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' || event.key === 'Enter') onLeave();
            else if (event.key !== 'Escape') return;
            else if (text === '') event.currentTarget.blur();
            else setText('');
            event.preventDefault();
          }}
          placeholder={t('search.placeholder')}
          spellCheck={false}
          value={text}
        />
        {text === '' ? null : <IconButton icon="close" label={t('search.clear')} onClick={() => setText('')} />}
      </div>
      <p className={problem === null ? bar.count : bar.problem} id={`${id}-said`} role="status">
        {problem ?? (search === '' ? '' : t('search.count', { count: matching, total }))}
      </p>
    </search>
  );
}
