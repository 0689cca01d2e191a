/** A mail in a component: read in its worker as long as the component is on screen. */
import { useEffect, useRef, useState } from 'react';
import { type MailState, type OpenMail, openMail } from './open-mail.ts';

/** What is known of a mail, and the way to ask for its parts. */
export interface UsedMail {
  readonly state: MailState;
  readonly part: OpenMail['part'];
  readonly attachment: OpenMail['attachment'];
}

const gone = () => Promise.reject(new Error('The mail is closed.'));

/** Reads `raw` anew whenever it changes. */
export function useMail(raw: string): UsedMail {
  const [state, setState] = useState<MailState | null>(null);
  const open = useRef<OpenMail | null>(null);
  useEffect(() => {
    const mail = openMail(raw, setState);
    open.current = mail;
    return () => {
      open.current = null;
      mail.close();
    };
  }, [raw]);
  const [ways] = useState(() => ({
    part: (index: number) => open.current?.part(index) ?? gone(),
    attachment: (index: number) => open.current?.attachment(index) ?? gone(),
  }));
  // The state of another mail is none of this one.
  const own = state?.raw === raw ? state : { ...unread, raw };
  return { state: own, ...ways };
}

const unread: Omit<MailState, 'raw'> = {
  rows: null,
  lines: null,
  shape: null,
  fields: null,
  content: null,
  failure: null,
};
