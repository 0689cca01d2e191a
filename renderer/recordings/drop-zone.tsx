/** A file of sessions may be dropped on what is inside. */
import { type DragEvent, type JSX, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { report } from '../shell/report.ts';
import { useLabStore } from '../store/use-store.ts';
import { importFile } from './import.ts';
import style from './recordings.module.css';

const hasFile = (event: DragEvent) => event.dataTransfer.types.includes('Files');

export function DropZone({ children }: { readonly children: ReactNode }): JSX.Element {
  const { t } = useTranslation('recordings');
  const store = useLabStore();
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button beside the filter does the same for the keyboard.
    <div
      className={style.zone}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDragOver={(event) => {
        if (!hasFile(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDrop={(event) => {
        if (!hasFile(event)) return;
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file) importFile(store, file).catch(report);
      }}
    >
      {children}
      {over ? <p className={style.drop}>{t('import.drop')}</p> : null}
    </div>
  );
}
