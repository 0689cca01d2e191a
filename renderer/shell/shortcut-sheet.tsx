/** The sheet of shortcuts, drawn from the same table that the keyboard handler reads. */
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';
import form from './form.module.css';
import style from './shell.module.css';
import { bindings, caps } from './shortcuts.ts';
import { useUi } from './ui-store.ts';

type Section = (typeof bindings)[number]['section'];

const columns: readonly (readonly Section[])[] = [
  ['sessions', 'window'],
  ['steps', 'gates', 'rules'],
];

export function ShortcutSheet(): JSX.Element {
  const { t } = useTranslation('shell');
  const singleKeys = useUi((state) => state.settings.singleKeys);
  return (
    <Dialog name="shortcuts" size="xl" title={t('shortcuts')}>
      <div className={style.keys}>
        {columns.map((sections) => (
          <div key={sections.join(' ')}>
            {sections.map((section) => (
              <section key={section}>
                <h3>{t(`shortcuts.${section}`)}</h3>
                <Keys section={section} />
              </section>
            ))}
          </div>
        ))}
      </div>
      <p className={form.hint}>{t(singleKeys ? 'shortcuts.single' : 'shortcuts.singleOff')}</p>
    </Dialog>
  );
}

function Keys({ section }: { readonly section: Section }) {
  const { t } = useTranslation('shell');
  const mac = navigator.userAgent.includes('Mac OS');
  const acts = useMemo(() => {
    const byAct = new Map<string, (readonly string[])[]>();
    for (const one of bindings) {
      if (one.section === section) byAct.set(one.act, [...(byAct.get(one.act) ?? []), caps(one, mac)]);
    }
    return [...byAct];
  }, [section, mac]);
  return (
    <dl>
      {acts.map(([act, ways]) => (
        <div className={style.keyRow} key={act}>
          <dt>{t(`act.${act}`)}</dt>
          <dd>
            {ways.flat().map((cap) => (
              <kbd key={cap}>{cap}</kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
