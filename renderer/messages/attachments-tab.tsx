/** What is attached to a mail. Names are shown as the mail gives them, and never used as they are. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { size } from '../shell/format.ts';
import { note, report } from '../shell/report.ts';
import { inOrder } from '../transcript/pieces.ts';
import style from './mail.module.css';
import type { AttachmentView } from './mail.ts';
import { saveFile } from './save-file.ts';
import { namelessName, saveName } from './save-name.ts';
import type { UsedMail } from './use-mail.ts';

interface AttachmentsTabProps {
  readonly attachments: readonly AttachmentView[];
  readonly bytesOf: UsedMail['attachment'];
  /** Only the beginning of the message was read: the last attachment may go on behind it, and others may follow. */
  readonly isCut: boolean;
}

export function AttachmentsTab({ attachments, bytesOf, isCut }: AttachmentsTabProps): JSX.Element {
  const { t } = useTranslation('messages');
  if (attachments.length === 0)
    return <p className={style.note}>{t(isCut ? 'attachments.none.cut' : 'attachments.none')}</p>;
  return (
    <ul aria-label={t('attachments')} className={style.attachments}>
      {attachments.map((one, index) => (
        <AttachmentRow
          index={index}
          isCut={isCut && index === attachments.length - 1}
          // biome-ignore lint/suspicious/noArrayIndexKey: the attachments of a mail never change their order.
          key={index}
          one={one}
          read={() => bytesOf(index)}
        />
      ))}
    </ul>
  );
}

interface AttachmentRowProps {
  readonly one: AttachmentView;
  readonly index: number;
  readonly isCut: boolean;
  readonly read: () => Promise<Uint8Array>;
}

function AttachmentRow({ one, index, isCut, read }: AttachmentRowProps) {
  const { t } = useTranslation('messages');
  const name = saveName(one.name, namelessName(one.type, index + 1));
  const save = () => {
    read().then((bytes) => {
      saveFile(bytes, name);
      note('good', t('attachment.saved', { name }));
    }, report);
  };
  return (
    <li>
      <b className={style.name}>{one.name === null ? t('attachment.nameless') : inOrder(one.name)}</b>
      <span className={style.facts}>
        {t('attachment.facts', { type: one.type, size: size(one.size) })}
        {one.disposition === null ? null : ` · ${inOrder(one.disposition)}`}
        {one.contentId === null ? null : ` · ${inOrder(one.contentId)}`}
      </span>
      {one.description === null ? null : <span className={style.facts}>{inOrder(one.description)}</span>}
      {isCut ? <span className={style.facts}>{t('attachment.cut')}</span> : null}
      <span className={style.acts}>
        <Button icon="file" onClick={save}>
          {t('attachment.save', { name })}
        </Button>
        {one.name === null || one.name === name ? null : <span className={style.hint}>{t('attachment.renamed')}</span>}
      </span>
    </li>
  );
}
