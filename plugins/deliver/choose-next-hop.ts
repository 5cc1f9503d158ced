/*
 * Chooses where a queue file of ours goes, each time Haraka is about to deliver it. A file of the process channel gets
 * its second pass here: rewritten and judged again with source channel `process`.
 * Ref: PMDF 26.7
 */
import * as constants from 'haraka-constants';
import {
  type DeliveryRoute,
  decideReprocessed,
  deliveryRoute,
  isAddressLiteral,
  parseAddressLiteral,
  processChannel,
} from '../../lib/index.js';
import { gateway } from '../support/gateway.js';
import { causeOf } from '../support/guard.js';
import type { HarakaAddress, HarakaNotes, HarakaPlugin } from '../support/haraka.js';
import { settleChannel } from '../support/outbound-channel.js';
import type { HookAnswer } from '../support/respond.js';
import { addressLike } from '../support/session.js';
import { notesOf, type OutboundQueue } from './outbound-queue.js';

/** A queue file as the hook get_mx shows it. */
export interface HarakaMail {
  readonly todo: {
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
  address: string,
  queue: OutboundQueue,
): Promise<HookAnswer> {
  const { policy } = gateway();
  const from = bareFrom(hmail.todo.mail_from);
  const server = { address: '', port: 0 };
  const decision = await gateway().decide(policy, (environment) =>
    decideReprocessed(policy, server, from, address, environment),
  );
  const { verdict } = decision;
  const entry = verdict.place ?? 'none';
  switch (verdict.kind) {
    case 'defer':
      plugin.lognotice(`process: defer ${address}: ${verdict.cause}`);
      return { code: constants.denysoft, message: verdict.reply.text };
    case 'reject':
      plugin.lognotice(`process: reject ${address} entry=${entry}: ${verdict.reply.text}`);
      return { code: constants.deny, message: verdict.reply.text };
    case 'accept':
      break;
  }
  const [target] = decision.deliveries;
  if (target === undefined || target.channel === processChannel) {
    plugin.lognotice(`process: reject ${address}: it comes back to the process channel`);
    return { code: constants.deny, message: 'the address comes back to the process channel' };
  }
  plugin.lognotice(`process: ${address} -> ${target.channel}:${target.address}`);
  hmail.todo.rcpt_to = [addressLike(hmail.todo.mail_from, target.address)];
  hmail.todo.domain = domainOf(target.address);
  settleChannel(hmail, target.channel);
  return answerFor(exchangeFor(deliveryRoute(policy, target.channel), hmail.todo.domain, queue));
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
    if (notes.channel === processChannel) return await secondPass(plugin, hmail, notes.address, queue);
    const route = deliveryRoute(gateway().policy, notes.channel);
    return answerFor(exchangeFor(route, hmail.todo.domain, queue));
  } catch (error) {
    const cause = causeOf(error);
    plugin.logerror(`the next hop could not be chosen: ${cause}`);
    return { code: constants.denysoft, message: cause };
  }
}
