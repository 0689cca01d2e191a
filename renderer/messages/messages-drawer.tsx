/** What the mock upstreams took: a list that can be searched, and one message in all its views. */
import { type JSX, type KeyboardEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Drawer } from '../shell/drawer.tsx';
import { note, report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLabStore } from '../store/use-store.ts';
import { Boxes } from './boxes.tsx';
import { DeleteDialog, type Doomed } from './delete-dialog.tsx';
import type { Mailbox } from './mailbox.ts';
import { MessageList } from './message-list.tsx';
import { MessagePane } from './message-pane.tsx';
import style from './messages.module.css';
import { useMessages } from './messages-ui.ts';
import { SearchBox } from './search-box.tsx';
import { useMailbox } from './use-mailbox.ts';

const focusOn = (selector: string) => document.querySelector<HTMLElement>(selector)?.focus();
const typingIn = 'input, textarea, select, [contenteditable=true]';

export function MessagesDrawer(): JSX.Element {
  const { t } = useTranslation('messages');
  const { upstream, owner, search, open, set } = useMessages();
  const { box, more } = useMailbox({ upstream, owner, search });
  const [doomed, setDoomed] = useState<Doomed | null>(null);
  const singleKeys = useUi((state) => state.settings.singleKeys);
  // The list as it was when something was deleted: what is in it may be gone.
  const [past, setPast] = useState<Mailbox | null>(null);
  const first = box.messages[0]?.id;
  useEffect(() => {
    if (open === null && first !== undefined && box !== past) set({ open: first });
  }, [open, first, set, box, past]);
  const listed = box.messages.find((one) => one.id === open);
  const doom = () => {
    if (listed !== undefined) setDoomed({ id: listed.id, subject: listed.subject });
    else if (open !== null) setDoomed({ id: open, subject: '' });
  };
  const remove = useDelete(box, setPast);
  const onKeyDown = (event: KeyboardEvent) => {
    const typing = event.target instanceof Element && event.target.closest(typingIn) !== null;
    if (event.key !== '/' || typing || !singleKeys || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focusOn('[data-focus="message-search"]');
  };
  return (
    <Drawer note={t('note')} title={t('title')}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of what is inside. */}
      <div className={style.room} onKeyDown={onKeyDown}>
        <Boxes onDeleteAll={(name) => setDoomed({ upstream: name })} />
        <SearchBox box={box} onLeave={() => focusOn('[data-focus="message-list"]')} />
        {box.messages.length === 0 ? (
          <Empty box={box} />
        ) : (
          <MessageList
            matching={box.matching}
            messages={box.messages}
            onDelete={doom}
            onEnter={() => focusOn('[data-focus="message"] [role="tab"][aria-selected="true"]')}
            onMore={more}
            onOpen={(id) => set({ open: id })}
            open={open}
          />
        )}
        {open === null ? null : <MessagePane id={open} listed={listed} onDelete={doom} />}
      </div>
      <DeleteDialog
        doomed={doomed}
        onClose={() => setDoomed(null)}
        onDelete={(which) => {
          setDoomed(null);
          remove(which);
        }}
      />
    </Drawer>
  );
}

function Empty({ box }: { readonly box: Mailbox }) {
  const { t } = useTranslation('messages');
  const { upstream, search } = useMessages();
  if (!box.loaded) return <p className={style.empty}>{t('loading')}</p>;
  if (search !== '') return <p className={style.empty}>{t('empty.search')}</p>;
  return <p className={style.empty}>{upstream === null ? t('empty') : t('empty.box', { name: upstream })}</p>;
}

/** Deletes, and goes on to the message below. */
function useDelete(box: Mailbox, past: (box: Mailbox) => void): (doomed: Doomed) => void {
  const { t } = useTranslation('messages');
  const store = useLabStore();
  const { open, set } = useMessages();
  return (doomed) => {
    const { messages } = box;
    const at = messages.findIndex((one) => one.id === open);
    const next = messages[at + 1] ?? messages[at - 1];
    const which = 'id' in doomed ? { ids: [doomed.id] } : doomed;
    store.bridge.call('messages.delete', which).then(({ deleted }) => {
      past(box);
      set({ open: 'id' in doomed ? (next?.id ?? null) : null });
      note('good', t('deleted', { count: deleted }));
    }, report);
  };
}
