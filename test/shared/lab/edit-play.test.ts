import { expect, test } from 'vitest';
import { editPlay, type PlayChange } from '../../../shared/lab/edit-play.ts';
import { readLab } from '../../../shared/lab/read.ts';

const text = `lab: 1
name: two servers
proxy: |
  mail { server { listen 3333; protocol smtp; auth_http http://127.0.0.1:8000; smtp_auth none; } }
auth: { listen: 127.0.0.1:8000, rules: [], otherwise: { reject: "550 5.1.1 no" } }
upstreams:               # ours
  eng: { smtp: 127.0.0.1:2525 }   # short
  hr:
    smtp: 127.0.0.1:2526          # long
    play:
      starttls: true              # as in production
`;

const playOf = (edited: string, name: string) =>
  readLab(edited, { file: 'lab' }).lab?.upstreams.find((one) => one.name === name)?.play;

test.each<[PlayChange, unknown]>([
  [{ name: 'starttls', on: false }, { starttls: false }],
  [{ name: 'proxyProtocol', on: true }, { proxyProtocol: true }],
  [{ name: 'xclient', on: false }, { smtp: { xclient: false } }],
  [{ name: 'auth', value: 'required' }, { smtp: { auth: 'required' } }],
  [{ name: 'size', value: 1000 }, { smtp: { size: 1000 } }],
  [{ name: 'loginDisabled', on: true }, { imap: { loginDisabled: true } }],
  [{ name: 'apop', on: false }, { pop3: { apop: false } }],
  [{ name: 'anyLogin', on: true }, { anyLogin: true }],
  [{ name: 'preauth', value: 'jo' }, { imap: { preauth: 'jo' } }],
  [{ name: 'preauth', value: '' }, { imap: { preauth: '' } }],
  [{ name: 'xclientFrom', value: ['127.0.0.1', '10.0.0.0/8'] }, { smtp: { xclientFrom: ['127.0.0.1', '10.0.0.0/8'] } }],
  [
    { name: 'extra', protocol: 'smtp', value: ['AUTH=PLAIN', 'X: y # z'] },
    { smtp: { extra: ['AUTH=PLAIN', 'X: y # z'] } },
  ],
  [{ name: 'hide', protocol: 'imap', value: ['IDLE'] }, { imap: { hide: ['IDLE'] } }],
  [{ name: 'hide', protocol: 'pop3', value: [] }, { pop3: { hide: [] } }],
])('%o is written, whatever stood there', (change, play) => {
  for (const name of ['eng', 'hr']) {
    const once = editPlay(text, name, change);
    const twice = editPlay(once, name, change);
    expect(playOf(twice, name)).toMatchObject(play as object);
    for (const comment of ['# ours', '# short', '# long', '# as in production']) expect(twice).toContain(comment);
  }
});

test('one switch beside another, and an upstream that is not there', () => {
  const edited = editPlay(editPlay(text, 'eng', { name: 'auth', value: 'off' }), 'eng', { name: 'size', value: 9 });
  expect(edited).toContain('eng: { smtp: 127.0.0.1:2525, play: { smtp: { auth: off, size: 9 } } }   # short');
  expect(() => editPlay(text, 'sales', { name: 'apop', on: true })).toThrow(RangeError);
});
