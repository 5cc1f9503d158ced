/*
 * Channel switches inside a session: after STARTTLS and after AUTH the current channel may name another one.
 * The target need not have `allowswitchchannel`; that concerns switching by client.
 * Ref: PMDF 2.3.4.43, 2.3.4.45
 */
import { argumentOf, type Channel, type ChannelTable } from './channel.js';

function named(table: ChannelTable, channel: Channel, keyword: string): Channel | null {
  const name = argumentOf(channel, keyword);
  const target = name === undefined ? undefined : table.channels.get(name);
  return target === undefined || target.name === channel.name ? null : target;
}

/** Finds the channel that `tlsswitchchannel` of the current channel names; null when there is no switch. */
export function switchAfterTls(table: ChannelTable, channel: Channel): Channel | null {
  return named(table, channel, 'tlsswitchchannel');
}

/** Finds the channel that `saslswitchchannel` of the current channel names; null when there is no switch. */
export function switchAfterAuth(table: ChannelTable, channel: Channel): Channel | null {
  return named(table, channel, 'saslswitchchannel');
}
