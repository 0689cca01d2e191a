/** Pane B: the filter and one row per TCP connection, or what to do when there is none. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { useHeldPill } from '../gates/pill-store.ts';
import { DropZone } from '../recordings/drop-zone.tsx';
import { Button } from '../shell/button.tsx';
import { useActions, useLab } from '../store/use-store.ts';
import { FilterBox } from './filter-box.tsx';
import { FirstRun } from './first-run.tsx';
import { SessionList } from './session-list.tsx';
import style from './sessions.module.css';

export function SessionsPane(): JSX.Element {
  const listed = useLab((state) => state.order.length > 0);
  const filtered = useLab((state) => state.filter !== '');
  const known = useLab((state) => state.lab !== null);
  return (
    <DropZone>
      <div className={style.pane}>
        <FilterBox />
        {listed ? <SessionList /> : filtered ? <NoneMatch /> : known ? <FirstRun /> : null}
      </div>
    </DropZone>
  );
}

function NoneMatch() {
  const { t } = useTranslation(['sessions', 'gates']);
  const held = useLab((state) => state.gates.heldCount);
  const hidden = useLab((state) => state.total);
  const problem = useLab((state) => state.filterProblem);
  const { setFilter } = useActions();
  return (
    <div className={style.none}>
      <p>{problem === null ? t('none', { count: hidden }) : t('none.problem')}</p>
      {held === 0 ? null : (
        <p>
          {t('none.held', { ns: 'gates', count: held })}{' '}
          <Button look="link" onClick={() => useHeldPill.setState({ opened: true })}>
            {t('none.show', { ns: 'gates' })}
          </Button>
        </p>
      )}
      <Button onClick={() => setFilter('')}>{t('none.clear')}</Button>
    </div>
  );
}
