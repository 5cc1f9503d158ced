/*
 * The senders that the relay audit tries.
 */
import { auditSetup, decideMail } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import type { Policy, Session } from '../../policy/index.js';
import { type Claims, plainClaims } from './claims.js';

/** The envelope From of a stranger, unknown at every site. */
export const plainSender = 'stranger@sender.invalid';

/** A stranger with certain claims: the session, and the envelope From after rewriting. */
export interface Sender {
  readonly claims: Claims;
  readonly session: Session;
  readonly envelopeFrom: string;
}

/** A stranger, the null sender, and a stranger who uses an address of ours. */
export function usualClaims({ localHost }: Policy): Claims[] {
  return [plainSender, '', `postmaster@${localHost}`].map(plainClaims);
}

function sessionWith(session: Session, { helo, tls, esmtp }: Claims): Session {
  return { ...session, helo: helo ?? session.helo, tls: tls ?? session.tls, esmtp };
}

/** Sends MAIL FROM; null when it is not accepted. Throws when it cannot be decided. */
export function* sendFrom(
  policy: Policy,
  stranger: Session,
  claims: Claims,
  environment: Environment,
): Lookup<Sender | null> {
  const session = sessionWith(stranger, claims);
  const open = { ...session, relaying: false };
  const { decision } = yield* decideMail(auditSetup(policy, environment), open, claims.sender);
  return decision.verdict.kind === 'accept' ? { claims, session, envelopeFrom: decision.envelopeFrom } : null;
}
