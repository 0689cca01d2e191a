/** Helping with the word at the end of a filter. */

const lastWord = /(-?)([^\s():"]*)$/;

/** The keys that the word being typed may become; all of them at the start of a word. */
export function suggestions(filter: string, keys: readonly string[]): readonly string[] {
  const word = (lastWord.exec(filter)?.[2] ?? '').toLowerCase();
  const fitting = keys.filter((key) => key.startsWith(word));
  return fitting.length > 0 ? fitting : keys;
}

/** The filter with the word being typed replaced, or with `word` added where no key can be meant. */
export function complete(filter: string, word: string): string {
  const typed = lastWord.exec(filter)?.[2] ?? '';
  const isPrefix = typed !== '' && word.startsWith(typed.toLowerCase());
  if (isPrefix) return filter.slice(0, filter.length - typed.length) + word;
  return filter === '' || /[\s(-]$/.test(filter) ? filter + word : `${filter} ${word}`;
}
