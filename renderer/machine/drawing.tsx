/** A state diagram, as a picture or as a table. */
import type { JSX } from 'react';
import type { DrawnDiagram, Side } from './drawn.ts';
import { MachinePicture } from './machine-picture.tsx';
import { MachineTable } from './machine-table.tsx';
import { useMachineUi } from './machine-ui.ts';
import type { Trace } from './use-standing.ts';

interface DrawingProps {
  readonly diagram: DrawnDiagram;
  readonly side: Side;
  readonly trace: Trace;
  /** The whole picture in a sentence. */
  readonly summary: string;
}

export function Drawing({ diagram, side, trace, summary }: DrawingProps): JSX.Element {
  const form = useMachineUi((state) => state.form);
  return form === 'table' ? (
    <MachineTable diagram={diagram} side={side} trace={trace} />
  ) : (
    <MachinePicture diagram={diagram} key={side} side={side} summary={summary} trace={trace} />
  );
}
