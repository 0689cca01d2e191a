/** The switches of a played server that are words: what its lists hold, whom it believes, as whom it greets. */
import { TextInput } from '@mantine/core';
import { type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallInput } from '../../shared/contract/contract.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Play } from '../../shared/upstream/play.ts';

type Change = CallInput<'upstream.play'>['change'];

interface PlayWordsProps {
  readonly play: Play;
  readonly protocols: readonly Protocol[];
  readonly onSet: (change: Change) => void;
}

/** Words with commas between two. */
const wordsOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

export function PlayWords({ play, protocols, onSet }: PlayWordsProps): JSX.Element {
  const { t } = useTranslation('upstreams');
  return (
    <>
      {protocols.includes('smtp') ? (
        <Words
          hint={t('play.xclientFrom.hint')}
          key={`from ${play.smtp.xclientFrom}`}
          label={t('play.xclientFrom')}
          onSettle={(text) => onSet({ name: 'xclientFrom', value: wordsOf(text) })}
          text={play.smtp.xclientFrom.join(', ')}
        />
      ) : null}
      {protocols.includes('imap') ? (
        <Words
          hint={t('play.preauth.hint')}
          key={`preauth ${play.imap.preauth}`}
          label={t('play.preauth')}
          onSettle={(value) => onSet({ name: 'preauth', value })}
          text={play.imap.preauth}
        />
      ) : null}
      {protocols.flatMap((protocol) =>
        (['extra', 'hide'] as const).map((name) => (
          <Words
            hint={t(`play.${name}.hint`)}
            key={`${protocol} ${name} ${play[protocol][name]}`}
            label={t(`play.${name}`, { protocol: protocol.toUpperCase() })}
            onSettle={(text) => onSet({ name, protocol, value: wordsOf(text) })}
            text={play[protocol][name].join(', ')}
          />
        )),
      )}
    </>
  );
}

interface WordsProps {
  readonly label: string;
  readonly hint: string;
  /** As it stands in the lab file. */
  readonly text: string;
  readonly onSettle: (text: string) => void;
}

/** A text that counts when it is left, or with Enter. */
function Words({ label, hint, text, onSettle }: WordsProps): JSX.Element {
  const [typed, setTyped] = useState(text);
  // What was refused is not said again before it is another text.
  const [sent, setSent] = useState(text);
  const settle = () => {
    const said = typed.trim();
    if (said === sent) return;
    setSent(said);
    onSettle(said);
  };
  return (
    <TextInput
      label={label}
      maxLength={500}
      onBlur={settle}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => (event.key === 'Enter' ? settle() : undefined)}
      placeholder={hint}
      title={typed}
      value={typed}
    />
  );
}
