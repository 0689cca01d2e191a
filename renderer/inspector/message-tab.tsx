/** The message this session carried, in the same views as under Messages, as far as the journal kept it. */
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../shared/contract/messages.ts';
import type { Entry } from '../../shared/journal/entry.ts';
import { MailView } from '../messages/mail-view.tsx';
import { openMessage } from '../messages/messages-ui.ts';
import { MailPlace } from '../messages/place.ts';
import { Button } from '../shell/button.tsx';
import { report } from '../shell/report.ts';
import { recipientsAt } from '../store/route.ts';
import { selectedSession } from '../store/selectors.ts';
import { folded } from '../store/timeline.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { Empty } from './empty.tsx';
import styles from './inspector.module.css';
import { unstuffed } from './message.ts';

/** The last message up to a position, as it went over the wire. */
const carriedAt = folded<Entry | null>(null, (last, entry) => (entry.kind === 'data' ? entry : last));

export function MessageTab() {
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const entry = carriedAt(entries, shown);
  if (entry === null) return <Empty of="message" />;
  return <Carried entry={entry} />;
}

function Carried({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('inspector');
  const entries = useLab((state) => state.entries);
  const session = useLab(selectedSession);
  const envelope = useMemo(
    () => ({ from: session?.from ?? '', to: recipientsAt(entries, entry.seq).map(({ address }) => address) }),
    [entries, entry, session],
  );
  const raw = useMemo(() => unstuffed(entry.bytes), [entry]);
  const size = entry.size ?? entry.bytes.length;
  return (
    <>
      <Stored session={session?.id ?? null} />
      {entry.bytes === '' ? (
        <p className={styles.note}>{t('message.none')}</p>
      ) : (
        <div className={styles.mail}>
          <MailPlace value="session">
            <MailView envelope={envelope} key={entry.seq} raw={raw} size={raw.length} />
          </MailPlace>
        </div>
      )}
      <Facts entry={entry} size={size} />
    </>
  );
}

/** The ways to what the upstreams kept of this session. */
function Stored({ session }: { readonly session: number | null }) {
  const { t } = useTranslation('inspector');
  const messages = useStored(session);
  return messages.map(({ id, upstream }) => (
    <Button icon="messages" key={id} onClick={() => openMessage(id)}>
      {t('message.open', { upstream })}
    </Button>
  ));
}

const none: readonly MessageView[] = [];

/** The messages that a session brought; more may come while it runs. */
function useStored(session: number | null): readonly MessageView[] {
  const store = useLabStore();
  const ended = useLab((state) => selectedSession(state)?.ms !== null);
  const [found, setFound] = useState<{ readonly of: number | null; readonly messages: readonly MessageView[] }>({
    of: null,
    messages: none,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session that has ended has brought all it will.
  useEffect(() => {
    if (session === null) return;
    let current = true;
    const ask = () => {
      store.bridge.call('messages.list', { session, limit: 20 }).then(({ messages }) => {
        if (current) setFound({ of: session, messages });
      }, report);
    };
    const unfeed = store.bridge.feed((feed) => {
      if (feed.type === 'mailboxes' || (feed.type === 'messages' && feed.message.session === session)) ask();
    });
    ask();
    return () => {
      current = false;
      unfeed();
    };
  }, [store, session, ended]);
  return found.of === session ? found.messages : none;
}

function Facts({ entry, size }: { readonly entry: Entry; readonly size: number }) {
  const { t } = useTranslation('inspector');
  const kept = entry.bytes.length;
  return (
    <div className={styles.facts}>
      <p>{kept < size ? t('message.cut', { kept, size }) : t('message.size', { size })}</p>
      {entry.hash !== undefined && (
        <p>
          {t('message.hash')} <code>{entry.hash}</code>
        </p>
      )}
    </div>
  );
}
