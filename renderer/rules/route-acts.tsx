/** From a session to the rules: to the one that decided, or to a new one above it. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { Button } from '../shell/button.tsx';
import { useUi } from '../shell/ui-store.ts';
import { selectedSession } from '../store/selectors.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { SaveSession } from '../tests/save-buttons.tsx';
import { focusRule } from './acts.ts';
import { useEditing } from './editing.ts';
import { draftFromSession } from './from-session.ts';
import style from './rules.module.css';

/** Opens the rules with a new one, filled in from the session and above the rule that took it. */
export function makeRule(store: LabStore, session: SessionSummary): void {
  const { lab } = store.getState();
  if (lab === null) return;
  useEditing.getState().setDraft(draftFromSession(session, lab));
  useUi.getState().go('rules');
}

/** Whether there are rules at all that one could be made for. */
export const hasRules = (state: { readonly lab: { readonly otherwise: unknown } | null }): boolean =>
  state.lab !== null && state.lab.otherwise !== null;

export function RouteActs(): JSX.Element | null {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const session = useLab(selectedSession);
  const possible = useLab(hasRules);
  const number = useLab((state) => (state.lab?.rules ?? []).findIndex(({ name }) => name === session?.rule) + 1);
  const go = useUi((state) => state.go);
  if (session === null || !possible) return null;
  const change = (rule: string | null) => {
    go('rules');
    focusRule(rule, 'then');
  };
  return (
    <p className={style.routeActs}>
      {number > 0 ? <Button onClick={() => change(session.rule)}>{t('route.change', { number })}</Button> : null}
      {session.rule === 'otherwise' ? (
        <Button onClick={() => change(null)}>{t('route.change.otherwise')}</Button>
      ) : null}
      <Button onClick={() => makeRule(store, session)}>{t('route.make')}</Button>
      <SaveSession id={session.id} />
    </p>
  );
}
