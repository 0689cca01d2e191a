/** The filter: its text, what is wrong with it, and the language's help with suggestions for the word being typed. */
import { type JSX, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { filterKeys } from '../../shared/journal/filter.ts';
import { askForFile } from '../recordings/import.ts';
import { IconButton } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import search from '../shell/search.module.css';
import { useActions, useLab, useLabStore } from '../store/use-store.ts';
import { complete, suggestions } from './filter-help.ts';
import style from './sessions.module.css';

export function FilterBox(): JSX.Element {
  const { t } = useTranslation(['sessions', 'recordings']);
  const store = useLabStore();
  const filter = useLab((state) => state.filter);
  const problem = useLab((state) => state.filterProblem);
  const matching = useLab((state) => state.matching);
  const total = useLab((state) => state.total);
  const { setFilter } = useActions();
  const [help, setHelp] = useState(false);
  const id = useId();
  return (
    <search className={style.filter}>
      <div className={search.line}>
        <input
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          aria-invalid={problem !== null}
          aria-label={t('filter')}
          autoComplete="off"
          className={form.input}
          data-focus="filter"
          onChange={(event) => setFilter(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            // To the pane, not to nowhere: the arrows and letters go on from there.
            if (filter === '') event.currentTarget.closest<HTMLElement>('[data-pane]')?.focus();
            else setFilter('');
          }}
          placeholder={t('filter.placeholder')}
          spellCheck={false}
          value={filter}
        />
        {filter === '' ? null : <IconButton icon="close" label={t('filter.clear')} onClick={() => setFilter('')} />}
        <IconButton
          aria-controls={`${id}-help`}
          aria-expanded={help}
          icon="help"
          label={t('filter.help')}
          onClick={() => setHelp(!help)}
        />
        <IconButton icon="import" label={t('import', { ns: 'recordings' })} onClick={() => askForFile(store)} />
      </div>
      {problem === null ? null : (
        <p className={search.problem} id={`${id}-problem`} role="status">
          {problem}
        </p>
      )}
      {filter !== '' && problem === null ? (
        <p aria-live="polite" className={search.count}>
          {t('filter.count', { count: matching, total })}
        </p>
      ) : null}
      <div hidden={!help} id={`${id}-help`}>
        {help ? <FilterHelp filter={filter} onPick={(word) => setFilter(complete(filter, word))} /> : null}
      </div>
    </search>
  );
}

function FilterHelp(props: { readonly filter: string; readonly onPick: (word: string) => void }) {
  const { t } = useTranslation('sessions');
  return (
    <div className={style.help}>
      <p>{t('filter.how')}</p>
      <ul>
        {suggestions(props.filter, filterKeys).map((key) => (
          <li key={key}>
            <button onClick={() => props.onPick(`${key}:`)} type="button">
              <code>{key}:</code> <span>{t(`filter.key.${key}`)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p>
        {t('filter.example')} <code>{'to:*@hr.abc.com code:5xx not upstream:eng'}</code>
      </p>
    </div>
  );
}
