/** The text editor of the Lab file. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { type JSX, useEffect, useRef } from 'react';
import type { Problem } from '../../shared/lab/problem.ts';
import { editorTheme } from './editor-theme.ts';
import { spanOf } from './place.ts';

/** A place to go to; a new object goes there again. */
export interface Jump {
  readonly line: number;
  readonly column: number;
}

interface EditorProps {
  readonly label: string;
  readonly text: string;
  readonly problems: readonly Problem[];
  readonly jump: Jump | null;
  readonly onEdit: (text: string) => void;
  readonly onApply: () => void;
}

export function Editor({ label, text, problems, jump, onEdit, onApply }: EditorProps): JSX.Element {
  const host = useRef<HTMLDivElement | null>(null);
  const view = useRef<EditorView | null>(null);
  const handlers = useRef({ onEdit, onApply });
  handlers.current = { onEdit, onApply };
  const start = useRef({ text, label });

  useEffect(() => {
    if (host.current === null) return;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start.current.text,
        extensions: extensions(start.current.label, handlers),
      }),
    });
    view.current = created;
    return () => {
      created.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const current = view.current;
    if (current === null || current.state.doc.toString() === text) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const current = view.current;
    if (current !== null) current.dispatch(setDiagnostics(current.state, diagnostics(current, problems)));
  }, [problems]);

  useEffect(() => {
    const current = view.current;
    if (current === null || jump === null) return;
    const { from } = spanOf(current.state.doc.toString(), jump);
    current.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    current.focus();
  }, [jump]);

  return <div ref={host} style={{ height: '100%', minHeight: 0 }} />;
}

type Handlers = React.RefObject<{ onEdit: (text: string) => void; onApply: () => void }>;

function extensions(label: string, handlers: Handlers) {
  const apply = () => {
    handlers.current.onApply();
    return true;
  };
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    history(),
    bracketMatching(),
    indentOnInput(),
    indentUnit.of('  '),
    search({ top: true }),
    highlightSelectionMatches(),
    lintGutter(),
    yaml(),
    editorTheme,
    // Tab is left to the focus order: Ctrl+] and Ctrl+[ indent.
    keymap.of([{ key: 'Mod-Enter', run: apply }, ...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) handlers.current.onEdit(update.state.doc.toString());
    }),
  ];
}

function diagnostics(view: EditorView, problems: readonly Problem[]): Diagnostic[] {
  const text = view.state.doc.toString();
  return problems
    .filter((one) => one.file === 'lab')
    .map((one) => ({
      ...spanOf(text, one),
      severity: one.severity === 'note' ? 'info' : one.severity,
      message: [one.message, one.hint].filter(Boolean).join('\n'),
      ...(one.id === undefined ? {} : { source: one.id }),
    }));
}
