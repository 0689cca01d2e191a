/** The files that go with a mail: chosen, dropped on the form, listed with their size, and taken away again. */
import { FileButton } from '@mantine/core';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { ATTACHED_MAX } from '../../shared/contract/clients.ts';
import { Button, IconButton } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import { size } from '../shell/format.ts';
import { bytesOf, type DraftFile } from './draft.ts';
import style from './send.module.css';

/** Reads a file as base64: the browser itself does the encoding. */
function readFile(file: File): Promise<DraftFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.onload = () => {
      const url = String(reader.result);
      const { name, type } = file;
      resolve({ name, size: file.size, type, content: url.slice(url.indexOf(',') + 1) });
    };
    reader.readAsDataURL(file);
  });
}

/** What is read of a choice: nothing where all of it together is too much. */
export async function readFiles(known: readonly DraftFile[], chosen: readonly File[]): Promise<DraftFile[] | null> {
  const all = chosen.reduce((sum, one) => sum + one.size, bytesOf(known));
  return all > ATTACHED_MAX ? null : Promise.all(chosen.map(readFile));
}

interface FilesProps {
  readonly files: readonly DraftFile[];
  readonly onAdd: (chosen: readonly File[]) => void;
  readonly onRemove: (index: number) => void;
}

export function Files({ files, onAdd, onRemove }: FilesProps): JSX.Element {
  const { t } = useTranslation('send');
  return (
    <div className={style.files}>
      <div className={style.filesHead}>
        <FileButton multiple onChange={onAdd}>
          {(props) => (
            <Button icon="file" {...props}>
              {t('attach')}
            </Button>
          )}
        </FileButton>
        <span className={form.hint}>{t('attach.hint', { used: size(bytesOf(files)), most: size(ATTACHED_MAX) })}</span>
      </div>
      {files.length === 0 ? null : (
        <ul aria-label={t('attached')} className={form.rows}>
          {files.map((file, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same file twice is two attachments.
            <li key={index}>
              <span className={style.fileName} title={file.name}>
                {file.name}
              </span>
              <span className={form.hint}>{[size(file.size), file.type].filter(Boolean).join(' · ')}</span>
              <IconButton icon="close" label={t('detach', { name: file.name })} onClick={() => onRemove(index)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
