/** From the contract to the lab: every call is checked here, for both hosts, before anything acts on it. */
import type { CallArgument, CallName } from '../../shared/contract/contract.ts';
import { calls } from '../../shared/contract/contract.ts';
import type { Handlers } from '../lab/handlers.ts';
import { UserError } from '../lab/user-error.ts';

/** How a call ended: what the lab answered, or one sentence that says what was wrong. */
export type Reply = { readonly result: unknown } | { readonly error: string };

/** Runs one call; never rejects. */
export type Dispatch = (name: unknown, argument: unknown) => Promise<Reply>;

function isCall(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** `lab.apply cannot use this: text: expected string.` The first of what is wrong is enough for a sentence. */
function refusal(name: CallName, issues: readonly Issue[]): string {
  const [first] = issues;
  const place = first && first.path.length > 0 ? `${first.path.map(String).join('.')}: ` : '';
  return `${name} cannot use this: ${place}${first?.message ?? 'it is not what was expected'}.`;
}

function run<N extends CallName>(handlers: Handlers, name: N, argument: CallArgument<N>) {
  return handlers[name](argument);
}

/** The dispatcher of one window. `onFault` is told of what is our own mistake. */
export function createDispatch(handlers: Handlers, onFault: (error: unknown) => void): Dispatch {
  return async (name, argument) => {
    if (typeof name !== 'string') return { error: 'A call of the lab is named by a text.' };
    if (!isCall(name)) return { error: `The lab has no call ${JSON.stringify(name.slice(0, 80))}.` };
    const checked = calls[name].safeParse(argument);
    if (!checked.success) return { error: refusal(name, checked.error.issues) };
    try {
      return { result: await run(handlers, name, checked.data as never) };
    } catch (error) {
      if (error instanceof UserError) return { error: error.message };
      onFault(error);
      const message = error instanceof Error ? error.message : String(error);
      return { error: `The lab could not do this, and the fault is its own: ${message}` };
    }
  };
}
