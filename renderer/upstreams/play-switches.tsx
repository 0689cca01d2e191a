/** How the lab plays a mail server, as switches; each writes the lab file's text. */
import { NumberInput, Select, Switch } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallInput } from '../../shared/contract/contract.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { type Play, plainPlay } from '../../shared/upstream/play.ts';
import form from '../shell/form.module.css';
import { note, report, warn } from '../shell/report.ts';
import { useLabStore } from '../store/use-store.ts';
import { PlayWords } from './play-words.tsx';
import style from './upstreams.module.css';

type Change = CallInput<'upstream.play'>['change'];
type OnOff = Extract<Change, { on: boolean }>['name'];

interface PlaySwitchesProps {
  readonly name: string;
  readonly play: Play;
  readonly protocols: readonly Protocol[];
  /** Where there are none, any login is let in, unless the lab file says otherwise. */
  readonly accounts: readonly string[];
}

/** Which switches make sense for whom, and how they stand. */
function switchesOf(play: Play, protocols: readonly Protocol[]): readonly (readonly [OnOff, boolean])[] {
  const speaks = (protocol: Protocol) => protocols.includes(protocol);
  return [
    ['starttls', play.starttls],
    ['proxyProtocol', play.proxyProtocol],
    ...(speaks('smtp') ? [['xclient', play.smtp.xclient] as const] : []),
    ...(speaks('imap') ? [['loginDisabled', play.imap.loginDisabled] as const] : []),
    ...(speaks('pop3') ? [['apop', play.pop3.apop] as const] : []),
  ];
}

export function PlaySwitches({ name, play, protocols, accounts }: PlaySwitchesProps): JSX.Element {
  const { t } = useTranslation('upstreams');
  const { bridge } = useLabStore();
  const set = (change: Change) => {
    bridge.call('upstream.play', { upstream: name, change }).then(({ problem }) => {
      if (problem === null) note('good', t('play.done', { name }));
      else warn(problem);
    }, report);
  };
  return (
    <details className={style.play}>
      <summary>{t('play', { summary: summaryOf(t, play, protocols) })}</summary>
      <fieldset className={style.switches}>
        <legend className={form.label}>{t('play.of', { name })}</legend>
        {switchesOf(play, protocols).map(([one, on]) => (
          <Switch
            checked={on}
            key={one}
            label={t(`play.${one}`)}
            onChange={(event) => set({ name: one, on: event.currentTarget.checked })}
          />
        ))}
        <Switch
          checked={play.anyLogin ?? accounts.length === 0}
          label={t('play.anyLogin')}
          onChange={(event) => set({ name: 'anyLogin', on: event.currentTarget.checked })}
        />
        <div className={style.fields}>
          {protocols.includes('smtp') ? <SmtpFields onSet={set} play={play} /> : null}
          <PlayWords onSet={set} play={play} protocols={protocols} />
        </div>
      </fieldset>
      <p className={style.soft}>{t('play.text')}</p>
    </details>
  );
}

/** What differs from a server that the lab file says nothing about. */
function summaryOf(t: (key: string) => string, play: Play, protocols: readonly Protocol[]): string {
  const plain = new Map(switchesOf(plainPlay, protocols));
  const other = switchesOf(play, protocols).filter(([one, on]) => plain.get(one) !== on);
  const words = other.map(([one, on]) => t(`play.${one}.${on ? 'on' : 'off'}`));
  if (protocols.includes('smtp') && play.smtp.auth !== plainPlay.smtp.auth)
    words.push(t(`play.auth.${play.smtp.auth}.short`));
  if (protocols.includes('smtp') && play.smtp.size !== plainPlay.smtp.size) words.push(t('play.size.short'));
  if (play.anyLogin !== undefined) words.push(t(`play.anyLogin.${play.anyLogin ? 'on' : 'off'}`));
  if (protocols.includes('smtp') && play.smtp.xclientFrom.length > 0) words.push(t('play.xclientFrom.short'));
  if (protocols.includes('imap') && play.imap.preauth !== '') words.push(t('play.preauth.short'));
  if (protocols.some((one) => play[one].extra.length + play[one].hide.length > 0)) words.push(t('play.lists.short'));
  return words.length === 0 ? t('play.plain') : words.join(', ');
}

const auths = ['off', 'offered', 'required'] as const;

function SmtpFields({ play, onSet }: { readonly play: Play; readonly onSet: (change: Change) => void }) {
  const { t } = useTranslation('upstreams');
  const [size, setSize] = useState<number>(play.smtp.size);
  const settle = () => {
    if (size !== play.smtp.size) onSet({ name: 'size', value: size });
  };
  return (
    <>
      <Select
        allowDeselect={false}
        data={auths.map((value) => ({ value, label: t(`play.auth.${value}`) }))}
        label={t('play.auth')}
        onChange={(chosen) => {
          const value = auths.find((one) => one === chosen);
          if (value !== undefined) onSet({ name: 'auth', value });
        }}
        value={play.smtp.auth}
      />
      <NumberInput
        allowDecimal={false}
        clampBehavior="strict"
        label={t('play.size')}
        max={plainPlay.smtp.size}
        min={1}
        onBlur={settle}
        onChange={(value) => (typeof value === 'number' ? setSize(value) : undefined)}
        onKeyDown={(event) => (event.key === 'Enter' ? settle() : undefined)}
        thousandSeparator=","
        value={size}
      />
    </>
  );
}
