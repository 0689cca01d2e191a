/** An upstream of the lab file, and what is wrong with it that its shape does not show. */
import { printEndpoint, readEndpoint } from '../auth/ip.ts';
import { clientProblem } from '../auth/match.ts';
import type { Protocol } from '../machine/machine.ts';
import type { Path, Report } from './check.ts';
import type { Upstream } from './lab.ts';
import type { LabFile } from './schema.ts';
import { readUpstreamFault } from './upstream-faults.ts';

type UpstreamFile = LabFile['upstreams'][string];

const protocols: readonly Protocol[] = ['smtp', 'imap', 'pop3'];

/** An address as it is compared everywhere; one that is none stays as it is. */
export function plainAddress(address: string): string {
  const endpoint = readEndpoint(address);
  return endpoint ? printEndpoint(endpoint) : address;
}

/** `report` hears what is wrong, by its path in the file. */
export function readUpstream(name: string, file: UpstreamFile, report: Report): Upstream {
  const { external, play, faults, ...addresses } = file;
  const path: Path = ['upstreams', name];
  const written = Object.entries(addresses).map(([protocol, address]) => [protocol, plainAddress(address)]);
  const upstream: Upstream = { name, external, ...Object.fromEntries(written) };
  if (external) {
    for (const [key, value] of Object.entries({ play, faults }))
      if (value !== undefined)
        report([...path, key], `${name} is a server of your own, which the lab does not play; leave "${key}" out`);
    return upstream;
  }
  for (const [index, part] of (play?.smtp.xclientFrom ?? []).entries()) {
    const problem = clientProblem(part);
    if (problem !== null) report([...path, 'play', 'smtp', 'xclientFrom', index], `"${part}" ${problem}`);
  }
  const spoken = protocols.filter((protocol) => addresses[protocol] !== undefined);
  const armed = faults?.flatMap((one, index) => {
    const fault = readUpstreamFault(name, spoken, one);
    if (typeof fault !== 'string') return [fault];
    report([...path, 'faults', index], fault);
    return [];
  });
  return { ...upstream, ...(play && { play }), ...(armed && { faults: armed }) };
}
