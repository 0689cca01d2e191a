/** A script as a file: opened from one, and saved as one, by the browser's own means. */
import { type JSX, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../messages/save-file.ts';
import { Button } from '../shell/button.tsx';
import { warn } from '../shell/report.ts';

/** Bytes of a file that is a script. */
const FILE_MAX = 1_000_000;

interface FileButtonsProps {
  readonly text: string;
  readonly onOpen: (text: string) => void;
}

export function FileButtons({ text, onOpen }: FileButtonsProps): JSX.Element {
  const { t } = useTranslation('script');
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > FILE_MAX) return warn(t('file.large', { name: file.name }));
    const content = await file.text().catch(() => null);
    if (content === null || content.includes('\0')) warn(t('file.odd', { name: file.name }));
    else onOpen(content);
  };
  return (
    <>
      <input
        accept=".txt,.script,text/plain"
        aria-label={t('file.open')}
        hidden
        onChange={(event) => {
          const { files } = event.currentTarget;
          void read(files?.[0]);
          // The same file can be opened again.
          event.currentTarget.value = '';
        }}
        ref={input}
        type="file"
      />
      <Button look="link" onClick={() => input.current?.click()}>
        {t('file.open')}
      </Button>
      <Button look="link" onClick={() => saveFile(new TextEncoder().encode(text), 'dialogue.txt')}>
        {t('file.save')}
      </Button>
    </>
  );
}
