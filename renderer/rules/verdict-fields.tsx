/** The fields of the forms for what a rule does. */
import { type JSX, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { readRejection } from '../../shared/auth/then.ts';
import { Button } from '../shell/button.tsx';
import shape from '../shell/form.module.css';
import style from './editor.module.css';
import { Complaint } from './field-input.tsx';
import type { Fault } from './fields.ts';
import { refusals, type VerdictForm, type VerdictKind } from './verdict-form.ts';

interface VerdictFieldsProps {
  readonly kind: VerdictKind;
  readonly form: VerdictForm;
  readonly fault: Fault | null;
  readonly onChange: (change: Partial<VerdictForm>) => void;
}

/** Which fields each form has, in order. */
const layout: Readonly<Record<VerdictKind, readonly (keyof VerdictForm)[]>> = {
  address: ['address'],
  reject: ['code', 'text'],
  raw: ['status', 'headers'],
  more: ['wait', 'user', 'password', 'delay'],
};

export function VerdictFields({ kind, form, fault, onChange }: VerdictFieldsProps): JSX.Element {
  const { t } = useTranslation('rules');
  return (
    <>
      <p className={style.lead}>{t(`form.${kind}`)}</p>
      {kind === 'reject' ? <Presets onChange={onChange} /> : null}
      {layout[kind].map((name, index) => (
        <Labelled key={name} label={t(`form.${name}`)}>
          {(id) =>
            name === 'headers' ? (
              <textarea
                className={shape.input}
                id={id}
                onChange={(event) => onChange({ headers: event.currentTarget.value })}
                rows={Math.min(8, form.headers.split('\n').length + 1)}
                spellCheck={false}
                value={form.headers}
              />
            ) : (
              <input
                autoComplete="off"
                className={shape.input}
                data-autofocus={index === 0 ? '' : undefined}
                id={id}
                onChange={(event) => onChange({ [name]: event.currentTarget.value })}
                placeholder={t(`form.example.${name}`)}
                spellCheck={false}
                type={name === 'password' ? 'password' : 'text'}
                value={form[name]}
              />
            )
          }
        </Labelled>
      ))}
      <Complaint fault={fault} />
    </>
  );
}

function Labelled({ label, children }: { readonly label: string; readonly children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={shape.field}>
      <label className={shape.label} htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}

function Presets({ onChange }: Pick<VerdictFieldsProps, 'onChange'>) {
  return (
    <div className={style.choices}>
      {refusals.map((reject) => (
        <Button
          key={reject}
          look="chip"
          onClick={() => {
            const { code, text } = readRejection(reject);
            onChange({ code, text });
          }}
        >
          {reject}
        </Button>
      ))}
    </div>
  );
}
