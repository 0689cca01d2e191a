/** Changing what is held: the original beside it, and for an answer of the auth service the fields that decide. */
import { type JSX, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Held } from '../../shared/contract/gates.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { useUi } from '../shell/ui-store.ts';
import { upstreamPlaces } from '../store/picture.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { LineText } from '../transcript/line-text.tsx';
import { release } from './acts.ts';
import styles from './gates.module.css';
import { useGatesUi } from './gates-ui.ts';
import { gateText } from './held.ts';
import { Patience } from './patience.tsx';
import { dotProblem, editableText, headerOf, sentTo, typedText, withHeader } from './typed.ts';

export function EditDialog(): JSX.Element {
  const { t } = useTranslation('gates');
  const held = useGatesUi((state) => state.editing);
  return (
    <Dialog
      name="edit-held"
      size="xl"
      title={t('edit.title', { gate: held && gateText(held.gate), id: held?.session })}
    >
      {held === null ? null : <EditForm held={held} key={held.id} />}
    </Dialog>
  );
}

function EditForm({ held }: { readonly held: Held }): JSX.Element {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const was = editableText(held);
  const [text, setText] = useState(was);
  const id = useId();
  const open = useUi((state) => state.open);
  const dot = dotProblem(held, text);
  const gone = useLab((state) => !state.gates.held.some((one) => one.id === held.id));
  const close = () => open(null);
  const go = () => {
    if (gone) return;
    release(store, held, 'one', text === was ? undefined : typedText(held.text, text));
    close();
  };
  return (
    <form
      className={form.form}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          go();
        }
      }}
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      {gone ? (
        <p className={form.problem} role="alert">
          {t('edit.gone')}
        </p>
      ) : (
        <p>
          <Patience held={held} />
        </p>
      )}
      {held.kind === 'answer' ? <AnswerFields held={held} onChange={setText} text={text} /> : null}
      <div className={styles.both}>
        <div>
          <span className={form.label}>{t('edit.was')}</span>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach its end */}
          <section aria-label={t('edit.was')} className={styles.was} tabIndex={0}>
            <LineText all entry={{ bytes: held.text }} hex={false} revealed />
          </section>
        </div>
        <div>
          <label className={form.label} htmlFor={id}>
            {t('edit.now')}
          </label>
          <textarea
            aria-describedby={`${id}-rule`}
            autoComplete="off"
            className={`${form.input} ${styles.area}`}
            data-changed={text !== was}
            data-autofocus
            id={id}
            onChange={(event) => setText(event.currentTarget.value)}
            rows={Math.min(10, was.split('\n').length + 1)}
            spellCheck={false}
            value={text}
          />
        </div>
      </div>
      <p className={form.hint} id={`${id}-rule`}>
        {t(`edit.rule.${held.kind}`)}
      </p>
      {/* The region is there before its text, so that screen readers speak it. */}
      <div role="status">
        {dot === null ? null : (
          <p className={styles.warning}>{t(dot === 'none' ? 'edit.dot.none' : 'edit.dot.early')}</p>
        )}
      </div>
      <div className={form.end}>
        <div className={form.away}>
          <Button disabled={text === was} look="link" onClick={() => setText(was)}>
            {t('edit.back')}
          </Button>
        </div>
        <Button onClick={close}>{t('edit.no')}</Button>
        <Button disabled={gone} look="primary" type="submit">
          {t(text === was ? 'release' : 'edit.go')}
        </Button>
      </div>
    </form>
  );
}

const headers = ['Auth-Status', 'Auth-Server', 'Auth-Port'] as const;

interface AnswerFieldsProps {
  readonly held: Held;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** The headers that choose the way, each on its own, and the lab's upstreams to choose from. */
function AnswerFields({ held, text, onChange }: AnswerFieldsProps) {
  const { t } = useTranslation('gates');
  const places = usePlaces(held.session);
  const server = headerOf(text, 'Auth-Server');
  const port = headerOf(text, 'Auth-Port');
  const chosen = places.findIndex((one) => one.server === server && String(one.port) === port);
  return (
    <div className={form.columns}>
      {headers.map((name) => (
        <label className={form.field} key={name}>
          <span className={form.label}>{name}</span>
          <input
            autoComplete="off"
            className={form.input}
            onChange={(event) => onChange(withHeader(text, name, event.currentTarget.value))}
            spellCheck={false}
            value={headerOf(text, name) ?? ''}
          />
        </label>
      ))}
      <label className={form.field}>
        <span className={form.label}>{t('edit.upstream')}</span>
        <select
          className={form.input}
          onChange={(event) => {
            const place = places[Number(event.currentTarget.value)];
            if (place !== undefined) onChange(sentTo(text, place.server, place.port));
          }}
          value={chosen}
        >
          <option disabled value={-1}>
            {t('edit.upstream.other')}
          </option>
          {places.map((place, i) => (
            <option key={place.name} value={i}>
              {place.name} · {place.address}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** The lab's upstreams that speak the session's protocol, with what an answer would say of them. */
function usePlaces(session: number) {
  const lab = useLab((state) => state.lab);
  const protocol = useLab((state) => state.sessions.get(session)?.protocol) ?? 'smtp';
  return upstreamPlaces(lab, protocol, null).flatMap(({ name, address }) => {
    const match = /^\[?(.*?)\]?:(\d+)$/.exec(address);
    return match === null ? [] : [{ name, address, server: match[1] ?? '', port: Number(match[2]) }];
  });
}
