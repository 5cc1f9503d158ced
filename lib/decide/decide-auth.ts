/*
 * What the channel of a session says about AUTH: whether it is offered, and whether MAIL requires it.
 * Ref: PMDF 2.3.4.43; RFC 4954 4, 6
 */
import { channelNamed, type Policy, type Session } from '../policy/index.js';
import type { Reply } from '../smtp/index.js';
import { authNeedsTls, authNotOffered, authRequired, saslOf } from '../tls/index.js';

/** Why AUTH is refused: with every mechanism, and with those that send the password in the clear; null if it is not. */
export interface AuthOffer {
  readonly any: Reply | null;
  readonly inClear: Reply | null;
}

export function offerOfAuth(policy: Policy, session: Pick<Session, 'sourceChannel' | 'tls'>): AuthOffer {
  const { server } = saslOf(channelNamed(policy, session.sourceChannel).keywords);
  if (server === 'no') return { any: authNotOffered, inClear: authNotOffered };
  const mayPass = session.tls || policy.settings.auth.withoutTls.includes(session.sourceChannel);
  return { any: null, inClear: mayPass ? null : authNeedsTls };
}

/** The refusal of MAIL until the client authenticates; null if it need not, or already has. */
export function demandOfAuth(
  policy: Policy,
  session: Pick<Session, 'sourceChannel' | 'authUser'>,
): Reply | null {
  if (session.authUser !== null) return null;
  const { server } = saslOf(channelNamed(policy, session.sourceChannel).keywords);
  return server === 'must' ? authRequired : null;
}
