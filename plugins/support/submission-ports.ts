/*
 * Ports 465 and 587, where core answers 550 to MAIL from anyone who may not relay. For channels that do not demand AUTH, MAIL
 * is kept possible: relaying is set on the connection, and cleared before the first plugin sees MAIL.
 */
import { hasKeyword } from '../../lib/channel/index.js';
import { channelNamed, isSubmission, type Policy } from '../../lib/policy/index.js';
import type { HarakaConnection } from '../haraka/index.js';
import { gateway } from './gateway.js';
import { type HookAnswer, proceed } from './respond.js';
import { authenticatedUser, connectionState, transactionOf } from './session.js';

const keptOpen = new WeakSet<HarakaConnection>();

/** Whether relaying is set only so that core lets MAIL through. */
export function isSubmissionOpen(connection: HarakaConnection): boolean {
  return keptOpen.has(connection);
}

/**
 * Keeps MAIL possible for a client that may not relay, where its channel does not demand AUTH; where it does, pmdf/auth
 * refuses MAIL itself.
 */
export function keepSubmissionOpen(connection: HarakaConnection, policy: Policy): void {
  keptOpen.delete(connection);
  const { decision } = connectionState(connection);
  if (decision === null || connection.relaying || !isSubmission(connection.local.port ?? 0)) return;
  const demandsAuth = hasKeyword(channelNamed(policy, decision.channel), 'mustsaslserver');
  if (demandsAuth && !gateway().isEnabled('auth')) return;
  connection.relaying = true;
  keptOpen.add(connection);
}

/** Clears the relaying that kept MAIL possible: the channel is about to change. */
export function stopKeepingOpen(connection: HarakaConnection): void {
  if (keptOpen.delete(connection)) connection.relaying = false;
}

/** Clears relaying for this transaction; the connection keeps it, so that core lets the next MAIL through too. */
export function closeForTransaction(connection: HarakaConnection): HookAnswer {
  // An authenticated client may relay.
  if (!keptOpen.has(connection) || authenticatedUser(connection) !== null) return proceed;
  transactionOf(connection);
  connection.relaying = false;
  if (connection.relaying) throw new Error('relaying could not be cleared');
  return proceed;
}
