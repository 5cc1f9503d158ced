/*
 * Ports 465 and 587: core itself answers 550 to MAIL there from anyone who may not relay. Channels that do not demand
 * AUTH are kept open by setting relaying on the connection and taking it back before the first plugin hears of MAIL.
 */
import { hasKeyword } from '../../lib/channel/index.js';
import { channelNamed, isSubmission, type Policy } from '../../lib/policy/index.js';
import type { HarakaConnection } from '../haraka/types.js';
import { gateway } from './gateway.js';
import { type HookAnswer, proceed } from './respond.js';
import { authenticatedUser, connectionState } from './session.js';

const keptOpen = new WeakSet<HarakaConnection>();

/** Tells whether a client relays only so that core lets its MAIL through. */
export function isKeptOpen(connection: HarakaConnection): boolean {
  return keptOpen.has(connection);
}

/**
 * Keeps MAIL possible for a client that may not relay, where its channel does not demand AUTH; where it does,
 * pmdf/auth refuses MAIL itself.
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

/** Forgets that MAIL was kept possible, and takes back what did so: the channel is about to change. */
export function letGo(connection: HarakaConnection): void {
  if (!keptOpen.delete(connection)) return;
  connection.relaying = false;
}

/** Takes relaying back for this transaction; the connection keeps it so that core lets the next MAIL through too. */
export function takeBackRelaying(connection: HarakaConnection): HookAnswer {
  if (!keptOpen.has(connection)) return proceed;
  // AUTH may have made the client one of ours since.
  if (authenticatedUser(connection) !== null) return proceed;
  if (connection.transaction === null) throw new Error('the transaction is gone');
  connection.relaying = false;
  if (connection.relaying) throw new Error('relaying could not be taken back');
  return proceed;
}
