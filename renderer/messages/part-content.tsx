/** What is in one part of a message: decoded, or the bytes as they came. */
import { type JSX, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Part } from '../../shared/mime/part.ts';
import { size } from '../shell/format.ts';
import { sentence } from '../shell/report.ts';
import { inOrder } from '../transcript/pieces.ts';
import { HEX_ROW, hexRow } from './hex-row.ts';
import { Lines } from './lines.tsx';
import style from './mail.module.css';
import { rowStarts, rowText } from './rows.ts';

type Loaded = { readonly bytes: Uint8Array } | { readonly problem: string } | null;

interface DecodedProps {
  readonly part: Part;
  readonly read: () => Promise<Uint8Array>;
}

/** Text in its charset, everything else as bytes. */
export function Decoded({ part, read }: DecodedProps): JSX.Element {
  const { t } = useTranslation('messages');
  const [loaded, setLoaded] = useState<Loaded>(null);
  useEffect(() => {
    let current = true;
    const set = (now: Loaded) => {
      if (current) setLoaded(now);
    };
    read().then(
      (bytes) => set({ bytes }),
      (error: unknown) => set({ problem: sentence(error) }),
    );
    return () => {
      current = false;
    };
  }, [read]);
  if (loaded === null) return <p className={style.note}>{t('loading')}</p>;
  if ('problem' in loaded) return <p className={style.note}>{loaded.problem}</p>;
  const isText = part.type.startsWith('text/') || part.type.startsWith('message/');
  return isText ? <DecodedText bytes={loaded.bytes} charset={part.charset} /> : <Hex bytes={loaded.bytes} />;
}

function DecodedText({ bytes, charset }: { readonly bytes: Uint8Array; readonly charset: string | null }) {
  const { t } = useTranslation('messages');
  const text = useMemo(() => inOrder(decodeText(bytes, charset)), [bytes, charset]);
  const rows = useMemo(() => rowStarts(text), [text]);
  return (
    <Lines count={rows.length} label={t('part.decoded')}>
      {(row) => rowText(text, rows, row)}
    </Lines>
  );
}

/** A charset that nobody knows is read byte for byte, as browsers do it. */
function decodeText(bytes: Uint8Array, charset: string | null): string {
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function Hex({ bytes }: { readonly bytes: Uint8Array }) {
  const { t } = useTranslation('messages');
  if (bytes.length === 0) return <p className={style.note}>{t('part.empty')}</p>;
  return (
    <Lines count={Math.ceil(bytes.length / HEX_ROW)} label={t('part.bytes', { size: size(bytes.length) })}>
      {(row) => hexRow(bytes, row)}
    </Lines>
  );
}
