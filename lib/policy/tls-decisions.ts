/*
 * TLS in a session, by its present channel, and for a delivery, by its channel and destination.
 * Ref: PMDF 2.3.4.45
 */
import { hasKeyword } from '../channel/index.js';
import {
  type ClientTls,
  clientTls,
  type ServerTls,
  serverTls,
  tlsOf,
  verificationOfDomain,
} from '../tls/index.js';
import { channelNamed, type Policy } from './policy.js';

/** Decides what STARTTLS is on a source channel. */
export function sessionTls(policy: Policy, channelName: string, underTls: boolean): ServerTls {
  return serverTls(channelNamed(policy, channelName).keywords, underTls);
}

/** Tells whether clients of a channel are also offered AUTH and TLS in the forms of old Exchange clients. */
export function speaksOldExchange(policy: Policy, channelName: string): boolean {
  return hasKeyword(channelNamed(policy, channelName), 'msexchange');
}

/** Decides how mail for a domain leaves on a channel; settings for the domain override those of the channel. */
export function deliveryTls(policy: Policy, channelName: string, domain: string): ClientTls {
  const { default: verify, ca, channels, domains } = policy.settings.tlsVerify;
  const { client } = tlsOf(channelNamed(policy, channelName).keywords);
  const particular = verificationOfDomain(domains, domain) ?? channels.get(channelName) ?? null;
  return clientTls(client, particular, { verify, ca });
}

/** Lists the channels that require TLS of clients. */
export function channelsAwaitingTls(policy: Policy): readonly string[] {
  return [...policy.channels.channels.values()]
    .filter((channel) => tlsOf(channel.keywords).server === 'must')
    .map(({ name }) => name);
}
