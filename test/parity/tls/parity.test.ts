/** Every dialogue with TLS on both sides. */
import { compareDialogues } from '../harness/suite.ts';
import { imap } from './imap.ts';
import { pop3 } from './pop3.ts';
import { smtp } from './smtp.ts';

compareDialogues('TLS', [...smtp, ...imap, ...pop3]);
