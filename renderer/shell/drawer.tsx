/** The frame of a drawer: its name, one line about it, and the way out. */
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';
import style from './shell.module.css';
import { closeDrawer } from './use-shortcuts.ts';

interface DrawerProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

export function Drawer({ title, note, children }: DrawerProps): JSX.Element {
  const { t } = useTranslation('shell');
  return (
    <div className={style.drawer}>
      <div className={style.drawerHead}>
        <h2>{title}</h2>
        <span className={style.drawerNote}>{note}</span>
        <IconButton icon="close" label={t('close', { name: title })} onClick={closeDrawer} />
      </div>
      {children}
    </div>
  );
}
