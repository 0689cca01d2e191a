/** Where the proxy may connect to: not beyond this machine without permission, and never to the lab itself. */
import { networkInterfaces } from 'node:os';
import { hostPort } from '../../shared/wire/host-port.ts';
import { printAddress, readAddress, unmapped, type Words } from '../../shared/wire/ip.ts';
import { isOffBox } from '../../shared/wire/loopback.ts';

/** Why nothing is connected, as the journal tells it, and the code that stands for the system's. */
export interface Barred {
  readonly why: 'session.dial.own' | 'session.dial.off-box';
  readonly error: 'OWN_PORT' | 'NOT_ALLOWED';
}

/** A socket that listens on this machine. */
export interface Socketed {
  /** An IP literal. */
  readonly address: string;
  readonly port: number;
}

/** What the guard goes by. */
export interface GuardPorts {
  /** Everything may be reached that is not the lab itself. */
  readonly allowLan: boolean;
  /** Addresses outside of this machine that the user allowed, as `IP:PORT`. */
  readonly allowed: (address: string) => boolean;
  /** Where the lab itself listens, its played mail servers left out. */
  readonly own: () => readonly Socketed[];
}

const OWN: Barred = { why: 'session.dial.own', error: 'OWN_PORT' };
const OFF_BOX: Barred = { why: 'session.dial.off-box', error: 'NOT_ALLOWED' };

/** Judges `Auth-Server` and `Auth-Port` (an IP literal as nginx reads it); null: it may be connected to. */
export function createDialGuard({
  allowLan,
  allowed,
  own,
}: GuardPorts): (server: string, port: number) => Barred | null {
  return (server, port) => {
    // Nearly every port is nobody's of ours, and then no address has to be read.
    if (own().some((one) => one.port === port && isReached(server, one.address))) return OWN;
    return allowLan || !isOffBox(server) || allowed(hostPort(server, port)) ? null : OFF_BOX;
  };
}

/** Whether who connects to `dialled` on this machine comes out at a socket that is bound to `bound`. */
function isReached(dialled: string, bound: string): boolean {
  const to = wordsOf(dialled);
  const at = wordsOf(bound);
  if (to === null || at === null) return false;
  // The system takes a wildcard for the loopback address of its family.
  const real = isZero(to) ? loopbackOf(to) : to;
  if (printAddress(real) === printAddress(at)) return true;
  return isZero(at) && (at.length === real.length || at.length === 8) && isHere(real);
}

function wordsOf(address: string): Words | null {
  const words = readAddress(address.replace(/%.*$/, ''));
  return words && unmapped(words);
}

const isZero = (words: Words): boolean => words.every((word) => word === 0);

const loopbackOf = (words: Words): Words => (words.length === 2 ? [0x7f00, 1] : [0, 0, 0, 0, 0, 0, 0, 1]);

/** Whether an address is one of this machine's. */
function isHere(words: Words): boolean {
  const address = printAddress(words);
  if (!isOffBox(address)) return true;
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return all.some((one) => {
    const known = wordsOf(one.address);
    return known !== null && printAddress(known) === address;
  });
}
