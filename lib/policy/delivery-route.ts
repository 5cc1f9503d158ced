/*
 * Decides how the messages of a channel leave: by the queue plugin that the install already uses (`through`), by Haraka's durable
 * queue (`queue`), or not at all (`discard`); to which next hop, and in which copies.
 * Ref: PMDF 2.3.4 (daemon, port, mx, nomx, lastresort, interfaceaddress, single, single_sys, addrsperfile);
 * Messaging Server 6.3 Administration Guide 16 (lmtp)
 */
import { foldHost } from '../address/index.js';
import { argumentOf, type Channel, hasKeyword, spanOfKeyword } from '../channel/index.js';
import type { DeliveryMethod, DeliverySetting, NextHop } from '../config/index.js';
import { goesOutside } from './outside.js';
import { channelNamed, type Policy } from './policy.js';
import { isReprocessing } from './reprocessing.js';

/** Whether MX records count for a domain, and whether equal ones are used in random order or as received. */
export type MxUse = 'random' | 'ordered' | 'none';

/** Which recipients may share a copy: any, those of one domain, or none. */
export type Copies = 'multiple' | 'single_sys' | 'single';

export interface DeliveryRoute {
  readonly channel: string;
  readonly method: DeliveryMethod | 'discard';
  /** What is spoken to the hosts that the DNS names; a next hop says it itself. */
  readonly protocol: NextHop['protocol'];
  /** Null: `through` leaves it to the queue plugin, `queue` looks in the DNS. */
  readonly nextHop: NextHop | null;
  readonly mx: MxUse;
  /** The port of hosts that the DNS names; null: the usual one. */
  readonly port: number | null;
  /** Tried when no host of the domain can be reached. */
  readonly lastResort: string | null;
  /** The address to connect from. */
  readonly localAddress: string | null;
  /** In the queue: which recipients may share a file. */
  readonly copies: Copies;
  /** Which recipients may share a copy that is sent while the client waits. */
  readonly directCopies: Copies;
  /** Recipients in one copy at most. */
  readonly addressesPerFile: number;
}

/** The channel whose messages are thrown away. */
export const bitbucketChannel = 'bitbucket';

const usualPorts = { smtp: 25, lmtp: 24 } as const;
const usualAddressesPerFile = 127;

function numberOf(channel: Channel, keyword: string): number | null {
  const argument = argumentOf(channel, keyword);
  return argument === undefined ? null : Number(argument);
}

/** The next hop that the keywords name: `daemon host`, with `port n`. */
function nextHopOf(channel: Channel): NextHop | null {
  const host = argumentOf(channel, 'daemon');
  // `daemon router` is PMDF's word for the host of the address itself.
  if (host === undefined || host.toLowerCase() === 'router') return null;
  const protocol = protocolOf(channel);
  return {
    protocol,
    host: foldHost(withoutBrackets(host)),
    port: numberOf(channel, 'port') ?? usualPorts[protocol],
  };
}

function protocolOf(channel: Channel): NextHop['protocol'] {
  return hasKeyword(channel, 'lmtp') ? 'lmtp' : 'smtp';
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1).replace(/^IPv6:/i, '') : host;
}

/** Tells whether a channel says what TLS or AUTH its mail is sent with; PMDF's default, to use no TLS, says nothing. */
function saysHowToSend(channel: Channel): boolean {
  const saying = ['musttlsclient', 'mustsaslclient', 'client_auth'];
  return saying.some((one) => hasKeyword(channel, one)) || spanOfKeyword(channel, 'notlsclient') !== null;
}

/** An inside channel that outsiders reach, so that they should get a refusal at once and not as a bounce. */
function liesInside(policy: Policy, { name }: Channel): boolean {
  return name === 'l' || (name.startsWith('tcp_') && !goesOutside(policy, name));
}

function methodOf(
  policy: Policy,
  channel: Channel,
  setting: DeliverySetting | undefined,
  isLmtpWithoutHop: boolean,
): DeliveryRoute['method'] {
  if (channel.name === bitbucketChannel) return 'discard';
  if (isReprocessing(channel.name)) return 'queue';
  if (setting !== undefined && setting.method !== null) return setting.method;
  // The hosts of a domain are found by the queue; and a queue plugin cannot be told per message about TLS or AUTH.
  if (isLmtpWithoutHop || saysHowToSend(channel)) return 'queue';
  return liesInside(policy, channel) ? 'through' : 'queue';
}

const mxKeywords = ['mx', 'defaultmx', 'randommx', 'nonrandommx'];

/** Message stores that take LMTP are named by their own names, unless the channel says that MX records count. */
function mxUseOf(channel: Channel): MxUse {
  const saysMx = mxKeywords.some((keyword) => spanOfKeyword(channel, keyword) !== null);
  if (hasKeyword(channel, 'nomx') || (hasKeyword(channel, 'lmtp') && !saysMx)) return 'none';
  return hasKeyword(channel, 'nonrandommx') ? 'ordered' : 'random';
}

function copiesOf(channel: Channel): Copies {
  if (hasKeyword(channel, 'single')) return 'single';
  return hasKeyword(channel, 'single_sys') ? 'single_sys' : 'multiple';
}

/** Finds how a channel delivers: by the setting, else its keywords, else the default of its kind. */
export function deliveryRoute(policy: Policy, channelName: string): DeliveryRoute {
  const channel = channelNamed(policy, channelName);
  const setting = policy.settings.delivery.channels.get(channelName);
  const nextHop = setting?.nextHop ?? nextHopOf(channel);
  const lastResort = argumentOf(channel, 'lastresort');
  const protocol = nextHop?.protocol ?? protocolOf(channel);
  const port = numberOf(channel, 'port');
  const method = methodOf(policy, channel, setting, protocol === 'lmtp' && nextHop === null);
  const isLmtpPlugin =
    method === 'through' && nextHop === null && policy.settings.delivery.throughPlugin === 'lmtp';
  const directCopies = copiesOf(channel);
  return {
    channel: channelName,
    method,
    protocol,
    nextHop,
    mx: mxUseOf(channel),
    port: port === null && protocol === 'lmtp' ? usualPorts.lmtp : port,
    lastResort: lastResort === undefined ? null : withoutBrackets(lastResort),
    localAddress: argumentOf(channel, 'interfaceaddress') ?? null,
    // Haraka's queue mixes the replies up that LMTP gives for each recipient of one copy.
    copies: protocol === 'lmtp' || isLmtpPlugin ? 'single' : directCopies,
    directCopies,
    addressesPerFile: Math.max(1, numberOf(channel, 'addrsperfile') ?? usualAddressesPerFile),
  };
}

/** Whether mail of a channel can rest in the queue: not where a queue plugin delivers it that pmdf/deliver cannot replace. */
export function canRest({ settings }: Policy, { method, nextHop }: DeliveryRoute): boolean {
  const replaced = ['smtp_forward', 'lmtp'];
  return method !== 'through' || nextHop !== null || replaced.includes(settings.delivery.throughPlugin);
}
