/** What the window asks of the lab's own clients: a test mail, a login, and a conversation typed by hand. */
import { z } from 'zod';

/** All attached files of one mail together may have this many bytes: what most providers take. */
export const ATTACHED_MAX = 25_000_000;
/** Files that one mail may have. */
export const ATTACHMENTS_MAX = 50;
/** Characters of base64 that `ATTACHED_MAX` bytes make. */
const BASE64_MAX = Math.ceil(ATTACHED_MAX / 3) * 4;

const address = z.string().max(1000);
const listener = z.string().max(200);
const connection = z.number().int().nonnegative();

/** Mechanisms of SASL that nginx knows (RFC 4616, draft-murchison-sasl-login, RFC 2195, RFC 4422). */
export const mechanisms = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL'] as const;

/** A way to log in; `auto` takes the strongest that the server offers and a password can be used with. */
export const waysIn = ['auto', ...mechanisms, 'command', 'APOP'] as const;
export type WayIn = (typeof waysIn)[number];

const attachmentSchema = z.strictObject({
  /** Stands in the mail's header; never a path of this machine. */
  name: z.string().max(255),
  /** Media type; '' for what the name suggests. */
  type: z.string().max(255),
  /** The file's bytes in base64. */
  content: z.string().max(BASE64_MAX),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** A mail the window asks the built-in client to send. */
export const sendSchema = z.strictObject({
  /** A proxy listener's id. */
  listener,
  helo: z.string().max(255).default('mail-lab'),
  from: address,
  /** The envelope's recipients that stand in `To`. */
  to: z.array(address).max(100),
  /** … in `Cc`. */
  cc: z.array(address).max(100).optional(),
  /** … in no header at all. */
  bcc: z.array(address).max(100).optional(),
  subject: z.string().max(2000),
  body: z.string().max(1_000_000),
  /** A second body, as HTML. */
  html: z.string().max(1_000_000).optional(),
  attachments: z
    .array(attachmentSchema)
    .max(ATTACHMENTS_MAX)
    .refine((all) => all.reduce((sum, { content }) => sum + content.length, 0) <= BASE64_MAX + 4 * ATTACHMENTS_MAX, {
      message: 'the attachments have more than 25 MB together',
    })
    .optional(),
  /** More header fields, one `Name: value` a line. */
  headers: z.string().max(100_000).optional(),
  /** The whole message as it stands, headers and body, instead of all that is above: the envelope stays. */
  raw: z.string().max(5_000_000).optional(),
  /** Logs in before the mail. */
  login: z
    .strictObject({
      user: z.string().max(1000),
      password: z.string().max(1000),
      mechanism: z.enum(['auto', ...mechanisms]),
    })
    .optional(),
  /** Asks for STARTTLS; where the listener is TLS from the first byte, that is done anyway. */
  starttls: z.boolean().optional(),
});
export type SendRequest = z.infer<typeof sendSchema>;

/** What became of one recipient. `reply` is '' where the server's answer is not known. */
export interface Fate {
  readonly address: string;
  readonly ok: boolean;
  readonly reply: string;
}

/** How a send went, line by line as SMTP clients report it. */
export interface SendResult {
  readonly ok: boolean;
  readonly session: number | null;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  /** Every recipient in the envelope's order; none where it did not come to that. */
  readonly fates?: readonly Fate[];
  /** The reply that decided it. */
  readonly response: string;
  /** The system's or the client's error code, when it did not even get a reply. */
  readonly error: string | null;
}

/** A login to try on a listener of any protocol. */
export const loginSchema = z.strictObject({
  listener,
  helo: z.string().max(255).default('mail-lab'),
  user: z.string().max(1000),
  password: z.string().max(1000),
  /** `command`: the protocol's own, `LOGIN` or `USER` and `PASS`. */
  way: z.enum(waysIn),
  starttls: z.boolean(),
  /** What is done with the mailbox then: nothing, counted, or the newest message fetched too. */
  after: z.enum(['nothing', 'count', 'fetch']),
});
export type LoginRequest = z.infer<typeof loginSchema>;

/** One thing that the client did, and what the server said to it. */
export interface LoginStep {
  /** The key of its sentence in the window's catalogue: `greeting`, `starttls`, `tls`, `login`, `count` … */
  readonly key: string;
  readonly ok: boolean;
  /** Values of the sentence. */
  readonly params: Readonly<Record<string, string | number>>;
  /** The reply that decided it, on one line; '' where there was none. */
  readonly reply: string;
}

/** How a login went. */
export interface LoginResult {
  readonly ok: boolean;
  readonly session: number | null;
  readonly steps: readonly LoginStep[];
  /** The newest message's beginning, decoded; null where none was fetched. */
  readonly message: string | null;
}

/** What a handshake agreed on, and who the server says it is. */
export interface Handshake {
  /** `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** The certificate's subject, `CN=mail.test.com`; '' where there is none. */
  readonly subject: string;
  /** Why a careful client would not trust it (Node's code, DEPTH_ZERO_SELF_SIGNED_CERT …); null where it would. */
  readonly distrust: string | null;
}

export const clientCalls = {
  send: sendSchema,
  'client.login': loginSchema,
  /** Gives up every send and login of this window that is under way; each is answered as broken off. */
  'client.stop': z.strictObject({}),
  /** Connects to a proxy listener; `plain` leaves out the TLS that the listener asks for. */
  'telnet.open': z.strictObject({ listener, plain: z.boolean().optional() }),
  /** `text` is sent as it is, one character a byte; the window adds CR LF. */
  'telnet.write': z.strictObject({ connection, text: z.string().max(100_000) }),
  /** Shakes hands on a connection whose server has agreed to it. */
  'telnet.secure': z.strictObject({ connection }),
  'telnet.close': z.strictObject({ connection }),
} as const;

/** What they answer with. */
export interface ClientCallResults {
  send: SendResult;
  'client.login': LoginResult;
  'client.stop': { readonly stopped: number };
  'telnet.open': { readonly connection: number; readonly tls: Handshake | null };
  'telnet.write': { readonly ok: boolean };
  'telnet.secure': { readonly tls: Handshake };
  'telnet.close': { readonly ok: boolean };
}
