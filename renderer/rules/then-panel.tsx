/** What a rule does: an upstream with one click, everything else with a form. */
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Then } from '../../shared/auth/rule.ts';
import { Button } from '../shell/button.tsx';
import { useLab, useLabStore } from '../store/use-store.ts';
import { leadsOutside } from '../upstreams/off-box.ts';
import { OffBoxMark } from '../upstreams/off-box-mark.tsx';
import { focusRule, tryEdit } from './acts.ts';
import { useEditing } from './editing.ts';
import style from './editor.module.css';
import { Panel, PanelEnd } from './panel.tsx';
import { VerdictFields } from './verdict-fields.tsx';
import { extrasOf, formOf, refusals, type VerdictKind, verdictFault, verdictOf } from './verdict-form.ts';

/** `rule` is null for *Otherwise*. */
export function ThenPanel({ rule, then }: { readonly rule: string | null; readonly then: Then }): JSX.Element {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const setOpen = useEditing((state) => state.setOpen);
  const [kind, setKind] = useState<VerdictKind | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const close = () => {
    setOpen(null);
    focusRule(rule, 'then');
  };
  const choose = async (next: Then) => {
    const against = await tryEdit(
      store,
      rule === null ? { kind: 'otherwise', then: next } : { kind: 'then', rule, then: next },
    );
    setProblem(against);
    if (against === null) close();
  };
  const label = rule === null ? t('then.of.otherwise') : t('then.of', { rule });
  return (
    <Panel label={label} onClose={close} step={kind ?? ''}>
      {kind === null ? (
        <Choices onChoose={(next) => void choose(next)} onKind={setKind} otherwise={rule === null} then={then} />
      ) : (
        <VerdictPanel
          kind={kind}
          onChoose={(next) => void choose(next)}
          onClose={close}
          problem={problem}
          then={then}
        />
      )}
      {kind === null && problem !== null ? (
        <p className={style.problem} role="alert">
          {t('refused.why', { problem })}
        </p>
      ) : null}
    </Panel>
  );
}

interface ChoicesProps {
  readonly then: Then;
  readonly otherwise: boolean;
  readonly onChoose: (then: Then) => void;
  readonly onKind: (kind: VerdictKind) => void;
}

const noUpstreams: readonly { readonly name: string }[] = [];

function Choices({ then, otherwise, onChoose, onKind }: ChoicesProps) {
  const { t } = useTranslation('rules');
  const upstreams = useLab((state) => state.lab?.upstreams ?? noUpstreams);
  const accounts = useLab((state) => state.lab?.editing.accounts ?? 0);
  const lab = useLab((state) => state.lab);
  const extras = extrasOf(then);
  return (
    <>
      <p className={style.lead}>{t('then.where')}</p>
      <div className={style.choices}>
        {upstreams.map(({ name }, index) => (
          <Button
            aria-pressed={then.route === name}
            data-autofocus={index === 0 ? '' : undefined}
            key={name}
            onClick={() => onChoose({ route: name, ...extras })}
          >
            → {name}
            {leadsOutside(lab, name) ? <OffBoxMark /> : null}
          </Button>
        ))}
      </div>
      <div className={style.choices}>
        {otherwise
          ? refusals.slice(0, 2).map((reject) => (
              <Button
                aria-pressed={then.reject === reject}
                key={reject}
                onClick={() => onChoose({ reject, ...extras })}
              >
                {t(reject.startsWith('4') ? 'then.tempfail' : 'then.refuse', { reject })}
              </Button>
            ))
          : null}
        <Button aria-pressed={then.reject !== undefined} onClick={() => onKind('reject')}>
          {t('then.reject.form')}
        </Button>
        <Button onClick={() => onKind('address')}>{t('then.address.form')}</Button>
        <Button
          aria-describedby={accounts === 0 ? 'no-accounts' : undefined}
          aria-disabled={accounts === 0}
          aria-pressed={then.route === 'account'}
          onClick={() => (accounts === 0 ? undefined : onChoose({ route: 'account', ...extras }))}
        >
          {t('then.account')}
        </Button>
        <Button aria-pressed={then.raw !== undefined} onClick={() => onKind('raw')}>
          {t('then.raw.form')}
        </Button>
        <Button onClick={() => onKind('more')}>{t('then.more')}</Button>
      </div>
      {accounts === 0 ? <small id="no-accounts">{t('then.account.none')}</small> : null}
    </>
  );
}

interface VerdictPanelProps {
  readonly kind: VerdictKind;
  readonly then: Then;
  readonly problem: string | null;
  readonly onChoose: (then: Then) => void;
  readonly onClose: () => void;
}

function VerdictPanel({ kind, then, problem, onChoose, onClose }: VerdictPanelProps) {
  const [form, setForm] = useState(() => formOf(then));
  const fault = verdictFault(kind, form);
  const done = () => {
    if (fault === null) onChoose(verdictOf(kind, form, then));
  };
  return (
    <form
      className={style.form}
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <VerdictFields fault={fault} form={form} kind={kind} onChange={(change) => setForm({ ...form, ...change })} />
      <PanelEnd onClose={onClose} problem={problem} ready={fault === null} />
    </form>
  );
}
