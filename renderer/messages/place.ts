/** The same mail may be on screen twice: the names of its parts say where they are. */
import { createContext, useContext } from 'react';
import { useTranslation } from 'react-i18next';

/** Where a mail is shown. */
export const MailPlace = createContext<'messages' | 'session'>('messages');

/** Makes a region's name unique on the page. */
export function useRegionName(): (name: string) => string {
  const { t } = useTranslation('messages');
  const place = useContext(MailPlace);
  return (name) => (place === 'session' ? t('region.session', { name }) : name);
}

/** The level of a mail's own headings: a drawer has a heading above them, the inspector has none. */
export function useHeading(): 'h2' | 'h3' {
  return useContext(MailPlace) === 'session' ? 'h2' : 'h3';
}
