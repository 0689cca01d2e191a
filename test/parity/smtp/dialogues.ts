/** Every SMTP dialogue. */
import type { Dialogue } from '../harness/dialogue.ts';
import { authAnswers } from './auth-answers.ts';
import { authRequests } from './auth-requests.ts';
import { edgeAnswers } from './edge-answers.ts';
import { edges } from './edges.ts';
import { greeting } from './greeting.ts';
import { lexing } from './lexing.ts';
import { limits } from './limits.ts';
import { relay } from './relay.ts';
import { sasl } from './sasl.ts';
import { saslUpstream } from './sasl-upstream.ts';
import { upstreamLogin } from './upstream-login.ts';

/** The whole list; names are unique. */
export const dialogues: readonly Dialogue[] = [
  ...greeting,
  ...lexing,
  ...limits,
  ...sasl,
  ...saslUpstream,
  ...authRequests,
  ...authAnswers,
  ...upstreamLogin,
  ...relay,
  ...edges,
  ...edgeAnswers,
];
