/*
 * The hosts for a queue file, in the order in which they are tried: the next hop of the channel, else an address literal, else
 * the hosts that the DNS names for the domain; last the host of `lastresort`.
 * Ref: PMDF 2.3.4 (mx, nomx, port, lastresort, interfaceaddress); RFC 5321 5.1; RFC 7505
 */
import { isAddressLiteral, parseAddressLiteral } from '../../lib/address/index.js';
import type { NextHop } from '../../lib/config/index.js';
import type { DeliveryRoute, Policy } from '../../lib/policy/index.js';
import { reply } from '../../lib/smtp/index.js';
import {
  type Exchange,
  type NextHopAnswer,
  type OutboundQueue,
  type QueuedMail,
  smtpForwardHosts,
} from '../haraka/index.js';
import { resolvedAll, resolvedHost } from '../support/index.js';
import { domainOf } from './copies.js';
import { noteFoundByDomain } from './own-servers.js';
import { restOn } from './stopped-channels.js';

const lastPriority = 65_536;

/** The mark of an exchange to which Haraka speaks LMTP. */
function lmtpMark(protocol: NextHop['protocol']): Pick<Exchange, 'using_lmtp'> {
  return protocol === 'lmtp' ? { using_lmtp: true } : {};
}

function exchangeOf({ protocol, host, port }: NextHop): Exchange {
  return { priority: 0, exchange: host, port, ...lmtpMark(protocol) };
}

/** Sorts hosts by priority; equal ones come in random order, unless the channel keeps their order. */
function ordered(hosts: readonly Exchange[], { mx }: DeliveryRoute): Exchange[] {
  return hosts
    .map((host) => ({ host, rank: mx === 'ordered' ? 0 : Math.random() }))
    .sort((one, other) => (one.host.priority ?? 0) - (other.host.priority ?? 0) || one.rank - other.rank)
    .map(({ host }) => host);
}

/** The hosts of a domain; null where core finds the same ones, and reports failures best. */
async function hostsOfDomain(
  route: DeliveryRoute,
  domain: string,
  queue: OutboundQueue,
): Promise<readonly Exchange[] | null> {
  if (isAddressLiteral(domain)) {
    const literal = parseAddressLiteral(domain);
    if (literal !== null && literal.kind !== 'general') return [{ priority: 0, exchange: literal.address }];
  }
  if (route.mx === 'none') return [{ priority: 0, exchange: domain }];
  const { port, lastResort, localAddress } = route;
  if (port === null && lastResort === null && localAddress === null && route.mx === 'random') return null;
  const found = await queue.hostsOf(domain).catch(() => []);
  if (found.length > 0 || lastResort !== null) return ordered(found, route);
  // Core would speak SMTP.
  return route.protocol === 'lmtp' ? [{ priority: 0, exchange: domain }] : null;
}

function isNullMx(hosts: readonly Exchange[]): boolean {
  return hosts.length === 1 && hosts[0]?.exchange === '';
}

async function withLastResort(
  route: DeliveryRoute,
  hosts: readonly Exchange[],
): Promise<readonly Exchange[]> {
  if (route.lastResort === null || isNullMx(hosts)) return hosts;
  const port = route.port === null ? {} : { port: route.port };
  return [...hosts, ...(await resolvedHost({ exchange: route.lastResort, priority: lastPriority, ...port }))];
}

const nowhere = reply(451, '4.4.4', 'the channel has no next hop');

/** Where the queue plugin would deliver mail that does not come from a client. */
async function asQueuePlugin(policy: Policy, mail: QueuedMail, queue: OutboundQueue): Promise<NextHopAnswer> {
  switch (policy.settings.delivery.throughPlugin) {
    case 'lmtp':
      // queue/lmtp recognizes its mail by this note.
      mail.todo.notes.set('using_lmtp', true);
      return { kind: 'others' };
    case 'smtp_forward': {
      const [to] = mail.todo.rcpt_to;
      const hosts = to === undefined ? [] : smtpForwardHosts(queue.plugins, mail.todo.mail_from, to);
      if (hosts.length > 0) return { kind: 'hosts', exchanges: await resolvedAll(hosts) };
      return { kind: 'defer', reply: nowhere };
    }
    default:
      return { kind: 'defer', reply: nowhere };
  }
}

/** Finds the hosts for a queue file that leaves on a channel. */
export async function nextHosts(
  policy: Policy,
  route: DeliveryRoute,
  mail: QueuedMail,
  queue: OutboundQueue,
): Promise<NextHopAnswer> {
  // A message that was reprocessed may have come to another channel than its file names.
  const rest = restOn(route.channel, mail);
  if (rest !== null) return rest;
  noteFoundByDomain(mail, route.nextHop === null && route.method !== 'through');
  if (route.nextHop === null && route.method === 'through') return asQueuePlugin(policy, mail, queue);
  const { port, localAddress, nextHop } = route;
  const [to] = mail.todo.rcpt_to;
  const domain = to === undefined ? mail.todo.domain : domainOf(to.address);
  const hosts =
    nextHop === null ? await hostsOfDomain(route, domain, queue) : await resolvedHost(exchangeOf(nextHop));
  if (hosts === null) return { kind: 'others' };
  const all = await withLastResort(route, hosts);
  const extra = {
    ...(port === null || nextHop !== null ? {} : { port }),
    ...(localAddress === null ? {} : { bind: localAddress }),
    ...lmtpMark(route.protocol),
  };
  return { kind: 'hosts', exchanges: all.map((host) => ({ ...host, ...extra })) };
}
