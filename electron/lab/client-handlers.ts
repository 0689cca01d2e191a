/** What the lab's own clients do for one window: a mail, a login, a conversation typed by hand. */
import { recipientReplies } from '../../shared/client/replies.ts';
import type { Fate, LoginRequest, SendRequest } from '../../shared/contract/clients.ts';
import type { CallArgument, Feed, ListenerView } from '../../shared/contract/contract.ts';
import type { ScriptResult } from '../../shared/contract/script.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { readScript } from '../../shared/script/script.ts';
import { decodeUtf8 } from '../../shared/wire/address.ts';
import { tryLogin } from '../client/login.ts';
import { runScript } from '../client/script.ts';
import { sendMail } from '../client/send.ts';
import type { Address } from './address.ts';
import type { Core, Handlers } from './handlers.ts';
import { loadHandlers } from './load-handlers.ts';
import { sayAgain } from './say-again.ts';
import { createTelnets } from './telnets.ts';
import { UserError } from './user-error.ts';

type ClientCalls =
  | 'send'
  | 'client.login'
  | 'client.stop'
  | 'telnet.open'
  | 'telnet.write'
  | 'telnet.secure'
  | 'telnet.close'
  | 'session.again'
  | 'load.start'
  | 'load.stop'
  | 'load.get'
  | 'script.run';

type Target = Address & Pick<ListenerView, 'ssl' | 'proxyProtocol'> & { readonly protocol: Protocol };

/** Where a client connects to for a proxy listener of this id, and what it has to begin with there. */
function targetOf({ runner }: Core, id: string): Target {
  const listener = runner.listeners().find((one) => one.id === id && one.role === 'proxy');
  if (!listener) throw new UserError(`There is no listener "${id}" in the running lab.`);
  if (listener.state !== 'listening') throw new UserError(`${id} is not listening; try it again first.`);
  if (listener.port === 0) throw new UserError(`The lab's own client connects to ports only, and ${id} is none.`);
  // A wildcard cannot be connected to.
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listener.address] ?? listener.address;
  const { port, ssl, proxyProtocol } = listener;
  // The proxy's own listeners speak mail, never HTTP.
  const protocol = listener.protocol === 'http' ? 'smtp' : listener.protocol;
  return { host, port, protocol, ...(ssl && { ssl }), ...(proxyProtocol && { proxyProtocol }) };
}

async function send(core: Core, { listener, ...mail }: SendRequest, signal: AbortSignal) {
  const { protocol, ...target } = targetOf(core, listener);
  if (protocol !== 'smtp') throw new UserError(`${listener} does not take mail: choose a listener that speaks SMTP.`);
  if (mail.to.length + (mail.cc?.length ?? 0) + (mail.bcc?.length ?? 0) === 0)
    throw new UserError('Say to whom the mail goes: it has no recipient yet.');
  // TLS from the first byte leaves nothing to ask for.
  const starttls = mail.starttls === true && target.ssl !== true;
  const { localPort, ...outcome } = await sendMail({ ...mail, ...target, starttls }, signal);
  const session = localPort === null ? null : core.links.ofClient(localPort);
  return { ...outcome, fates: withReplies(outcome.fates, session, core), session };
}

/** The client forgets the replies of a conversation that breaks off, and of what was accepted: the session knows. */
function withReplies(fates: readonly Fate[], session: number | null, { journal }: Core): readonly Fate[] {
  const entries = session === null ? [] : (journal.session(session)?.entries ?? []);
  const replies = recipientReplies(entries);
  return fates.map((fate, index) => {
    const reply = decodeUtf8(replies[index]?.reply ?? '');
    return reply === '' ? fate : { ...fate, reply, ok: reply.startsWith('2') };
  });
}

async function logIn(core: Core, { listener, ...job }: LoginRequest, signal: AbortSignal) {
  const { ssl, ...target } = targetOf(core, listener);
  const starttls = job.starttls && ssl !== true;
  const { localPort, ...outcome } = await tryLogin(target, { ...job, starttls, ...(ssl && { ssl }) }, signal);
  return { ...outcome, session: localPort === null ? null : core.links.ofClient(localPort) };
}

async function script(
  core: Core,
  { listener, text }: CallArgument<'script.run'>,
  signal: AbortSignal,
): Promise<ScriptResult> {
  const target = targetOf(core, listener);
  const read = readScript(text);
  if ('problems' in read) return { ok: false, session: null, done: [], failure: null, problems: read.problems };
  const { localPort, ...outcome } = await runScript(target, read.steps, signal);
  return { ...outcome, session: localPort === null ? null : core.links.ofClient(localPort), problems: [] };
}

/** The handlers of one window, and the end of what it has open. */
export function clientHandlers(
  core: Core,
  push: (feed: Feed) => void,
): { readonly handlers: Pick<Handlers, ClientCalls>; closeAll(): void } {
  const telnets = createTelnets(push);
  const loads = loadHandlers(core, push, (listener) => targetOf(core, listener));
  const running = new Set<AbortController>();
  const during = async <T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const control = new AbortController();
    running.add(control);
    try {
      return await act(control.signal);
    } finally {
      running.delete(control);
    }
  };
  const stop = () => {
    const stopped = running.size;
    for (const control of [...running]) control.abort();
    return { stopped };
  };
  return {
    handlers: {
      send: (request) => during((signal) => send(core, request, signal)),
      'client.login': (request) => during((signal) => logIn(core, request, signal)),
      'client.stop': stop,
      'session.again': (request) => during((signal) => sayAgain(core, request, (id) => targetOf(core, id), signal)),
      ...loads.handlers,
      'script.run': (request) => during((signal) => script(core, request, signal)),
      'telnet.open': ({ listener, plain }) => {
        const { protocol: _, ssl, ...target } = targetOf(core, listener);
        return telnets.open({ ...target, ...(ssl && plain !== true && { ssl }) });
      },
      'telnet.write': ({ connection, text }) => ({ ok: telnets.write(connection, text) }),
      'telnet.secure': async ({ connection }) => ({ tls: await telnets.secure(connection) }),
      'telnet.close': ({ connection }) => ({ ok: telnets.close(connection) }),
    },
    closeAll: () => {
      telnets.closeAll();
      loads.stop();
      stop();
    },
  };
}
