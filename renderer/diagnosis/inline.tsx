/** Findings under the line of the transcript that caused them: one line each, that opens. */
import { VisuallyHidden } from '@mantine/core';
import { type JSX, type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../shared/journal/diagnostics.ts';
import style from './diagnosis.module.css';
import { FindingBody } from './finding-body.tsx';
import { severitySigns } from './findings.ts';
import { useFindingWords } from './words.ts';

/** Which findings of a session are open: rows that are out of sight are not in the page, and come back as they were. */
export interface OpenFindings {
  has(finding: Diagnostic): boolean;
  toggle(finding: Diagnostic): void;
}

/** Kept by the list of rows; another session begins with all of them closed. */
export function useOpenFindings(session: number | null): OpenFindings {
  const [open, setOpen] = useState<{ readonly session: number | null; readonly keys: ReadonlySet<string> }>({
    session,
    keys: new Set(),
  });
  const keys = open.session === session ? open.keys : new Set<string>();
  const nameOf = ({ key, seqs }: Diagnostic): string => `${key} ${seqs[0]}`;
  return {
    has: (finding) => keys.has(nameOf(finding)),
    toggle: (finding) => {
      const next = new Set(keys);
      if (!next.delete(nameOf(finding))) next.add(nameOf(finding));
      setOpen({ session, keys: next });
    },
  };
}

interface InlineProps {
  readonly found: readonly Diagnostic[];
  readonly open: OpenFindings;
  /** Behind the cursor: it has not happened yet as far as the panes are concerned. */
  readonly future: boolean;
}

export function InlineFindings({ found, future, open }: InlineProps): JSX.Element {
  const { t } = useTranslation('diagnosis');
  const step = (found[0]?.seqs[0] ?? 0) + 1;
  return (
    <ul aria-label={t('inline.label', { step })} className={style.inline} data-future={future}>
      {found.map((one) => (
        <InlineFinding finding={one} key={one.key} onToggle={() => open.toggle(one)} open={open.has(one)} />
      ))}
    </ul>
  );
}

/** The transcript's own keys walk its lines; in here they belong to the findings. */
function keepKeys(event: KeyboardEvent): void {
  if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
}

interface OneProps {
  readonly finding: Diagnostic;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function InlineFinding({ finding, open, onToggle }: OneProps): JSX.Element {
  const { t } = useTranslation('diagnosis');
  const say = useFindingWords();
  const body = useId();
  const { id, severity } = finding;
  const title = say(finding, 'title');
  return (
    <li data-severity={severity} onKeyDown={keepKeys}>
      <button
        aria-controls={open ? body : undefined}
        aria-expanded={open}
        className={style.line}
        onClick={onToggle}
        title={title}
        type="button"
      >
        <span aria-hidden="true" className={style.sign}>
          {severitySigns[severity]}
        </span>
        <VisuallyHidden>{t(`severity.${severity}`)}</VisuallyHidden> <b>{id}</b>{' '}
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
