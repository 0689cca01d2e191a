/** The client's side of the SASL mechanisms that nginx knows. Everything goes over the wire in base64. */
import { createHmac } from 'node:crypto';
import type { mechanisms } from '../../shared/contract/clients.ts';

export type Mechanism = (typeof mechanisms)[number];

/** Who logs in. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** What can go out with the command itself (RFC 4954 4); null where the server speaks first. */
export function initial(mechanism: Mechanism, { user, password }: Credentials): string | null {
  if (mechanism === 'PLAIN') return base64(`\0${user}\0${password}`);
  // An empty answer is written as one sign (RFC 4954 4).
  if (mechanism === 'EXTERNAL') return user === '' ? '=' : base64(user);
  return null;
}

/** The answer to the server's challenge number `turn`, counted from 0. */
export function answer(mechanism: Mechanism, challenge: string, turn: number, who: Credentials): string {
  if (mechanism === 'LOGIN') return base64(turn === 0 ? who.user : who.password);
  if (mechanism !== 'CRAM-MD5') return initial(mechanism, who) ?? '';
  const digest = createHmac('md5', who.password).update(Buffer.from(challenge.trim(), 'base64')).digest('hex');
  return base64(`${who.user} ${digest}`);
}

/** The strongest of the offered ones that a password can be used with. */
export function strongest(offered: readonly string[]): Mechanism | null {
  const order: readonly Mechanism[] = ['CRAM-MD5', 'PLAIN', 'LOGIN'];
  return order.find((one) => offered.includes(one)) ?? null;
}
