/*
 * Chooses where a queue file goes, each time Haraka is about to deliver it.
 */
import { deliveryRoute, isReprocessing, processChannel } from '../../lib/policy/index.js';
import { reply } from '../../lib/smtp/index.js';
import {
  causeOf,
  deliverInUtf8,
  type HarakaPlugin,
  type NextHopAnswer,
  type OutboundQueue,
  type QueuedMail,
} from '../haraka/index.js';
import { gateway } from '../support/index.js';
import { nextHosts } from './next-hosts.js';
import { ownNotesOf } from './own-notes.js';
import { refusedFor } from './refused-files.js';
import { bareFrom, reprocess } from './second-pass.js';
import { oneEach, splitIntoFiles } from './split-into-files.js';
import { restOn } from './stopped-channels.js';

/** Whether the mail is a bounce that Haraka made, and no other plugin has claimed it. */
function isBounce({ todo }: QueuedMail): boolean {
  const isClaimed = ['queue', 'using_lmtp'].some((note) => todo.notes.get(note) !== undefined);
  return bareFrom(todo.mail_from) === '' && todo.rcpt_to.length === 1 && !isClaimed;
}

/** A bounce leaves by our channels, as all mail does; one that our tables refuse is delivered as Haraka would. */
async function routeBounce(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  queue: OutboundQueue,
): Promise<NextHopAnswer> {
  const address = mail.todo.rcpt_to[0]?.address ?? '';
  const answer = await reprocess(plugin, mail, { channel: processChannel, address }, queue);
  return answer.kind === 'bounce' ? { kind: 'others' } : answer;
}

/**
 * Chooses where a queue file goes: ours and bounces by our channels, others are left to other plugins. Never rejects: an
 * error defers the file.
 */
export async function chooseNextHop(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  queue: OutboundQueue,
): Promise<NextHopAnswer> {
  try {
    const own = ownNotesOf(mail);
    if (own === null) return isBounce(mail) ? await routeBounce(plugin, mail, queue) : { kind: 'others' };
    const refused = refusedFor(mail);
    if (refused !== undefined) return { kind: 'bounce', ...refused };
    if (own.refusal !== undefined) return { kind: 'bounce', reply: own.refusal };
    const rest = restOn(own.channel, mail);
    if (rest !== null) return rest;
    if (isReprocessing(own.channel)) return await reprocess(plugin, mail, own, queue);
    deliverInUtf8(plugin, mail);
    const { policy } = gateway();
    const route = deliveryRoute(policy, own.channel);
    // Written when the channel was configured differently, or by a former version.
    if (route.copies === 'single' && mail.todo.rcpt_to.length > 1) {
      return await splitIntoFiles(mail, queue, oneEach(mail, own));
    }
    return await nextHosts(policy, route, mail, queue);
  } catch (error) {
    const cause = causeOf(error);
    plugin.logerror(`the next hop could not be chosen: ${cause}`);
    return { kind: 'defer', reply: reply(451, '4.3.0', `the next hop could not be chosen: ${cause}`) };
  }
}
