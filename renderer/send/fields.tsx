/** The form's fields: who, to whom, and what. */
import { SegmentedControl, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import form from '../shell/form.module.css';
import type { Draft } from './draft.ts';
import { Files, readFiles } from './files.tsx';

export interface FieldsProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
}

/** Addresses typed one after the other; ', ' within a quoted name is for raw mode. */
function Addresses(props: {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly description?: string;
  readonly first?: boolean;
}) {
  const { first = false, value, ...rest } = props;
  return (
    <TagsInput
      acceptValueOnBlur
      clearable
      data-autofocus={first || undefined}
      dropdownOpened={false}
      maxTags={100}
      splitChars={[',', ' ', ';']}
      value={[...value]}
      {...rest}
    />
  );
}

export function Fields({ draft, change }: FieldsProps): JSX.Element {
  const { t } = useTranslation('send');
  const [copies, setCopies] = useState(draft.cc.length + draft.bcc.length > 0);
  return (
    <>
      <TextInput
        label={t('from')}
        maxLength={1000}
        onChange={(event) => change({ from: event.currentTarget.value })}
        spellCheck={false}
        value={draft.from}
      />
      <Addresses description={t('to.hint')} first label={t('to')} onChange={(to) => change({ to })} value={draft.to} />
      {copies ? (
        <>
          <Addresses label={t('cc')} onChange={(cc) => change({ cc })} value={draft.cc} />
          <Addresses
            description={t('bcc.hint')}
            label={t('bcc')}
            onChange={(bcc) => change({ bcc })}
            value={draft.bcc}
          />
        </>
      ) : (
        <div>
          <Button look="link" onClick={() => setCopies(true)}>
            {t('copies')}
          </Button>
        </div>
      )}
      <SegmentedControl
        aria-label={t('kind')}
        data={[
          { value: 'composed', label: t('kind.composed') },
          { value: 'raw', label: t('kind.raw') },
        ]}
        onChange={(kind) => change({ isRaw: kind === 'raw' })}
        value={draft.isRaw ? 'raw' : 'composed'}
      />
      {draft.isRaw ? <Raw change={change} draft={draft} /> : <Composed change={change} draft={draft} />}
    </>
  );
}

function Raw({ draft, change }: FieldsProps) {
  const { t } = useTranslation('send');
  return (
    <Textarea
      autosize
      classNames={{ input: form.source ?? '' }}
      description={t('raw.hint')}
      label={t('raw')}
      maxLength={5_000_000}
      maxRows={14}
      minRows={6}
      onChange={(event) => change({ raw: event.currentTarget.value })}
      placeholder={t('raw.placeholder')}
      spellCheck={false}
      value={draft.raw}
    />
  );
}

function Composed({ draft, change }: FieldsProps) {
  const { t } = useTranslation('send');
  const [html, setHtml] = useState(draft.html !== '');
  const [full, setFull] = useState(false);
  const add = (chosen: readonly File[]) => {
    void readFiles(draft.files, chosen).then((read) => {
      setFull(read === null);
      if (read !== null) change({ files: [...draft.files, ...read] });
    });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a second way; the button beside is the first.
    <div
      className={form.block}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        add([...event.dataTransfer.files]);
      }}
    >
      <TextInput
        label={t('subject')}
        maxLength={2000}
        onChange={(event) => change({ subject: event.currentTarget.value })}
        value={draft.subject}
      />
      <Textarea
        autosize
        label={t('body')}
        maxLength={1_000_000}
        maxRows={8}
        minRows={3}
        onChange={(event) => change({ body: event.currentTarget.value })}
        value={draft.body}
      />
      {html ? (
        <Textarea
          autosize
          classNames={{ input: form.source ?? '' }}
          description={t('html.hint')}
          label={t('html')}
          maxLength={1_000_000}
          maxRows={8}
          minRows={3}
          onChange={(event) => change({ html: event.currentTarget.value })}
          spellCheck={false}
          value={draft.html}
        />
      ) : (
        <div>
          <Button look="link" onClick={() => setHtml(true)}>
            {t('html.add')}
          </Button>
        </div>
      )}
      <Files
        files={draft.files}
        onAdd={add}
        onRemove={(index) => {
          setFull(false);
          change({ files: draft.files.filter((_, at) => at !== index) });
        }}
      />
      {full ? (
        <p className={form.problem} role="alert">
          {t('problem.size')}
        </p>
      ) : null}
    </div>
  );
}
