/*
 * Which ways of one policy another one does not have: their sessions do not relay there.
 */
import type { Environment, Lookup } from '../../engine/index.js';
import { isRelayed, type Policy } from '../../policy/index.js';
import type { RelayWay } from './relay-proof.js';
import { trySession } from './try-session.js';

const server = '192.0.2.2';
const clientPort = 4000;

/** Finds the ways whose sessions relay in `before` too, and leaves them out. */
export function* newWays(
  before: Policy,
  ways: readonly RelayWay[],
  newEnvironment: () => Environment,
): Lookup<readonly RelayWay[]> {
  const found: RelayWay[] = [];
  for (const way of ways) {
    const trial = { witness: way.witness, server, clientPort, channel: way.channel, earlierRecipients: 0 };
    const result = yield* trySession(before, trial, newEnvironment);
    const relayed =
      result.kind === 'delivered' &&
      result.deliveries.some(
        (one) => isRelayed(before, one) || `${one.channel} ${one.address}` === way.delivered,
      );
    if (!relayed) found.push(way);
  }
  return found;
}
