/** What the dialogues of the network's part have in common. */
import type { Turn } from '../harness/dialogue.ts';

export const greeting = '220 mx.test ESMTP ready⏎';
export const login: Turn = ['AUTH PLAIN AHUAcA==⏎', '235 2.0.0 OK⏎'];
const unavailable = '[UNAVAILABLE]';

/** What the auth service is asked about `u` with password `p` in SMTP. */
export function asked(ip: string, { host = unavailable, proxied = '' } = {}): string {
  return (
    'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: u⏎Auth-Pass: p⏎Auth-Protocol: smtp⏎' +
    `Auth-Login-Attempt: 1⏎Client-IP: ${ip}⏎Client-Host: ${host}⏎${proxied}⏎`
  );
}

/** The four headers that tell of a PROXY header. */
export function proxied(from: string, fromPort: number | string, to: string, toPort: number | string): string {
  return (
    `Proxy-Protocol-Addr: ${from}⏎Proxy-Protocol-Port: ${fromPort}⏎` +
    `Proxy-Protocol-Server-Addr: ${to}⏎Proxy-Protocol-Server-Port: ${toPort}⏎`
  );
}

/** What the upstream hears of the client, as XCLIENT says it. */
export function told(address: string, host = unavailable): string {
  return `EHLO mx.test⏎XCLIENT ADDR=${address} LOGIN=u NAME=${host}⏎`;
}
