/** Writes a read configuration back as text, with every comment and blank where it was. */
import type { Token } from './lex.ts';
import type { ConfFile, Directive, Placed } from './parse.ts';

function raw(tokens: readonly Token[]): string {
  return tokens.map((token) => token.raw).join('');
}

function placed(token: Placed): string {
  return raw(token.before) + token.raw;
}

/** `print(parse(text).file)` is `text`, for every text without a fault. */
export function print(file: ConfFile): string {
  const parts: string[] = [];
  // A list of our own instead of recursion: a file may be nested deeper than the stack is.
  const rest: (Directive | Placed)[] = [...file.children].reverse();
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if ('kind' in next) {
      parts.push(placed(next));
      continue;
    }
    parts.push(...[next.name, ...next.args, next.end].map(placed));
    if (next.block === null) continue;
    if (next.block.close !== null) rest.push(next.block.close);
    for (const child of next.block.children.toReversed()) rest.push(child);
  }
  return parts.join('') + raw(file.after);
}
