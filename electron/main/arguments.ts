/** What the desktop app is told on its command line. */

/** The desktop app's own arguments. */
export interface MainArguments {
  readonly file: string | null;
  readonly db: string | null;
  readonly allowLan: boolean;
  readonly allow: readonly string[];
}

const openable = /\.(ya?ml|conf)$/i;

/** The value of `--name VALUE` or `--name=VALUE` at `index`, and how many arguments it takes. */
function takeValue(args: readonly string[], index: number, name: string): { value: string; length: number } | null {
  const argument = args[index] ?? '';
  if (argument.startsWith(`${name}=`)) return { value: argument.slice(name.length + 1), length: 1 };
  const next = args[index + 1];
  return argument === name && next !== undefined ? { value: next, length: 2 } : null;
}

/** Reads the arguments after the program's own; Chromium's switches among them are not ours and are left alone. */
export function readArguments(args: readonly string[]): MainArguments {
  let file: string | null = null;
  let db: string | null = null;
  let allowLan = false;
  const allow: string[] = [];
  for (let index = 0; index < args.length; ) {
    const argument = args[index] ?? '';
    const given = takeValue(args, index, '--db');
    const allowed = takeValue(args, index, '--allow');
    if (given) db = given.value;
    else if (allowed) allow.push(allowed.value);
    else if (argument === '--allow-lan') allowLan = true;
    else if (!argument.startsWith('-') && argument !== '') file ??= argument;
    index += given?.length ?? allowed?.length ?? 1;
  }
  return { file, db, allowLan, allow };
}

/**
 * The file that a second start asks the first one to open: Chromium may have changed the order of its arguments, so it
 * is known by its name.
 */
export function fileOfSecondStart(args: readonly string[]): string | null {
  return args.findLast((argument) => !argument.startsWith('-') && openable.test(argument)) ?? null;
}
