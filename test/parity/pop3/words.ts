/** POP3's words for what all protocols do. */
import type { LoginWords } from '../harness/outcomes.ts';

/** A login with an initial response, so that it is one turn with one reply. */
export const words: LoginWords = {
  protocol: 'pop3',
  login: 'AUTH PLAIN AHUAcA==⏎',
  loggedIn: '+OK pass up⏎',
  no: (text) => `-ERR ${text}⏎`,
  broken: '-ERR internal server error⏎',
  alive: ['NOOP⏎', '+OK⏎'],
  upstream: (user, password) => `USER ${user}⏎PASS ${password}⏎`,
};
