/*
 * The senders that the relay audit tries.
 */
import { type Path, parsePath } from '../../address/index.js';
import { decideSender } from '../../decide/index.js';
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

function pathOf(address: string): Path {
  const parsed = parsePath(`<${address}>`);
  if (parsed.kind !== 'path') throw new Error(`the audit made a sender that is not an address: ${address}`);
  return parsed.path;
}

/** A stranger, the null sender, and a stranger who uses an address of ours. */
export function usualClaims({ localHost }: Policy): Claims[] {
  return [plainSender, '', `postmaster@${localHost}`].map(plainClaims);
}

function sessionWith(session: Session, { helo, tls, esmtp }: Claims): Session {
  return { ...session, helo: helo ?? session.helo, tls: tls ?? session.tls, esmtp };
}

/** Sends MAIL FROM; null when FROM_ACCESS rejects it. Throws when a look-up fails. */
export function* sendFrom(
  policy: Policy,
  stranger: Session,
  claims: Claims,
  environment: Environment,
): Lookup<Sender | null> {
  const session = sessionWith(stranger, claims);
  const path = pathOf(claims.sender);
  const decision = yield* decideSender({ policy, session, environment }, path, { tables: true });
  return decision.verdict.kind === 'accept' ? { claims, session, envelopeFrom: decision.envelopeFrom } : null;
}
