/** Options that several subcommands share. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { splitAddress } from '../lab/address.ts';

/** What may leave loopback. */
export interface ConsentOptions {
  readonly allowLan?: boolean;
  readonly allow?: readonly string[];
}

function addAddress(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!splitAddress(text)) throw new InvalidArgumentError('It must be HOST:PORT.');
  return [...(before ?? []), text];
}

/** `--allow-lan` and `--allow HOST:PORT`. */
export function consentOptions(command: Command): Command {
  return command
    .option('--allow-lan', 'let other machines connect, and reach any upstream')
    .addOption(
      new Option('--allow <HOST:PORT>', 'let mail go to this server outside the machine (repeatable)').argParser(
        addAddress,
      ),
    );
}

/** A TCP port, 0 for any free one. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It must be from 0 to 65535.');
  return Number(text);
}
