/** The window's own small line icons, drawn on a 20 × 20 grid in the colour of their text; never the only label. */
import type { JSX } from 'react';

const paths = {
  sessions: 'M3 6.5h11m0 0-3-3m3 3-3 3M17 13.5H6m0 0 3-3m-3 3 3 3',
  rules: 'M4 5h1M8 5h8M4 10h1m3 0h8M4 15h1m3 0h8',
  lab: 'M5.5 2.5h6l4 4v11h-10zM11 2.5v4.5h4.5M8 11h5M8 14h5',
  upstreams: 'M3.5 5c0-3 13-3 13 0v10c0 3-13 3-13 0zM3.5 5c0 3 13 3 13 0M3.5 10c0 3 13 3 13 0',
  messages: 'M3 5h14v10.5H3zM3.5 5.5 10 11l6.5-5.5',
  tests: 'M3.5 5.5 5 7l2.5-3M3.5 11 5 12.5 7.5 9.5M3.5 16.5 5 18l2.5-3M10.5 6H17m-6.5 5.5H17M10.5 17H17',
  help: 'M7.6 7.6a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.9M10 14.6v.1M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0',
  settings: 'M3 6h6m4 0h4M11 4v4M3 14h2m4 0h8M7 12v4',
  close: 'm5 5 10 10M15 5 5 15',
  copy: 'M7 7h9v9.5H7zM4 13V3.5h8.5',
  check: 'm4 10.5 4 4 8-9',
  send: 'm3 10 14-6.5-4 13.5-3.5-5zM9.5 12 17 3.5',
  terminal: 'm4 6 4 4-4 4M10 14.5h6',
  search: 'M13.5 8.5a5 5 0 1 1-10 0 5 5 0 0 1 10 0m-1.4 3.6L17 17',
  warning: 'M10 3 18 17H2zM10 8v4m0 2.4v.1',
  chevron: 'm5 7.5 5 5 5-5',
  undo: 'M4 8h8a4 4 0 0 1 0 8H8M4 8l3.5-3.5M4 8l3.5 3.5',
  redo: 'M16 8H8a4 4 0 0 0 0 8h4M16 8l-3.5-3.5M16 8l-3.5 3.5',
  ladder: 'M4.5 3v14M15.5 3v14M4.5 7h11m0 0-3-2.2m3 2.2-3 2.2M15.5 13.5h-11m0 0 3-2.2m-3 2.2 3 2.2',
  print: 'M6 7V3h8v4M6 14H3.5V7.5h13V14H14M6 11.5h8V17H6z',
  import: 'M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M3.5 13v4h13v-4',
  machine:
    'M7 5.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M18 5.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M12.5 15a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0M7 5.5h6M5.8 7.6l2.5 5.2M14.2 7.6l-2.5 5.2',
  plus: 'M10 4.5v11M4.5 10h11',
  minus: 'M4.5 10h11',
  fit: 'M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4',
  file: 'M3 5.5V16h14V7.5H9.5l-2-2z',
} as const;

/** The names there are. */
export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg
      aria-hidden="true"
      fill="none"
      height={size}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.6"
      style={{ flex: 'none' }}
      viewBox="0 0 20 20"
      width={size}
    >
      <path d={paths[name]} />
    </svg>
  );
}
