/** One message: where it is and came from, what can be done with it, and the mail in all its views. */
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessagePlace, MessageView } from '../../shared/contract/messages.ts';
import { Button } from '../shell/button.tsx';
import { note, report, sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { LabStore } from '../store/store.ts';
import { useActions, useLabStore } from '../store/use-store.ts';
import { inOrder } from '../transcript/pieces.ts';
import { loadMessage, wholeMessage } from './load-message.ts';
import { MailView } from './mail-view.tsx';
import style from './messages.module.css';
import { saveFile } from './save-file.ts';
import { saveName } from './save-name.ts';

type Loaded =
  | { readonly message: MessageView; readonly raw: string }
  | { readonly problem: string; readonly id: number }
  | null;

interface MessagePaneProps {
  readonly id: number;
  /** As the list has it now: pins and flags change while it is open. */
  readonly listed: MessageView | undefined;
  readonly onDelete: () => void;
}

export function MessagePane({ id, listed, onDelete }: MessagePaneProps): JSX.Element {
  const { t } = useTranslation('messages');
  const loaded = useMessage(id);
  if (loaded === null) return <p className={style.empty}>{t('loading')}</p>;
  if ('problem' in loaded) {
    return (
      <p className={style.empty} role="alert">
        {loaded.problem}
      </p>
    );
  }
  const message = listed ?? loaded.message;
  const { from, to, subject, size } = message;
  // A message that a mail program put into a mailbox had no envelope.
  const envelope = from === '' && to.length === 0 ? null : { from, to };
  return (
    <article
      aria-label={subject === '' ? t('subject.none') : inOrder(subject)}
      className={style.message}
      data-focus="message"
      tabIndex={-1}
    >
      <Head message={message} onDelete={onDelete} />
      <MailView envelope={envelope} raw={loaded.raw} size={size} />
    </article>
  );
}

function Head({ message, onDelete }: { readonly message: MessageView; readonly onDelete: () => void }) {
  const { t } = useTranslation('messages');
  const store = useLabStore();
  const pin = () => {
    store.bridge.call('messages.pin', { ids: [message.id], pinned: !message.pinned }).catch(report);
  };
  return (
    <div className={style.head}>
      <div className={style.acts}>
        <SessionLink session={message.session} />
        <Button aria-pressed={message.pinned} onClick={pin} title={t('pin.hint')}>
          {t('pin')}
        </Button>
        <Button icon="file" onClick={() => void save(store, message, t('saved')).catch(report)}>
          {t('save')}
        </Button>
        <Button icon="close" onClick={onDelete}>
          {t('delete')}
        </Button>
      </div>
      <Places places={message.places} />
    </div>
  );
}

function Places({ places }: { readonly places: readonly MessagePlace[] }) {
  const { t } = useTranslation('messages');
  if (places.length === 0) return <p className={style.hint}>{t('places.none')}</p>;
  const name = ({ owner, folder, flags }: MessagePlace) => {
    const read = t(flags.includes('\\Seen') ? 'place.read' : 'place.unread');
    return t('place', { owner: owner === '' ? t('catch-all') : inOrder(owner), folder: inOrder(folder), read });
  };
  return <p className={style.hint}>{t('places', { places: places.map(name).join(' · ') })}</p>;
}

/** The desktop asks for a place; a browser puts it where it puts everything. */
async function save({ bridge, getState }: LabStore, message: MessageView, saved: string): Promise<void> {
  if (getState().lab?.host === 'desktop') {
    const answer = await bridge.call('message.save', { id: message.id });
    if (answer.saved !== null) note('good', `${saved} ${answer.saved}`);
    return;
  }
  const bytes = await wholeMessage(bridge, message);
  const name = `${saveName(message.subject, `message-${message.id}`)}.eml`;
  if (bytes === null) return;
  saveFile(bytes, name);
  note('good', `${saved} ${name}`);
}

function SessionLink({ session }: { readonly session: number | null }) {
  const { t } = useTranslation('messages');
  const { select } = useActions();
  const go = useUi((state) => state.go);
  if (session === null) return <span className={style.hint}>{t('session.unknown')}</span>;
  return (
    <Button
      icon="sessions"
      onClick={() => {
        select(session);
        go('sessions');
      }}
    >
      {t('session', { session })}
    </Button>
  );
}

function useMessage(id: number): Loaded {
  const { t } = useTranslation('messages');
  const store = useLabStore();
  const [loaded, setLoaded] = useState<Loaded>(null);
  useEffect(() => {
    let current = true;
    const set = (now: Loaded) => {
      if (current) setLoaded(now);
    };
    loadMessage(store.bridge, id).then(
      (answer) => set(answer ?? { problem: t('gone'), id }),
      (error: unknown) => set({ problem: sentence(error), id }),
    );
    return () => {
      current = false;
    };
  }, [store, id, t]);
  // The last message stays until the next is there: nothing flickers while the keys go down the list.
  return loaded;
}
