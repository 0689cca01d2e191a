/** Examines an auth service that the proxy asks: the form, the findings, and every exchange behind them. */
import { PasswordInput, Select, TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExamReport } from '../../shared/auth/exam.ts';
import type { AuthServiceView } from '../../shared/contract/auth.ts';
import { Button } from '../shell/button.tsx';
import { Dialog } from '../shell/dialog.tsx';
import form from '../shell/form.module.css';
import { sentence } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import styles from './auth.module.css';
import { Report } from './exam-report.tsx';

const none: readonly AuthServiceView[] = [];

export function ExamDialog(): JSX.Element {
  const { t } = useTranslation('auth');
  const services = useLab((state) => state.lab?.authServices) ?? none;
  return (
    <Dialog name="exam" size="xl" title={t('exam')}>
      <ExamForm services={services} />
    </Dialog>
  );
}

function ExamForm({ services }: { readonly services: readonly AuthServiceView[] }) {
  const { t } = useTranslation('auth');
  const [chosen, setChosen] = useState<string | null>(null);
  const [known, setKnown] = useState({ user: '', password: '', rcpt: '' });
  const { busy, failure, report, run } = useExam();
  const service = services.find(({ text }) => text === chosen) ?? services[0];
  const field = (name: keyof typeof known) => ({
    label: t(`exam.${name}`),
    value: known[name],
    maxLength: 1000,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setKnown((before) => ({ ...before, [name]: value }));
    },
  });
  const label = ({ text, own }: AuthServiceView) => (own ? t('exam.own', { text }) : text);
  return (
    <div className={form.form}>
      <p className={form.soft}>{t('exam.text')}</p>
      <form
        className={styles.ask}
        onSubmit={(event) => {
          event.preventDefault();
          if (service && !busy) run(service.text, known);
        }}
      >
        <Select
          allowDeselect={false}
          data={services.map((one) => ({ value: one.text, label: label(one) }))}
          label={t('exam.service')}
          onChange={setChosen}
          value={service?.text ?? null}
        />
        <TextInput {...field('rcpt')} />
        <TextInput {...field('user')} />
        <PasswordInput {...field('password')} />
        <Button disabled={busy || !service} look="primary" type="submit">
          {t(busy ? 'exam.running' : 'exam.run')}
        </Button>
      </form>
      <output className={styles.result}>
        {busy ? <p>{t('exam.wait')}</p> : null}
        {failure === null ? null : <p className={form.problem}>✗ {failure}</p>}
      </output>
      {report === null || busy ? null : <Report report={report} />}
    </div>
  );
}

interface Known {
  readonly user: string;
  readonly password: string;
  readonly rcpt: string;
}

/** Only what was filled in is told. */
const given = ({ user, password, rcpt }: Known) => ({
  ...(user === '' ? {} : { user }),
  ...(password === '' ? {} : { password }),
  ...(rcpt === '' ? {} : { rcpt }),
});

function useExam() {
  const { bridge } = useLabStore();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [report, setReport] = useState<ExamReport | null>(null);
  const run = (service: string, known: Known) => {
    setBusy(true);
    setFailure(null);
    setReport(null);
    bridge
      .call('exam.run', { service, ...given(known) })
      .then(setReport, (error: unknown) => setFailure(sentence(error)))
      .finally(() => setBusy(false));
  };
  return { busy, failure, report, run };
}
