/** Findings under the line of the transcript that caused them: one line each, that opens. */
import { type JSX, type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../shared/journal/diagnostics.ts';
import style from './diagnosis.module.css';
import { FindingBody } from './finding-body.tsx';
import { severitySigns } from './findings.ts';
import { useFindingWords } from './words.ts';

interface InlineProps {
  readonly found: readonly Diagnostic[];
  /** Behind the cursor: it has not happened yet as far as the panes are concerned. */
  readonly future: boolean;
}

export function InlineFindings({ found, future }: InlineProps): JSX.Element {
  const { t } = useTranslation('diagnosis');
  const step = (found[0]?.seqs[0] ?? 0) + 1;
  return (
    <ul aria-label={t('inline.label', { step })} className={style.inline} data-future={future}>
      {found.map((one) => (
        <InlineFinding finding={one} key={one.key} />
      ))}
    </ul>
  );
}

/** The transcript's own keys walk its lines; in here they belong to the findings. */
function keepKeys(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
}

function InlineFinding({ finding }: { readonly finding: Diagnostic }): JSX.Element {
  const { t } = useTranslation('diagnosis');
  const say = useFindingWords();
  const [open, setOpen] = useState(false);
  const body = useId();
  const { id, severity } = finding;
  const title = say(finding, 'title');
  return (
    <li data-severity={severity} onKeyDown={keepKeys}>
      <button
        aria-controls={open ? body : undefined}
        aria-expanded={open}
        aria-label={t('inline', { severity: t(`severity.${severity}`), id, title })}
        className={style.line}
        onClick={() => setOpen(!open)}
        title={title}
        type="button"
      >
        <span aria-hidden="true" className={style.sign}>
          {severitySigns[severity]}
        </span>
        <b>{id}</b>
        <span className={style.title}>{title}</span>
        <span aria-hidden="true" className={style.caret}>
          {open ? '▾' : '▸'}
        </span>
      </button>
      {open ? (
        <div id={body}>
          <FindingBody finding={finding} />
        </div>
      ) : null}
    </li>
  );
}
