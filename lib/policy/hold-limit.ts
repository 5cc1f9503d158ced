/*
 * When a message has more recipients than its source channel accepts without review.
 * Ref: PMDF 2.3.4 (holdlimit)
 */
import { argumentOf } from '../channel/index.js';
import { channelNamed, type Policy } from './policy.js';

export function exceedsHoldLimit(policy: Policy, sourceChannel: string, recipients: number): boolean {
  const limit = argumentOf(channelNamed(policy, sourceChannel), 'holdlimit');
  return limit !== undefined && recipients > Number(limit);
}
