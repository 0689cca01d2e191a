/** A child process of the kill test: a played SMTP server over a journal; prints its port, and then only listens. */
import { openJournal } from '../../../electron/journal/journal.ts';
import { createSmtpMock } from '../../../electron/upstream/smtp.ts';

const journal = openJournal({
  file: process.argv[2] ?? '',
  onProblem: (message) => process.stderr.write(`${message}\n`),
});
const mock = createSmtpMock({
  name: 'eng',
  onMessage: async ({ clientPort: _, ...message }) => {
    await journal.mail.keep({ ...message, upstream: 'eng', session: null, owners: ['jo', 'mary'] });
  },
});
const { port } = await mock.listen('127.0.0.1', 0);
process.stdout.write(`${port}\n`);
