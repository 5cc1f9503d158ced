/*
 * Decides how the messages of a channel leave: handed to the queue plugin that the install already uses (`through`),
 * or put into Haraka's durable queue (`queue`), and to which next hop.
 * Ref: PMDF 2.3.4 (daemon, port, mx, nomx, lastresort)
 */
import { argumentOf, type Channel, hasKeyword } from '../channel/channel.js';
import { channelNamed, type Policy } from './policy.js';
import { isReprocessing } from './reprocessing.js';
import type { DeliveryMethod, NextHop } from './settings.js';

/** How a channel delivers. */
export interface DeliveryRoute {
  readonly channel: string;
  readonly method: DeliveryMethod;
  /** Null: `through` leaves it to the queue plugin, `queue` asks the DNS. */
  readonly nextHop: NextHop | null;
  /** Whether the DNS is asked for MX records; only addresses otherwise. */
  readonly mx: boolean;
}

const smtpPort = 25;

/** The next hop that the keywords name: `daemon host`, with `port n`. */
function nextHopOf(channel: Channel): NextHop | null {
  const host = argumentOf(channel, 'daemon');
  // `daemon router` is PMDF's word for the host of the address itself.
  if (host === undefined || host.toLowerCase() === 'router') return null;
  const port = argumentOf(channel, 'port');
  return { protocol: 'smtp', host, port: port === undefined ? smtpPort : Number(port) };
}

/** What suits a channel that the settings do not name; LMTP is spoken from the queue only. */
function usualMethod(channel: Channel, nextHop: NextHop | null): DeliveryMethod {
  return liesInside(channel) && nextHop?.protocol !== 'lmtp' ? 'through' : 'queue';
}

/** Outsiders reach it and it lies inside, so a refusal should reach them at once and not by a bounce. */
function liesInside(channel: Channel): boolean {
  if (isReprocessing(channel.name)) return false;
  return channel.name === 'l' || (channel.name.startsWith('tcp_') && !hasKeyword(channel, 'switchchannel'));
}

/** Finds the way out of a channel: the setting, else its keywords, else what suits the channel. */
export function deliveryRoute(policy: Policy, channelName: string): DeliveryRoute {
  const channel = channelNamed(policy, channelName);
  const setting = policy.settings.delivery.channels.get(channelName);
  const nextHop = setting?.nextHop ?? nextHopOf(channel);
  return {
    channel: channelName,
    method: setting?.method ?? usualMethod(channel, nextHop),
    nextHop,
    mx: !hasKeyword(channel, 'nomx'),
  };
}
