/*
 * Chooses where a queue file of ours goes, each time Haraka is about to deliver it.
 */
import { deliveryRoute, isReprocessing, processChannel } from '../../lib/policy/index.js';
import { reply } from '../../lib/smtp/index.js';
import { deliverInUtf8 } from '../haraka/delivery/smtputf8.js';
import type { NextHopAnswer, OutboundQueue, QueuedMail } from '../haraka/queue/outbound-queue.js';
import type { HarakaPlugin } from '../haraka/types.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import { nextHosts } from './next-hosts.js';
import { ownNotesOf } from './own-notes.js';
import { bareFrom, takeUp } from './second-pass.js';
import { oneEach, takeApart } from './split-into-files.js';

/** Whether Haraka made the mail itself, to tell a sender what was not delivered, and no other plugin has claimed it. */
function isBounce({ todo }: QueuedMail): boolean {
  const isClaimed = ['queue', 'using_lmtp'].some((note) => todo.notes.get(note) !== undefined);
  return bareFrom(todo.mail_from) === '' && todo.rcpt_to.length === 1 && !isClaimed;
}

/** A bounce leaves by our channels, as everything does; one that our tables refuse leaves as Haraka would send it. */
async function routeBounce(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  queue: OutboundQueue,
): Promise<NextHopAnswer> {
  const address = mail.todo.rcpt_to[0]?.address ?? '';
  const answer = await takeUp(plugin, mail, { channel: processChannel, address }, queue);
  return answer.kind === 'bounce' ? { kind: 'others' } : answer;
}

/**
 * Chooses what becomes of a queue file: ours and bounces go our way, the rest is left to others. Never rejects: trouble
 * defers.
 */
export async function chooseNextHop(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  queue: OutboundQueue,
): Promise<NextHopAnswer> {
  try {
    const own = ownNotesOf(mail);
    if (own === null) return isBounce(mail) ? await routeBounce(plugin, mail, queue) : { kind: 'others' };
    if (own.refusal !== undefined) return { kind: 'bounce', reply: own.refusal };
    if (isReprocessing(own.channel)) return await takeUp(plugin, mail, own, queue);
    deliverInUtf8(plugin, mail);
    const { policy } = gateway();
    const route = deliveryRoute(policy, own.channel);
    // Written for another next hop, or by a former version.
    if (route.copies === 'single' && mail.todo.rcpt_to.length > 1) {
      return await takeApart(mail, queue, oneEach(mail, own));
    }
    return await nextHosts(policy, route, mail, queue);
  } catch (error) {
    const cause = causeOf(error);
    plugin.logerror(`the next hop could not be chosen: ${cause}`);
    return { kind: 'defer', reply: reply(451, '4.3.0', `the next hop could not be chosen: ${cause}`) };
  }
}
