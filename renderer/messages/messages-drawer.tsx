/** What the mock upstreams took: a list per upstream, and one message with its envelope beside its headers. */
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../shared/contract/messages.ts';
import { Drawer } from '../shell/drawer.tsx';
import { clock, size } from '../shell/format.ts';
import { report } from '../shell/report.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { MessagePane } from './message-pane.tsx';
import style from './messages.module.css';

const noUpstreams: readonly { readonly name: string; readonly external: boolean; readonly messages: number }[] = [];

export function MessagesDrawer(): JSX.Element {
  const { t } = useTranslation('messages');
  const messages = useLab((state) => state.messages);
  const upstreams = useLab((state) => state.lab?.upstreams ?? noUpstreams);
  const { loadMessages } = useActions();
  const [box, setBox] = useState<string | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  useEffect(() => {
    loadMessages().catch(report);
  }, [loadMessages]);
  const shown = box === null ? messages : messages.filter((one) => one.upstream === box);
  const current = shown.find((one) => one.id === open) ?? shown[0];
  const count = (name: string) => messages.filter((one) => one.upstream === name).length;
  return (
    <Drawer note={t('note')} title={t('title')}>
      <fieldset className={style.boxes}>
        <legend>{t('boxes')}</legend>
        <Box count={messages.length} name={t('all')} on={box === null} onClick={() => setBox(null)} />
        {upstreams
          .filter((one) => !one.external)
          .map(({ name }) => (
            <Box count={count(name)} key={name} name={name} on={box === name} onClick={() => setBox(name)} />
          ))}
      </fieldset>
      {current === undefined ? (
        <p className={style.empty}>{box === null ? t('empty') : t('empty.box', { name: box })}</p>
      ) : (
        <>
          <ul aria-label={t('list')} className={style.list}>
            {shown.map((one) => (
              <MessageRow key={one.id} message={one} on={one.id === current.id} onOpen={setOpen} />
            ))}
          </ul>
          <MessagePane key={current.id} message={current} />
        </>
      )}
    </Drawer>
  );
}

interface BoxProps {
  readonly name: string;
  readonly count: number;
  readonly on: boolean;
  readonly onClick: () => void;
}

function Box({ name, count, on, onClick }: BoxProps) {
  const { t } = useTranslation('messages');
  return (
    <button
      aria-label={t('box', { name, count })}
      aria-pressed={on}
      className={style.box}
      onClick={onClick}
      type="button"
    >
      {name} <span>{count}</span>
    </button>
  );
}

interface MessageRowProps {
  readonly message: MessageView;
  readonly on: boolean;
  readonly onOpen: (id: number) => void;
}

function MessageRow({ message, on, onOpen }: MessageRowProps) {
  const { t } = useTranslation('messages');
  return (
    <li>
      <button
        aria-current={on ? 'true' : undefined}
        className={style.row}
        onClick={() => onOpen(message.id)}
        type="button"
      >
        <span className={style.time}>{clock(message.at)}</span>
        <span className={style.subject}>{message.subject === '' ? t('subject.none') : message.subject}</span>
        <span className={style.upstream}>{message.upstream}</span>
        <span />
        <span className={style.people}>
          {t('people', { from: message.from === '' ? t('bounce') : message.from, to: message.to.join(', ') })}
        </span>
        <span className={style.size}>{size(message.size)}</span>
      </button>
    </li>
  );
}
