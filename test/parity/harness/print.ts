/** Writes a dialogue as it stands in a list of dialogues: to be pasted there. */
import type { Dialogue, Turn } from './dialogue.ts';
import type { Observed } from './play.ts';

function text(value: string): string {
  const escaped = [...value].map((c) => {
    if (c === '\\' || c === "'") return `\\${c}`;
    if (c === '⏎' || c === '␊' || (c >= ' ' && c < '\x7f')) return c;
    return `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `'${escaped.join('')}'`;
}

function literal(value: unknown, indent = ''): string {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, inner))
    : Object.entries(value).map(([key, item]) => `${/^\w+$/.test(key) ? key : text(key)}: ${literal(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const flat = Array.isArray(value) ? `[${items.join(', ')}]` : `{ ${items.join(', ')} }`;
  if (items.length === 0) return open + close;
  if (flat.length + indent.length <= 110 && !flat.includes('\n')) return flat;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close}`;
}

/** The dialogue with what nginx did as its expectations, as source text. */
export function source(dialogue: Dialogue, nginx: Observed): string {
  const last = dialogue.turns.length - 1;
  const turns = dialogue.turns.map(([send, hear, more], i): Turn => {
    if (i < last) return more === undefined ? [send, hear] : [send, hear, more];
    return [send, nginx.heard.join('').replace(/ close$/, ''), { ...more, closes: true }];
  });
  return `${literal({ ...dialogue, turns, requests: nginx.requests, received: nginx.received })},`;
}
