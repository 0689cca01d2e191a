/** What clients are called: PTR, and then whether the name leads back to the address (nginx `resolver`, SMTP only). */
import type { Resolver } from '../../shared/nginx/mail.ts';
import { printAddress, readAddress, type Words } from '../../shared/wire/ip.ts';
import type { ClientName, NameFailure, NamePort } from '../engine/ports.ts';
import { Lookups, NOT_FOUND } from './lookups.ts';
import type { Outcome } from './memory.ts';

const UNAVAILABLE = '[UNAVAILABLE]';
const TEMPUNAVAIL = '[TEMPUNAVAIL]';

const TIMED_OUT = 110;

/** nginx's words for its numbers (ngx_resolver_strerror). */
const words = new Map([
  [2, 'Server failure'],
  [NOT_FOUND, 'Host not found'],
  [4, 'Unimplemented'],
  [5, 'Operation refused'],
  [TIMED_OUT, 'Operation timed out'],
]);

/** The bytes of a host name. */
const hostName = /^[A-Za-z0-9.-]+$/;

const unnamed = (found: string | null, failure: NameFailure | null): ClientName => ({
  host: failure === null || failure.code === NOT_FOUND ? UNAVAILABLE : TEMPUNAVAIL,
  found,
  failure,
});

const failed = (about: NameFailure['about'], asked: string, code: number): NameFailure => ({
  about,
  asked,
  code,
  text: words.get(code) ?? 'Unknown error',
});

/** Asks name servers as nginx does. Questions and answers are shared by all sessions of one `resolver`. */
export function createNames(): NamePort {
  const all = new WeakMap<Resolver, Lookups>();
  const lookupsOf = (resolver: Resolver): Lookups => {
    const known = all.get(resolver) ?? new Lookups(resolver);
    all.set(resolver, known);
    return known;
  };
  return {
    nameOf: (address, resolver, timeoutMs, done) => {
      const client = readAddress(address.replace(/%.*$/, ''));
      if (client !== null) return findName(client, lookupsOf(resolver), timeoutMs, done);
      // Behind a unix socket there is no address to ask about.
      const soon = setImmediate(() => done({ host: TEMPUNAVAIL, found: null, failure: null }));
      return () => clearImmediate(soon);
    },
  };
}

function findName(client: Words, lookups: Lookups, timeoutMs: number, done: (name: ClientName) => void): () => void {
  const address = printAddress(client);
  let stop: () => void = () => undefined;
  const confirm = (name: string): void => {
    const judgeAddresses = (outcome: Outcome<readonly Words[]>): void => {
      if ('code' in outcome) done(unnamed(name, failed('hostname', name, outcome.code)));
      else if (outcome.value.some((one) => printAddress(one) === address))
        done({ host: name, found: name, failure: null });
      else done(unnamed(name, null));
    };
    stop = within(timeoutMs, (found) => lookups.addressesOf(name, found), judgeAddresses);
  };
  const judgeName = (outcome: Outcome<string>): void => {
    if ('code' in outcome) done(unnamed(null, failed('address', address, outcome.code)));
    else if (hostName.test(outcome.value)) confirm(outcome.value);
    else done(unnamed(outcome.value, { about: 'name', asked: address, code: 0, text: 'invalid host name' }));
  };
  stop = within(timeoutMs, (found) => lookups.nameOf(client, found), judgeName);
  return () => stop();
}

/** Stops a question when its time is up; 0 gives it all the time there is. */
function within<T>(
  timeoutMs: number,
  begin: (done: (outcome: Outcome<T>) => void) => () => void,
  done: (outcome: Outcome<T>) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const finish = (outcome: Outcome<T>): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    done(outcome);
  };
  const stop = begin(finish);
  if (timeoutMs > 0 && !over) {
    timer = setTimeout(() => {
      stop();
      finish({ code: TIMED_OUT });
    }, timeoutMs);
  }
  return () => {
    over = true;
    clearTimeout(timer);
    stop();
  };
}
