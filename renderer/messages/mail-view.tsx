/** One mail in all its views. The Messages place and the inspector show the same. */
import { Tabs } from '@mantine/core';
import { type JSX, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { size } from '../shell/format.ts';
import { AttachmentsTab } from './attachments-tab.tsx';
import { uncut } from './cut.ts';
import { Defects } from './defects.tsx';
import { type Envelope, EnvelopeTab } from './envelope-tab.tsx';
import { HtmlTab } from './html-tab.tsx';
import { Lines } from './lines.tsx';
import style from './mail.module.css';
import type { Content, Failure } from './mail.ts';
import { MimeTab } from './mime-tab.tsx';
import { rowText } from './rows.ts';
import { type Jump, SourceTab } from './source-tab.tsx';
import { type UsedMail, useMail } from './use-mail.ts';

const tabs = ['envelope', 'html', 'text', 'mime', 'source', 'attachments'] as const;
type Tab = (typeof tabs)[number];

interface MailViewProps {
  /** As much of it as there is; one character is one byte. */
  readonly raw: string;
  /** Bytes of the whole message. */
  readonly size: number;
  readonly envelope: Envelope | null;
}

export function MailView({ raw, size: whole, envelope }: MailViewProps): JSX.Element {
  const { t } = useTranslation('messages');
  const mail = useMail(raw);
  const [tab, setTab] = useState<Tab>('envelope');
  // A place in one mail is none in the next; the view that was open stays open.
  const [jump, setJump] = useState<(Jump & { readonly raw: string }) | null>(null);
  const { content, failure, fields } = mail.state;
  const isCut = raw.length < whole;
  const marked = useMemo(() => {
    const { shape } = mail.state;
    return isCut && shape !== null ? { ...mail.state, shape: uncut(shape, raw) } : mail.state;
  }, [mail.state, isCut, raw]);
  const jumpTo = (at: number) => {
    setTab('source');
    setJump((last) => ({ raw, at, n: (last?.n ?? 0) + 1 }));
  };
  const count = content?.attachments.length ?? 0;
  const bodies: Readonly<Record<Tab, () => ReactNode>> = {
    envelope: () => <EnvelopeTab envelope={envelope} fields={fields} />,
    html: () => <Read content={content} failure={failure} show={({ html }) => <HtmlTab html={html} />} />,
    text: () => <Read content={content} failure={failure} show={(read) => <TextTab content={read} />} />,
    mime: () => <MimeTab mail={mail} />,
    source: () => <SourceTab jump={jump?.raw === raw ? jump : null} mail={marked} />,
    attachments: () => <Read content={content} failure={failure} show={(read) => attachments(read, mail, isCut)} />,
  };
  return (
    <div className={style.mail}>
      {isCut ? <p className={style.cut}>{t('cut', { read: size(raw.length), whole: size(whole) })}</p> : null}
      <Defects mail={marked} onJump={jumpTo} />
      <Tabs
        classNames={{ root: style.tabs, list: style.tabList, tab: style.tab, panel: style.panel }}
        keepMounted={false}
        onChange={(value) => setTab(tabs.find((one) => one === value) ?? 'envelope')}
        value={tab}
      >
        <Tabs.List aria-label={t('views')}>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {one === 'attachments' && count > 0 ? t('tab.attachments.count', { count }) : t(`tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((one) => (
          <Tabs.Panel key={one} value={one}>
            {bodies[one]()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}

function attachments({ attachments }: Content, mail: UsedMail, isCut: boolean) {
  return <AttachmentsTab attachments={attachments} bytesOf={mail.attachment} isCut={isCut} />;
}

interface ReadProps {
  readonly content: Content | null;
  readonly failure: Failure | null;
  readonly show: (content: Content) => ReactNode;
}

/** What needs the mail to be read: shown when it is, else why it is not. */
function Read({ content, failure, show }: ReadProps) {
  const { t } = useTranslation('messages');
  if (content !== null) return show(content);
  if (failure === null) return <p className={style.note}>{t('reading')}</p>;
  return (
    <p className={style.note} role="alert">
      {t(`failed.${failure.why}`, { detail: failure.detail })} {t('failed.raw')}
    </p>
  );
}

function TextTab({ content: { text, textRows } }: { readonly content: Content }) {
  const { t } = useTranslation('messages');
  if (text === null) return <p className={style.note}>{t('text.none')}</p>;
  return (
    <Lines count={textRows.length} label={t('tab.text')}>
      {(row) => rowText(text, textRows, row)}
    </Lines>
  );
}
