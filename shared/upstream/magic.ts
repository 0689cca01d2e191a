/**
 * Addresses that carry their fault: mail from or to them, and logins by their name, go wrong at every played server, with
 * nothing armed. The domain is `fault.test`, and the local part says what happens:
 *
 *     LOCAL = [ STAGE "-" ] ACT
 *     STAGE = "data" / "end"                    ; of a recipient: there, and not at RCPT
 *     ACT   = CODE [ "-" STATUS ]               ; 550, 451-4.7.1, 550-5.1.1
 *           / "close" / "reset" / "silent"      ; FIN, RST, no answer
 *           / "delay-" MS / "drip-" MS          ; late by so many ms; so many ms between two bytes
 *     CODE  = ( "4" / "5" ) 2DIGIT              ; RFC 5321 4.2
 *     STATUS = ( "4" / "5" ) "." 1*3DIGIT "." 1*3DIGIT   ; RFC 3463
 *
 * A sender strikes at MAIL, a recipient at RCPT, a login at AUTH, LOGIN, PASS or APOP. IMAP and POP3 have no codes: 4yz
 * becomes their words for "later" (RFC 5530, RFC 3206), 5yz those for a wrong login.
 */
import type { Bytes } from '../machine/machine.ts';
import type { FaultAct, Stage } from './fault.ts';
import type { Occasion } from './fault-match.ts';

/** What follows the `@` of such an address; reserved for tests (RFC 6761 6.2). */
const MAGIC_DOMAIN = '@fault.test';

/** Whether a line may hold such an address. */
export const hasMagic = (line: Bytes): boolean => /@fault\.test/i.test(line);

const words = 'asked for by the address';

const grammar =
  /^(?:(data|end)-)?(?:([45]\d\d)(?:-([45]\.\d{1,3}\.\d{1,3}))?|(close|reset|silent)|(delay|drip)-(\d{1,7}))$/;

/** An hour: nobody waits longer. */
const MS_MAX = 3_600_000;

/** Where a login's name strikes. */
const logins: readonly Stage[] = ['auth', 'login', 'pass', 'apop'];

type Act = Exclude<FaultAct, { type: 'switch' }>;

function refusal({ protocol }: Occasion, code: string, status: string | undefined): Act {
  const isLater = code.startsWith('4');
  if (protocol === 'imap')
    return { type: 'reply', text: `NO [${isLater ? 'UNAVAILABLE' : 'AUTHENTICATIONFAILED'}] ${words}` };
  if (protocol === 'pop3') return { type: 'reply', text: `-ERR [${isLater ? 'SYS/TEMP' : 'AUTH'}] ${words}` };
  return { type: 'reply', text: [code, ...(status === undefined ? [] : [status]), words].join(' ') };
}

/** Where one of these addresses strikes, by what it says and who it is. */
function isHere(stage: Stage, named: string | undefined): boolean {
  if (named !== undefined) return stage === named;
  return stage === 'mail' || stage === 'rcpt' || logins.includes(stage);
}

function actOf(address: string, occasion: Occasion): Act | null {
  const match = grammar.exec(address.slice(0, -MAGIC_DOMAIN.length));
  if (!match) return null;
  const [, stage, code, status, plain, timed, ms] = match;
  if (!isHere(occasion.stage, stage)) return null;
  if (code !== undefined) return refusal(occasion, code, status);
  if (timed === 'delay' || timed === 'drip') return { type: timed, ms: Math.min(Number(ms), MS_MAX) };
  return plain === 'close' || plain === 'reset' || plain === 'silent' ? { type: plain } : null;
}

/** The fault that an address of the occasion carries; null where none does. */
export function magicAct(occasion: Occasion): Act | null {
  for (const one of occasion.addresses) {
    const address = one.toLowerCase();
    const act = address.endsWith(MAGIC_DOMAIN) ? actOf(address, occasion) : null;
    if (act) return act;
  }
  return null;
}
