/*
 * Chooses where a queue file of ours goes, each time Haraka is about to deliver it. A file of the process or
 * reprocess channel gets its second pass here: rewritten and judged again, and taken apart when it has several targets.
 * Ref: PMDF 26.7
 */
import * as constants from 'haraka-constants';
import {
  type Delivery,
  type DeliveryRoute,
  decideReprocessed,
  deliveryRoute,
  isAddressLiteral,
  isReprocessing,
  type Policy,
  parseAddressLiteral,
  processChannel,
} from '../../lib/index.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import type { HarakaAddress, HarakaNotes, HarakaPlugin } from '../support/haraka.js';
import type { HookAnswer } from '../support/respond.js';
import { addressLike } from '../support/session.js';
import { removeFiles } from './hold.js';
import { type HeldFile, notesOf, type OutboundQueue, type QueuedMail } from './outbound-queue.js';
import { filesOf } from './plan.js';

/** A queue file as the hook get_mx shows it. */
export interface HarakaMail extends QueuedMail {
  readonly todo: {
    readonly uuid: string;
    readonly notes: HarakaNotes;
    readonly mail_from: HarakaAddress;
    rcpt_to: HarakaAddress[];
    domain: string;
  };
}

/** What our files carry. */
interface OwnNotes {
  readonly channel: string;
  readonly address: string;
  /** The source channel of the message when it came in. */
  readonly source?: string;
}

function isOwn(notes: unknown): notes is OwnNotes {
  return typeof notes === 'object' && notes !== null && 'channel' in notes && 'address' in notes;
}

function bareFrom(address: HarakaAddress): string {
  return address.user === '' && address.host === '' ? '' : address.address;
}

/** The way to a host: a fixed next hop, an address literal, addresses without MX, or undefined for the DNS. */
function exchangeFor(route: DeliveryRoute, domain: string, queue: OutboundQueue): object | undefined {
  const hop = route.nextHop ?? (route.method === 'through' ? queue.smtpForwardHost() : null);
  if (hop !== null) {
    const lmtp = 'protocol' in hop && hop.protocol === 'lmtp';
    return { priority: 0, exchange: hop.host, port: hop.port, ...(lmtp ? { using_lmtp: true } : {}) };
  }
  if (isAddressLiteral(domain)) {
    const literal = parseAddressLiteral(domain);
    if (literal !== null && literal.kind !== 'general') return { priority: 0, exchange: literal.address };
  }
  return route.mx ? undefined : { priority: 0, exchange: domain };
}

function answerFor(exchange: object | undefined): HookAnswer {
  return exchange === undefined ? undefined : { code: constants.ok, message: exchange };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

async function secondPass(
  plugin: HarakaPlugin,
  hmail: HarakaMail,
  { channel, address, source }: OwnNotes,
  queue: OutboundQueue,
): Promise<HookAnswer> {
  const { policy } = gateway();
  const sourceChannel = channel === processChannel ? processChannel : (source ?? processChannel);
  const from = bareFrom(hmail.todo.mail_from);
  const server = { address: '', port: 0 };
  const decision = await gateway().decide(policy, (environment) =>
    decideReprocessed(policy, server, from, address, environment, sourceChannel),
  );
  const { verdict } = decision;
  const entry = verdict.place ?? 'none';
  switch (verdict.kind) {
    case 'defer':
      plugin.lognotice(`${channel}: defer ${address}: ${verdict.cause}`);
      return { code: constants.denysoft, message: verdict.reply.text };
    case 'reject':
      plugin.lognotice(`${channel}: reject ${address} entry=${entry}: ${verdict.reply.text}`);
      return { code: constants.deny, message: verdict.reply.text };
    case 'accept':
      break;
  }
  const { hold, bitbucket } = decision.effects;
  if (hold) {
    plugin.lognotice(
      `${channel}: ${address} stays in the queue: an entry holds it, ${decision.entries.join(' ')}`,
    );
    return { code: constants.denysoft, message: 'held by an entry' };
  }
  if (bitbucket) {
    plugin.lognotice(`${channel}: discarded ${address}`);
    queue.removeAfterHook(hmail);
    return undefined;
  }
  const [target, ...others] = decision.deliveries;
  if (target === undefined) throw new Error('an accepted address has no delivery');
  const ways = decision.deliveries.map((one) => `${one.channel}:${one.address}`);
  plugin.lognotice(`${channel}: ${address} -> ${ways.join(' ')}`);
  if (others.length > 0) {
    await takeApart(hmail, decision.deliveries, policy, queue);
    return undefined;
  }
  hmail.todo.rcpt_to = [addressLike(hmail.todo.mail_from, target.address)];
  hmail.todo.domain = domainOf(target.address);
  return answerFor(exchangeFor(deliveryRoute(policy, target.channel), hmail.todo.domain, queue));
}

/** Puts a copy for each target into the queue, all of them on disk before the file itself goes. */
async function takeApart(
  hmail: HarakaMail,
  deliveries: readonly Delivery[],
  policy: Policy,
  queue: OutboundQueue,
): Promise<void> {
  const planned = deliveries.map(({ address, channel }) => ({
    address,
    route: deliveryRoute(policy, channel),
  }));
  const files: HeldFile[] = [];
  const { mail_from: from, notes, uuid } = hmail.todo;
  try {
    for (const copies of filesOf(planned)) {
      const [first] = copies;
      if (first === undefined) continue;
      const { address, route } = first;
      const file = {
        domain: domainOf(address),
        recipients: copies.map((one) => addressLike(from, one.address)),
        from,
        notes: { pmdf: { channel: route.channel, address } },
        uuid: `${uuid}.${files.length + 1}`,
      };
      files.push(await queue.write(file, { message_stream: hmail.data_stream(), notes }));
    }
  } catch (error) {
    await removeFiles(files);
    throw error;
  }
  queue.removeAfterHook(hmail);
  for (const file of files) queue.schedule(file);
}

/** Chooses the next hop of a queue file; files that are not ours are left to others. Trouble defers. */
export async function chooseNextHop(
  plugin: HarakaPlugin,
  hmail: HarakaMail,
  queue: OutboundQueue,
): Promise<HookAnswer> {
  try {
    const notes = notesOf(hmail);
    if (!isOwn(notes)) return undefined;
    if (isReprocessing(notes.channel)) return await secondPass(plugin, hmail, notes, queue);
    const route = deliveryRoute(gateway().policy, notes.channel);
    return answerFor(exchangeFor(route, hmail.todo.domain, queue));
  } catch (error) {
    const cause = causeOf(error);
    plugin.logerror(`the next hop could not be chosen: ${cause}`);
    return { code: constants.denysoft, message: cause };
  }
}
