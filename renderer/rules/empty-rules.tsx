/** A list without rules: what that means, and examples that can be tried and taken back. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Rule } from '../../shared/auth/rule.ts';
import { Button } from '../shell/button.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { edit, focusRule } from './acts.ts';
import style from './rules.module.css';

const noUpstreams: readonly { readonly name: string }[] = [];

/** One of each kind: a domain to an upstream, a sender refused, a network told to come back. */
function examplesFor(upstream: string | undefined, recipients: boolean): readonly Rule[] {
  const route: readonly Rule[] =
    upstream === undefined
      ? []
      : [
          {
            name: `mail for ${upstream}`,
            when: recipients ? { rcpt: `*@${upstream}.test` } : { user: `*@${upstream}.test` },
            then: { route: upstream },
          },
        ];
  const sender: readonly Rule[] = recipients
    ? [{ name: 'unwelcome sender', when: { from: '*@spam.test' }, then: { reject: '554 5.7.1 not welcome here' } }]
    : [];
  return [
    ...route,
    ...sender,
    { name: 'come back later', when: { client: '192.0.2.0/24' }, then: { reject: '451 4.7.1 try again later' } },
  ];
}

export function EmptyRules({ foreign }: { readonly foreign: boolean }): JSX.Element {
  const { t } = useTranslation('rules');
  const store = useLabStore();
  const go = useUi((state) => state.go);
  const upstream = useLab((state) => (state.lab?.upstreams ?? noUpstreams)[0]?.name);
  const recipients = useLab((state) => !state.lab?.editing.unheard.some(({ field }) => field === 'rcpt'));
  if (foreign)
    return (
      <li className={style.empty}>
        <p>{t('foreign')}</p>
        <Button onClick={() => go('lab')}>{t('edit')}</Button>
      </li>
    );
  const add = async (value: Rule) => {
    if (await edit(store, { kind: 'add', value, at: 0 })) focusRule(value.name);
  };
  return (
    <li className={style.empty}>
      <p>{t('empty')}</p>
      {examplesFor(upstream, recipients).map((rule) => (
        <Button key={rule.name} onClick={() => void add(rule)}>
          {t('empty.example', {
            what: Object.values(rule.when).join(''),
            then: rule.then.route === undefined ? `reject ${rule.then.reject}` : `→ ${rule.then.route}`,
          })}
        </Button>
      ))}
    </li>
  );
}
