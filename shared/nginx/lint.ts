/**
 * Lints: what a valid configuration will do that its author hardly meant. Each has the ID of the pitfall or quirk, is
 * certain for the configuration at hand, and says what happens and what to do.
 */
import type { Lint, Problem } from '../lab/problem.ts';
import { lintCapabilities } from './lint-capabilities.ts';
import { lintFiles, lintServer } from './lint-directives.ts';
import { hintFor } from './lint-hints.ts';
import { lintLogin } from './lint-login.ts';
import { LintedServer } from './linted-server.ts';
import type { MailConf } from './mail.ts';
import { type ConfText, type Written, writtenIn } from './written.ts';

/** All lints of a configuration that loads. */
function lintMail(conf: MailConf, source: ConfText): readonly Lint[] {
  const main = writtenIn(source);
  const mail = main.find(({ name }) => name === 'mail')?.children ?? [];
  const blocks = mail.filter(({ name }) => name === 'server');
  const lints = [...lintFiles(main, mail)];
  for (const [index, server] of conf.servers.entries()) {
    const block = blocks[index];
    if (block === undefined) continue;
    const one = new LintedServer(server, block, mail);
    lints.push(...lintServer(one), ...lintLogin(one), ...lintCapabilities(one));
  }
  return inOrder(lints);
}

/** Once each: what a mail section says counts for all of its servers. */
function inOrder(lints: readonly Lint[]): readonly Lint[] {
  const unique = new Map(
    lints.map((lint) => [JSON.stringify([lint.file, lint.line, lint.column, lint.message]), lint]),
  );
  const all = [...unique.values()];
  const files = [...new Set(all.map(({ file }) => file))];
  const rank = ({ file }: Lint) => files.indexOf(file);
  return all.sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

/** The same problems, those that nginx words too tersely with the sentence that helps. */
function withHints(problems: readonly Problem[], source: ConfText): readonly Problem[] {
  if (problems.length === 0) return problems;
  const all = flat(writtenIn(source));
  return problems.map((problem) => {
    const there = all.filter(({ file, endLine }) => file === problem.file && endLine === problem.line);
    return { ...problem, ...hintFor(problem, there) };
  });
}

/** What `readMail` found in `source`, with hints where nothing runs, and with lints where it does. */
export function adviceOn(
  { conf, problems }: { readonly conf: MailConf | null; readonly problems: readonly Problem[] },
  source: ConfText,
): readonly Problem[] {
  return conf === null ? withHints(problems, source) : [...problems, ...lintMail(conf, source)];
}

const flat = (directives: readonly Written[]): readonly Written[] =>
  directives.flatMap((one) => [one, ...flat(one.children)]);
