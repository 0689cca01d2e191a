/** IMAP's words for what all protocols do. */
import type { LoginWords } from '../harness/outcomes.ts';

/** A login with LOGIN. */
export const words: LoginWords = {
  protocol: 'imap',
  login: 'a LOGIN u p⏎',
  loggedIn: 'a OK logged in up⏎',
  no: (text) => `a NO ${text}⏎`,
  broken: '* BAD internal server error⏎',
  alive: ['b NOOP⏎', 'b OK completed⏎'],
  upstream: (user, password) => `a LOGIN {${user.length}}⏎${user} {${password.length}}⏎${password}⏎`,
};
