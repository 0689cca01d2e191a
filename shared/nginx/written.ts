/** A configuration as it was written: every directive of the parts that matter to mail, with its file and place. */
import { INCLUDE_DEPTH_MAX, type Include } from './include.ts';
import { type Directive, type Placed, parse } from './parse.ts';

/** One directive, and what stands in its block. */
export interface Written {
  readonly name: string;
  /** The arguments as nginx keeps them. */
  readonly args: readonly string[];
  /** The directive's own words, with their places in `file`. */
  readonly words: readonly [Placed, ...Placed[]];
  /** The name that problems carry. */
  readonly file: string;
  /** The lines before the text in `file`. */
  readonly offset: number;
  /** The line that nginx names, in `file`. */
  readonly endLine: number;
  readonly children: readonly Written[];
}

/** A configuration's text, and where its `include`s lead. */
export interface ConfText {
  readonly text: string;
  /** The name that problems carry. */
  readonly file: string;
  /** The line of `file` on which the text begins, when it is embedded in another file. */
  readonly firstLine?: number;
  readonly include?: Include;
}

/** Files of one configuration that are looked at; the reader has complained of more. */
const FILES_MAX = 1000;

/** Blocks that are looked into: of `http` only whether a `mail` stands there. */
const OPENED: ReadonlySet<string> = new Set(['mail', 'server', 'http']);

/** No block that matters to mail stands deeper: `http`, `mail` and `server`. */
const DEPTH_MAX = 3;

/** What is being walked through. */
interface Walk {
  readonly include: Include | undefined;
  /** Files that are open: one that includes itself stops there. */
  readonly open: string[];
  files: number;
  /** Blocks that are open. */
  depth: number;
}

/** Every directive in order, with those of included files in place of the `include`. Never throws. */
export function writtenIn({ text, file, firstLine, include }: ConfText): readonly Written[] {
  const walk = { include, open: [file], files: 0, depth: 0 };
  return expand(parse(text).file.children, { file, offset: (firstLine ?? 1) - 1 }, walk);
}

type Source = Pick<Written, 'file' | 'offset'>;

function expand(directives: readonly Directive[], source: Source, walk: Walk): readonly Written[] {
  return directives.flatMap((directive): readonly Written[] => {
    const { name, args, end, block } = directive;
    if (name.text === 'include') return included(args[0]?.text ?? '', walk);
    const inside = OPENED.has(name.text) && walk.depth < DEPTH_MAX ? (block?.children ?? []) : [];
    walk.depth += 1;
    const children = expand(inside, source, walk);
    walk.depth -= 1;
    return [
      {
        name: name.text,
        args: args.map(({ text }) => text),
        words: [name, ...args],
        ...source,
        endLine: end.line + source.offset,
        children,
      },
    ];
  });
}

function included(pattern: string, walk: Walk): readonly Written[] {
  return (walk.include?.(pattern) ?? []).flatMap((file) => {
    walk.files += 1;
    if (walk.files > FILES_MAX || walk.open.length > INCLUDE_DEPTH_MAX || walk.open.includes(file.name)) return [];
    const found = file.read();
    if ('error' in found) return [];
    walk.open.push(file.name);
    const inside = expand(parse(found.text).file.children, { file: file.name, offset: 0 }, walk);
    walk.open.pop();
    return inside;
  });
}
