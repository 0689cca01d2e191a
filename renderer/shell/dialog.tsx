/** A dialog in front of the window: Mantine's behaviour (focus kept inside, Escape, overlay) with a head of our own. */
import { Modal } from '@mantine/core';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button.tsx';
import style from './shell.module.css';
import { type Dialog as DialogName, useUi } from './ui-store.ts';

interface DialogProps {
  /** The dialog of the window's state that this is. */
  readonly name: DialogName;
  readonly title: string;
  readonly size?: 'md' | 'lg' | 'xl' | `min(${string})`;
  readonly children: ReactNode;
}

export function Dialog({ name, ...rest }: DialogProps): JSX.Element {
  const shown = useUi((state) => state.dialog === name);
  const open = useUi((state) => state.open);
  return <DialogFrame {...rest} onClose={() => open(null)} shown={shown} />;
}

interface DialogFrameProps extends Omit<DialogProps, 'name'> {
  readonly shown: boolean;
  readonly onClose: () => void;
}

/** The same for a dialog that its own pane opens and closes. */
export function DialogFrame({ shown, onClose, title, size = 'md', children }: DialogFrameProps): JSX.Element {
  const { t } = useTranslation('shell');
  return (
    <Modal.Root onClose={onClose} opened={shown} size={size}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={title}>
        <div className={style.dialogHead}>
          <h2>{title}</h2>
          <IconButton icon="close" label={t('close', { name: title })} onClick={onClose} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
