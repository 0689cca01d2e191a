/** The signs of the diagram: each room has its own shape, each kind of parcel its own, so that colour is never alone. */
import type { ReactNode } from 'react';
import type { Entry } from '../../shared/journal/entry.ts';
import type { Room } from '../../shared/journal/travel.ts';
import type { Tone } from '../store/picture.ts';

const roomPaths: Record<Room, ReactNode> = {
  client: (
    <>
      <circle cx="8" cy="5" r="3" />
      <path d="M2.5 14.2c0-3 2.4-4.9 5.5-4.9s5.5 1.9 5.5 4.9Z" />
    </>
  ),
  proxy: <path d="M4.5 2h7L15 8l-3.5 6h-7L1 8Z" />,
  auth: <path d="M8 1.2 14.8 8 8 14.8 1.2 8Z" />,
  upstream: (
    <>
      <path d="M2.5 4v8c0 1.3 2.4 2.3 5.5 2.3s5.5-1 5.5-2.3V4" />
      <ellipse cx="8" cy="4" rx="5.5" ry="2.3" />
    </>
  ),
};

/** Person, hexagon, diamond or cylinder, drawn with the text's colour. */
export function RoomShape({ room }: { readonly room: Room }) {
  return (
    <svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true" fill="var(--shape-fill)" stroke="currentColor">
      <g strokeWidth="1.4" strokeLinejoin="round">
        {roomPaths[room]}
      </g>
    </svg>
  );
}

/** The kind of thing that travels. */
export type ParcelShapeName = 'command' | 'reply' | 'refusal' | 'headers' | 'message' | 'signal';

/** Which shape an entry travels in. */
export function parcelShape(entry: Entry, fromClientSide: boolean): ParcelShapeName {
  if (entry.kind === 'data') return 'message';
  if (entry.kind === 'http') return 'headers';
  if (entry.kind !== 'line') return 'signal';
  if (fromClientSide) return 'command';
  return /^([45]\d\d[ -]|-ERR|\S+ (NO|BAD) )/.test(entry.bytes) ? 'refusal' : 'reply';
}

const parcelPaths: Record<ParcelShapeName, ReactNode> = {
  command: <rect x="2" y="4.5" width="14" height="9" rx="4.5" />,
  reply: <rect x="3.5" y="3.5" width="11" height="11" />,
  refusal: (
    <>
      <path d="M9 1.5 16.5 9 9 16.5 1.5 9Z" />
      <path d="M5.5 9h7" stroke="var(--panel)" strokeWidth="2" />
    </>
  ),
  headers: (
    <>
      <path d="M4 2h7l3.5 3.5V16H4Z" />
      <path d="M6.5 8h5.5M6.5 11h5.5" stroke="var(--panel)" strokeWidth="1.3" />
    </>
  ),
  message: (
    <>
      <rect x="1.5" y="4" width="15" height="10.5" rx="1" />
      <path d="m2.5 5 6.5 5 6.5-5" fill="none" stroke="var(--panel)" strokeWidth="1.4" />
    </>
  ),
  signal: <circle cx="9" cy="9" r="4.5" />,
};

/** A parcel, 18 px square, filled with the text's colour. */
export function ParcelShape({ name }: { readonly name: ParcelShapeName }) {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" fill="currentColor">
      <g stroke="var(--panel)" strokeWidth="1" paintOrder="stroke">
        {parcelPaths[name]}
      </g>
    </svg>
  );
}

/** ✓, ✗ or nothing: what a colour alone would say. */
export const toneSigns: Record<Tone, string> = { idle: '', busy: '', good: '✓', bad: '✗' };

/** A padlock: open where an edge is clear text. */
export function Padlock({ open }: { readonly open: boolean }) {
  return (
    <svg width="11" height="12" viewBox="0 0 11 12" aria-hidden="true" fill="none" stroke="currentColor">
      <rect x="1" y="5.5" width="7.5" height="5.5" rx="1" fill="currentColor" stroke="none" />
      <path d={open ? 'M6.5 5.5V3.2a2 2 0 0 1 4 0v1' : 'M2.75 5.5V3.2a2 2 0 0 1 4 0v2.3'} strokeWidth="1.2" />
    </svg>
  );
}
