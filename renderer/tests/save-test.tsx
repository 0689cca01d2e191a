/** Saving what was tried or recorded as a test of the lab: the ways in, and the dialog that asks for a name. */
import { Radio, TextInput } from '@mantine/core';
import i18next from 'i18next';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type NewTest, testOfLookup } from '../../shared/lab/tests-save.ts';
import { useLabDraft } from '../lab/draft.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { note, report, sentence, warn } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { LabStore } from '../store/store.ts';
import { useLabStore } from '../store/use-store.ts';
import { useTests } from './runs.ts';
import style from './tests.module.css';

/** Asks for the name of one of these. */
function propose(proposals: readonly NewTest[]): void {
  if (useLabDraft.getState().text !== null) {
    warn(i18next.t('tests:save.draft'));
    return;
  }
  useTests.getState().set({ proposals });
  useUi.getState().open('save-test');
}

/** Proposes the tests that a session can become. */
export async function saveSession({ bridge }: LabStore, id: number): Promise<void> {
  try {
    const { tests } = await bridge.call('tests.of-session', { id });
    if (tests.length === 0) warn(i18next.t('tests:save.none'));
    else propose(tests);
  } catch (error) {
    report(error);
  }
}

/** What the rules said to a lookup that was tried: its bytes, and who decided. */
export interface Tried {
  readonly request: string;
  readonly response: string;
  readonly rule: string | null;
  readonly upstream: string | null;
}

/** Proposes a tried lookup. Who is tried as a user has logged in, so there is no password to tell of. */
export function saveTried(tried: Tried): void {
  propose([testOfLookup(tried, tried, true)]);
}

export function SaveTestDialog(): JSX.Element {
  const { t } = useTranslation('tests');
  const proposals = useTests((state) => state.proposals);
  return (
    <Dialog name="save-test" size="lg" title={t('save')}>
      <Form key={proposals.map(({ name }) => name).join('\n')} proposals={proposals} />
    </Dialog>
  );
}

const kindOf = (test: NewTest): 'lookup' | 'send' => ('lookup' in test ? 'lookup' : 'send');

/** As in the list of tests. */
function textOf(values: object): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join(' · ');
}

function Form({ proposals }: { readonly proposals: readonly NewTest[] }) {
  const { t } = useTranslation('tests');
  const { bridge } = useLabStore();
  const open = useUi((state) => state.open);
  const [index, setIndex] = useState(0);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const chosen = proposals[index];
  if (chosen === undefined) return null;
  const name = typed ?? chosen.name;
  const save = async () => {
    if (name.trim() === '') {
      setProblem(t('save.nameless'));
      return;
    }
    try {
      const saved = await bridge.call('tests.add', { test: { ...chosen, name: name.trim() } });
      if (saved.problem !== null) {
        setProblem(saved.problem);
        return;
      }
      open(null);
      note('good', t('saved', { name: saved.name ?? name }));
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  return (
    <form
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput
        data-autofocus
        label={t('save.name')}
        onChange={(event) => setTyped(event.currentTarget.value)}
        value={name}
      />
      {proposals.length < 2 ? null : (
        <Radio.Group label={t('save.kind')} onChange={(value) => setIndex(Number(value))} value={String(index)}>
          {proposals.map((one, at) => (
            <Radio key={kindOf(one)} label={t(`save.kind.${kindOf(one)}`)} mt={6} value={String(at)} />
          ))}
        </Radio.Group>
      )}
      <dl className={style.preview}>
        <dt>{t(`kind.${kindOf(chosen)}`)}</dt>
        <dd>{textOf('lookup' in chosen ? chosen.lookup : chosen.send)}</dd>
        <dt>{t('expects')}</dt>
        <dd>{textOf(chosen.expect)}</dd>
      </dl>
      <p className={form.hint}>{t('save.note')}</p>
      {problem === null ? null : (
        <p className={form.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={form.end}>
        <Button onClick={() => open(null)}>{t('save.cancel')}</Button>
        <Button look="primary" type="submit">
          {t('save.do')}
        </Button>
      </div>
    </form>
  );
}
