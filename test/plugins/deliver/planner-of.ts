import type { Policy } from '../../../lib/policy/policy.js';
import { Planner, type Recipient } from '../../../plugins/deliver/plan.js';
import { fakeAddress } from '../fakes.js';

/** The plan of a whole transaction, made at once. */
export function plannerOf(policy: Policy, recipients: readonly Recipient[]): Planner {
  const planner = new Planner(policy);
  for (const recipient of recipients) planner.add(fakeAddress(recipient.named), recipient);
  return planner;
}
