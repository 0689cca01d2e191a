/** The envelope beside the headers: what the servers went by, and what people are shown. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { decode, inOrder } from '../transcript/pieces.ts';
import { type Difference, differences, type Fields, type ReadField } from './headers.ts';
import style from './mail.module.css';
import { useHeading, useRegionName } from './place.ts';

/** Who sent it and who it was for, as the servers were told. null: nobody was, as with a message appended by IMAP. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

interface EnvelopeTabProps {
  readonly envelope: Envelope | null;
  /** null: not read yet. */
  readonly fields: Fields<ReadField> | null;
}

export function EnvelopeTab({ envelope, fields }: EnvelopeTabProps): JSX.Element {
  const { t } = useTranslation('messages');
  const regionName = useRegionName();
  const Heading = useHeading();
  const known = fields?.fields ?? [];
  const difference = fields === null || envelope === null ? null : differences(envelope.from, envelope.to, known);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1).
    <div className={style.scroll} tabIndex={0}>
      <div className={style.pair}>
        <section aria-label={regionName(t('envelope'))}>
          <Heading>{t('envelope')}</Heading>
          <p className={style.hint}>{t(envelope === null ? 'envelope.none' : 'envelope.hint')}</p>
          {envelope === null ? null : <EnvelopeList difference={difference} envelope={envelope} />}
        </section>
        <section aria-label={regionName(t('headers'))}>
          <Heading>{t('headers')}</Heading>
          <p className={style.hint}>{t('headers.hint')}</p>
          {fields === null ? <p className={style.note}>{t('loading')}</p> : null}
          <dl>
            {known.map((field, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: header fields may repeat, and never change.
              <FieldEntry difference={difference} field={field} key={index} />
            ))}
          </dl>
          {fields !== null && fields.more > 0 ? (
            <p className={style.note}>{t('headers.more', { count: fields.more })}</p>
          ) : null}
        </section>
      </div>
    </div>
  );
}

function EnvelopeList(props: { readonly envelope: Envelope; readonly difference: Difference | null }) {
  const { t } = useTranslation('messages');
  const { envelope, difference } = props;
  const entries = [['MAIL FROM', envelope.from] as const, ...envelope.to.map((one) => ['RCPT TO', one] as const)];
  return (
    <dl>
      {entries.map(([name, address], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a recipient may be named twice, and the order never changes.
        <div className={style.entry} key={index}>
          <dt>{name}</dt>
          <dd>
            {address === '' ? t('bounce') : inOrder(decode(address))}{' '}
            {difference?.envelopeOnly.has(address.toLowerCase()) === true ? (
              <span className={style.badge}>{t('envelope.only')}</span>
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FieldEntry(props: { readonly field: ReadField; readonly difference: Difference | null }) {
  const { t } = useTranslation('messages');
  const { field, difference } = props;
  const alone = field.addresses.filter((one) => difference?.headersOnly.has(one) === true);
  return (
    <div className={style.entry}>
      <dt>{field.name === '' ? <span className={style.badge}>{t('headers.bad')}</span> : field.name}</dt>
      <dd>
        {field.value}
        {alone.map((address) => (
          <span className={style.badge} data-line="true" key={address}>
            {t('headers.only', { address: inOrder(address), count: field.addresses.length })}
          </span>
        ))}
      </dd>
    </div>
  );
}
