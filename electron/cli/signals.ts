/**
 * The signals that end or reload a command that stays in the foreground: nginx's. Windows has only Ctrl+C, Ctrl+Break
 * (SIGBREAK, taken for QUIT) and the closing of the window, which it calls SIGHUP and which ends the process.
 */
import process from 'node:process';
import { complain } from './output.ts';

/** What the signals do. */
export interface SignalActions {
  /** TERM and INT. A further one ends the process at once. */
  readonly stop: () => Promise<void>;
  /** QUIT: finish what is open, and end; left out, it is as TERM. */
  readonly quit?: () => Promise<void>;
  /** HUP; those that come while it runs are answered together, afterwards. */
  readonly reload?: () => Promise<void>;
  /** USR1. */
  readonly reopen?: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** Never two at a time; calls that come meanwhile are one. */
function once(work: () => Promise<void>, onFault: (error: unknown) => void): () => void {
  let running = false;
  let again = false;
  const start = (): void => {
    again = running;
    if (running) return;
    running = true;
    void work()
      .catch(onFault)
      .finally(() => {
        running = false;
        if (again) start();
      });
  };
  return start;
}

/** Listens from now on; a clean end ends the process with 0. */
export function onSignals({ stop, quit, reload, reopen, onFault }: SignalActions): void {
  let state: 'running' | 'quitting' | 'stopping' = 'running';
  const end = (how: () => Promise<void>): void => {
    const began = state;
    how().then(
      // A stop that came meanwhile has more to do.
      () => (state === began ? process.exit(0) : undefined),
      (error: unknown) => {
        onFault(error);
        process.exit(70);
      },
    );
  };
  const terminate = (): void => {
    if (state === 'stopping') process.exit(1);
    state = 'stopping';
    end(stop);
  };
  const leave = (): void => {
    if (state === 'running' && quit) {
      state = 'quitting';
      end(quit);
    } else terminate();
  };
  const whileRunning = (name: string, work: () => void) => (): void =>
    state === 'running' ? work() : complain(`${name} is not followed: the lab is stopping`);

  process.on('SIGTERM', terminate);
  process.on('SIGINT', terminate);
  process.on('SIGQUIT', leave);
  process.on('SIGBREAK', leave);
  // A reader that went away, such as `head`, wants no more.
  process.stdout.on('error', terminate);
  if (process.platform === 'win32') process.on('SIGHUP', terminate);
  else if (reload) process.on('SIGHUP', whileRunning('SIGHUP', once(reload, onFault)));
  if (reload)
    process.on('SIGUSR2', () => complain('SIGUSR2 is not followed: start the new one yourself, then QUIT this'));
  if (reopen) process.on('SIGUSR1', whileRunning('SIGUSR1', once(reopen, onFault)));
}
