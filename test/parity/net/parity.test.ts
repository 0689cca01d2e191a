/** Every dialogue about PROXY headers, addresses and names on both sides. */
import { compareDialogues } from '../harness/suite.ts';
import { incoming } from './proxy-in.ts';
import { outgoing } from './proxy-out.ts';
import { resolving } from './resolver.ts';

compareDialogues('network', [...incoming, ...outgoing, ...resolving]);
