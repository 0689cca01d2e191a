/** The keyboard as a table: which key does what, for the handler and for the sheet alike. */

/** What a key asks of the window. */
export type Act =
  | 'next'
  | 'previous'
  | 'filter'
  | 'send'
  | 'sessions'
  | 'rules'
  | 'lab'
  | 'upstreams'
  | 'messages'
  | 'tests'
  | 'replay'
  | 'compare'
  | 'try'
  | 'next-pane'
  | 'previous-pane'
  | 'shortcuts'
  | 'escape';

/** What a key asks of the cursor; playback-keys.ts acts on these, the sheet only names them. */
type CursorAct =
  | 'forward'
  | 'back'
  | 'turn'
  | 'turn-back'
  | 'stage'
  | 'stage-back'
  | 'start'
  | 'end'
  | 'play'
  | 'route'
  | 'ladder'
  | 'hex';

/** What a key asks of the gates; gate-keys.ts acts on these. */
type GateAct = 'hold' | 'release' | 'release-all' | 'release-turn' | 'release-stage' | 'kill' | 'break';

/** What a key asks of the rules; the rule editor acts on these while it is open. */
type RuleAct = 'rule-up' | 'rule-down' | 'undo' | 'redo';

/** The parts of the sheet. */
type Section = 'sessions' | 'steps' | 'gates' | 'window' | 'rules';

/** One way to press for an act. `mod` is Ctrl, or Cmd on a Mac. */
interface Binding {
  readonly act: Act | CursorAct | GateAct | RuleAct;
  readonly section: Section;
  readonly key: string;
  readonly mod?: boolean;
  readonly shift?: boolean;
  readonly alt?: boolean;
  /** A single character without Ctrl: only outside of text fields, and switchable. */
  readonly single?: boolean;
}

export const bindings: readonly Binding[] = [
  { act: 'next', section: 'sessions', key: 'j', single: true },
  { act: 'next', section: 'sessions', key: 'ArrowDown' },
  { act: 'previous', section: 'sessions', key: 'ArrowUp' },
  { act: 'filter', section: 'sessions', key: '/', single: true },
  { act: 'compare', section: 'sessions', key: 'd', single: true },
  { act: 'send', section: 'sessions', key: 'Enter', mod: true },
  { act: 'forward', section: 'steps', key: 'ArrowRight' },
  { act: 'back', section: 'steps', key: 'ArrowLeft' },
  { act: 'turn', section: 'steps', key: 'ArrowRight', shift: true },
  { act: 'turn-back', section: 'steps', key: 'ArrowLeft', shift: true },
  { act: 'stage', section: 'steps', key: 'ArrowRight', mod: true },
  { act: 'stage-back', section: 'steps', key: 'ArrowLeft', mod: true },
  { act: 'start', section: 'steps', key: 'Home' },
  { act: 'end', section: 'steps', key: 'End' },
  { act: 'play', section: 'steps', key: ' ', single: true },
  { act: 'replay', section: 'steps', key: 'r', single: true },
  { act: 'route', section: 'steps', key: 'e', single: true },
  { act: 'ladder', section: 'steps', key: 'v', single: true },
  { act: 'hex', section: 'steps', key: 'x', single: true },
  { act: 'hold', section: 'gates', key: ' ', single: true },
  { act: 'release', section: 'gates', key: 'a', single: true },
  { act: 'release', section: 'gates', key: 'ArrowRight' },
  { act: 'release-turn', section: 'gates', key: 'ArrowRight', shift: true },
  { act: 'release-stage', section: 'gates', key: 'ArrowRight', mod: true },
  { act: 'release-all', section: 'gates', key: 'a', shift: true, single: true },
  { act: 'kill', section: 'gates', key: 'k', single: true },
  { act: 'break', section: 'gates', key: 'b', single: true },
  { act: 'rule-up', section: 'rules', key: 'ArrowUp', alt: true },
  { act: 'rule-down', section: 'rules', key: 'ArrowDown', alt: true },
  { act: 'undo', section: 'rules', key: 'z', mod: true },
  { act: 'redo', section: 'rules', key: 'z', mod: true, shift: true },
  { act: 'sessions', section: 'window', key: '1', mod: true },
  { act: 'rules', section: 'window', key: '2', mod: true },
  { act: 'lab', section: 'window', key: '3', mod: true },
  { act: 'upstreams', section: 'window', key: '4', mod: true },
  { act: 'messages', section: 'window', key: '5', mod: true },
  { act: 'tests', section: 'window', key: '6', mod: true },
  { act: 'try', section: 'window', key: 't', single: true },
  { act: 'next-pane', section: 'window', key: 'F6' },
  { act: 'previous-pane', section: 'window', key: 'F6', shift: true },
  { act: 'shortcuts', section: 'window', key: '?', single: true },
  { act: 'escape', section: 'window', key: 'Escape' },
];

/** The part of a KeyboardEvent that matters. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Where the press happened. */
export interface Circumstances {
  /** A text field, an editor or a select has focus. */
  readonly typing: boolean;
  readonly singleKeys: boolean;
}

const otherActs: ReadonlySet<string> = new Set<CursorAct | GateAct | RuleAct>([
  ...(['hold', 'release', 'release-all', 'release-turn', 'release-stage', 'kill', 'break'] as const),
  ...(['rule-up', 'rule-down', 'undo', 'redo'] as const),
  ...(['forward', 'back', 'turn', 'turn-back', 'stage', 'stage-back'] as const),
  ...(['start', 'end', 'play', 'route', 'ladder', 'hex'] as const),
]);

function isOurs(act: Binding['act']): act is Act {
  return !otherActs.has(act);
}

/** What the press asks for; null for nothing of ours. */
export function actOf(press: Press, { typing, singleKeys }: Circumstances): Act | null {
  if (press.altKey) return null;
  const mod = press.ctrlKey || press.metaKey;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const found = bindings.find(
    (one) =>
      one.key === key &&
      one.alt !== true &&
      (one.mod ?? false) === mod &&
      // `?` and `/` need Shift on some keyboards and not on others: the character is what counts.
      (one.single === true || (one.shift ?? false) === press.shiftKey),
  );
  if (found === undefined) return null;
  if (found.single === true && (typing || !singleKeys)) return null;
  if (typing && (key.startsWith('Arrow') || key === 'Escape')) return null;
  if (found.single === true && press.shiftKey && /^[a-z]$/.test(key)) return null;
  return isOurs(found.act) ? found.act : null;
}

const glyphs: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
};

/** The keys of a binding as they are printed, in order. */
export function caps(binding: Binding, mac: boolean): readonly string[] {
  const key = glyphs[binding.key] ?? (binding.key.length === 1 ? binding.key.toUpperCase() : binding.key);
  return [
    ...(binding.mod === true ? [mac ? '⌘' : 'Ctrl'] : []),
    ...(binding.alt === true ? [mac ? '⌥' : 'Alt'] : []),
    ...(binding.shift === true ? [mac ? '⇧' : 'Shift'] : []),
    key,
  ];
}
