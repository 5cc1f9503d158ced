/*
 * Who strangers say they are.
 */
import { type Path, parsePath } from '../../address/index.js';
import { decideSender } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import type { Policy, Session } from '../../policy/index.js';
import { type Guise, plainGuise } from './guise.js';

/** A sender of whom nothing is known. */
export const mainSender = 'stranger@sender.invalid';

/** A stranger in a guise: the session as it is then, and the envelope From as it goes on. */
export interface Sender {
  readonly guise: Guise;
  readonly session: Session;
  readonly envelopeFrom: string;
}

function pathOf(address: string): Path {
  const parsed = parsePath(`<${address}>`);
  if (parsed.kind !== 'path') throw new Error(`the audit made a sender that is not an address: ${address}`);
  return parsed.path;
}

/** A stranger, the null sender, and a stranger who pretends to be one of ours. */
export function usualGuises({ localHost }: Policy): Guise[] {
  return [mainSender, '', `postmaster@${localHost}`].map(plainGuise);
}

/** The session of a stranger in a guise. */
function sessionIn(session: Session, { helo, tls, esmtp }: Guise): Session {
  return { ...session, helo: helo ?? session.helo, tls: tls ?? session.tls, esmtp };
}

/** Sends MAIL FROM; null where FROM_ACCESS turns the stranger away. A failing look-up throws. */
export function* senderIn(
  policy: Policy,
  stranger: Session,
  guise: Guise,
  environment: Environment,
): Lookup<Sender | null> {
  const session = sessionIn(stranger, guise);
  const decision = yield* decideSender({ policy, session, environment }, pathOf(guise.said), {
    tables: true,
  });
  return decision.verdict.kind === 'accept' ? { guise, session, envelopeFrom: decision.envelopeFrom } : null;
}
