/** The value of a condition, typed or chosen, with what is wrong with it as soon as it is. */
import { type JSX, type KeyboardEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import form from '../shell/form.module.css';
import style from './editor.module.css';
import { type Fault, type Field, isSingle, words } from './fields.ts';

interface FieldInputProps {
  readonly field: Field;
  readonly text: string;
  readonly fault: Fault | null;
  readonly label: string;
  readonly onChange: (text: string) => void;
  /** Enter, where it is no new line. */
  readonly onDone: () => void;
  readonly focus?: boolean;
}

/** Whether every line is one of the words, so that they can be ticked instead of typed. */
const areWords = (text: string, known: readonly string[]): boolean =>
  text.split('\n').every((line) => line.trim() === '' || known.includes(line.trim()));

export function FieldInput(props: FieldInputProps): JSX.Element {
  const known = words[props.field];
  if (known !== undefined && areWords(props.text, known)) return <Words {...props} known={known} />;
  return <Lines {...props} />;
}

function Words(props: FieldInputProps & { readonly known: readonly string[] }) {
  const { field, text, known, label, onChange } = props;
  const { t } = useTranslation('rules');
  const name = useId();
  const chosen = text.split('\n').map((line) => line.trim());
  const single = isSingle(field);
  const toggle = (word: string) => {
    if (single) return onChange(word);
    const rest = known.filter((one) => (one === word ? !chosen.includes(one) : chosen.includes(one)));
    onChange(rest.join('\n'));
  };
  return (
    <fieldset className={style.words}>
      <legend className={form.label}>{label}</legend>
      {known.map((word) => (
        <label key={word}>
          <input
            checked={chosen.includes(word)}
            name={name}
            onChange={() => toggle(word)}
            type={single ? 'radio' : 'checkbox'}
          />
          {t(`word.${field}.${word}`, { defaultValue: word })}
        </label>
      ))}
      <Complaint fault={props.fault} id={`${name}-fault`} />
    </fieldset>
  );
}

function Lines({ field, text, fault, label, onChange, onDone, focus = false }: FieldInputProps) {
  const { t } = useTranslation('rules');
  const id = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onDone();
  };
  return (
    <div className={form.field}>
      <label className={form.label} htmlFor={id}>
        {label}
      </label>
      <textarea
        aria-describedby={`${id}-help ${id}-fault`}
        aria-invalid={fault !== null && text !== ''}
        autoCapitalize="off"
        autoComplete="off"
        className={form.input}
        data-autofocus={focus ? '' : undefined}
        id={id}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        placeholder={t(`example.${field}`, { defaultValue: '' })}
        onFocus={(event) => event.currentTarget.select()}
        rows={Math.min(6, Math.max(1, text.split('\n').length))}
        spellCheck={false}
        value={text}
      />
      <small id={`${id}-help`}>{t(`help.${field}`, { defaultValue: t('help.pattern') })}</small>
      <Complaint fault={text === '' ? null : fault} id={`${id}-fault`} />
    </div>
  );
}

/** What is wrong, spoken as it appears. */
export function Complaint({ fault, id }: { readonly fault: Fault | null; readonly id?: string }): JSX.Element {
  const { t } = useTranslation('rules');
  return (
    <p aria-live="polite" className={style.fault} id={id}>
      {fault === null ? null : t(fault.key, fault.params)}
    </p>
  );
}
