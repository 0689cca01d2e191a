/** The signals that end or reload a command that stays in the foreground. */

const ENDING = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/** What the signals do. */
export interface SignalActions {
  /** Once; a second signal ends the process at once. */
  readonly stop: () => Promise<void>;
  readonly reload?: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/** Listens from now on; a clean stop ends the process with 0. */
export function onSignals({ stop, reload, onFault }: SignalActions): void {
  let stopping = false;
  const end = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        onFault(error);
        process.exit(70);
      },
    );
  };
  for (const signal of ENDING) process.on(signal, end);
  // A reader that went away, such as `head`, wants no more.
  process.stdout.on('error', end);
  if (reload) process.on('SIGHUP', () => void reload().catch(onFault));
}
