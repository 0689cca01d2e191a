/** Every pitfall, run into by a real client at a real proxy with played servers behind it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diagnostics } from '../../../shared/journal/diagnostics.ts';
import { Wire } from '../upstream/wire.ts';
import { cases } from './diagnoses/cases.ts';
import { type Doors, openDoors, toldOf } from './diagnoses/lab.ts';

let doors: Doors;

beforeAll(async () => {
  doors = await openDoors();
});
afterAll(() => doors.lab.stop());
beforeEach(() => doors.lab.call('upstream.fault.clear', {}));

/** What ends a reply, in all three protocols. */
const replied = /^(?:\d{3} |a |\+|\* (?:OK|BYE|BAD)|-ERR)[^\n]*\n/m;

describe('a session that has', () => {
  it.each(cases.map((one) => [one.key, one.door, one] as const))('%s, by the door %s', async (key, door, one) => {
    const { lab } = doors;
    if (one.fault) {
      await lab.call('upstream.fault.arm', {
        ...one.fault,
        upstream: 'plain',
        scope: { type: 'next', times: 1 },
        only: {},
      });
    }
    if (one.authFault) await lab.call('fault.arm', one.authFault);
    const wire = new Wire(doors.port(door));
    if (!one.mute) await wire.until(replied);
    for (const line of one.says) {
      wire.send(`${line}\r\n`);
      await wire.until(replied);
    }
    // Who hurries waits until its time is over, who leaves until the other side has.
    if (one.leaves) wire.end();
    if (one.says.length === 0) await wire.rest();
    wire.end();
    const told = await toldOf(doors, wire);
    expect(told.keys).toEqual(expect.arrayContaining([key, ...(one.also ?? [])]));
    const found = told.found.find((each) => each.key === key);
    expect(found?.severity).toBe(diagnostics[key]);
    expect(found?.seqs.map((seq) => told.entries[seq]?.seq)).toEqual(found?.seqs);
  });

  it('is there for more than forty of them', () => {
    expect(new Set(cases.map(({ key }) => key)).size).toBeGreaterThan(40);
  });
});
