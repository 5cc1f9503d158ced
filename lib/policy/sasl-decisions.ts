/*
 * AUTH for a delivery: whether its channel tries or requires it, and with which credentials.
 * Ref: PMDF 2.3.4.43
 */
import { argumentOf } from '../channel/index.js';
import { type ClientSasl, defaultSection, saslOf } from '../tls/index.js';
import { channelNamed, type Policy } from './policy.js';

/** Decides how mail that leaves on a channel authenticates. */
export function deliverySasl(policy: Policy, channelName: string): ClientSasl {
  const channel = channelNamed(policy, channelName);
  const section = (argumentOf(channel, 'client_auth') ?? defaultSection).toUpperCase();
  return {
    demand: saslOf(channel.keywords).client,
    section,
    credentials: policy.credentials.get(section) ?? null,
    inClear: policy.settings.auth.clientWithoutTls.includes(channelName),
  };
}
