/** One message: what the envelope said, what the headers say, and the source as it came. */
import { type JSX, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../shared/contract/messages.ts';
import { Button } from '../shell/button.tsx';
import { sentence } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useActions, useLabStore } from '../store/use-store.ts';
import { MailView } from './mail-view.tsx';
import style from './messages.module.css';

type Loaded = { readonly raw: string } | { readonly problem: string } | null;

export function MessagePane({ message }: { readonly message: MessageView }): JSX.Element {
  const { t } = useTranslation('messages');
  const loaded = useRaw(message.id);
  return (
    <article aria-label={message.subject === '' ? t('subject.none') : message.subject} className={style.message}>
      <SessionLink session={message.session} />
      {loaded === null ? <p>{t('loading')}</p> : null}
      {loaded !== null && 'problem' in loaded ? <p role="alert">{loaded.problem}</p> : null}
      {loaded !== null && 'raw' in loaded ? <MailView envelope={message} raw={loaded.raw} size={message.size} /> : null}
    </article>
  );
}

function SessionLink({ session }: { readonly session: number | null }) {
  const { t } = useTranslation('messages');
  const { select } = useActions();
  const go = useUi((state) => state.go);
  if (session === null) return <p className={style.hint}>{t('session.unknown')}</p>;
  return (
    <p className={style.session}>
      <Button
        icon="sessions"
        onClick={() => {
          select(session);
          go('sessions');
        }}
      >
        {t('session', { session })}
      </Button>
    </p>
  );
}

function useRaw(id: number): Loaded {
  const { t } = useTranslation('messages');
  const store = useLabStore();
  const [loaded, setLoaded] = useState<Loaded>(null);
  useEffect(() => {
    let current = true;
    store.bridge.call('message.get', { id }).then(
      (answer) => {
        if (current) setLoaded(answer === null ? { problem: t('gone') } : { raw: answer.raw });
      },
      (error: unknown) => {
        if (current) setLoaded({ problem: sentence(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [store, id, t]);
  return loaded;
}
