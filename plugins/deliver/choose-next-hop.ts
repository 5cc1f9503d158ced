/*
 * Chooses where a queue file of ours goes, each time Haraka is about to deliver it.
 */
import { deliveryRoute, isReprocessing, reply } from '../../lib/index.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import type { HarakaPlugin } from '../support/haraka.js';
import { nextHosts } from './next-hosts.js';
import type { NextHopAnswer, OutboundQueue, QueuedMail } from './outbound-queue.js';
import { ownNotesOf } from './own-notes.js';
import { takeUp } from './second-pass.js';

/** Chooses what becomes of a queue file; files that are not ours are left to others. Never rejects: trouble defers. */
export async function chooseNextHop(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  queue: OutboundQueue,
): Promise<NextHopAnswer> {
  try {
    const own = ownNotesOf(mail);
    if (own === null) return { kind: 'others' };
    if (own.refusal !== undefined) return { kind: 'bounce', reply: own.refusal };
    if (isReprocessing(own.channel)) return await takeUp(plugin, mail, own, queue);
    const { policy } = gateway();
    return await nextHosts(policy, deliveryRoute(policy, own.channel), mail, queue);
  } catch (error) {
    const cause = causeOf(error);
    plugin.logerror(`the next hop could not be chosen: ${cause}`);
    return { kind: 'defer', reply: reply(451, '4.3.0', `the next hop could not be chosen: ${cause}`) };
  }
}
