/*
 * A directory channel at work: what it finds for an address, and whether the sender of an ambiguous one is told what it may mean.
 * Ref: PMDF 3.2.2
 */
import { type DirectoryResult, lookUpMailbox } from '../directory/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { FinalAddress } from '../forwarding/index.js';
import { isStranger, type Policy, type Session } from '../policy/index.js';

/** Looks an address on a directory channel up. */
export function lookUpInDirectory(
  { directories, hosts, localHost }: Policy,
  { address, channel }: FinalAddress,
  environment: Environment,
): Lookup<DirectoryResult> {
  const directory = directories.get(channel);
  if (directory === undefined) throw new Error(`the policy has no directory channel ${channel}`);
  const isOwnHost = (domain: string): boolean =>
    hosts.find(domain)?.channel.name === channel && !directory.domains.has(domain);
  return lookUpMailbox(directory, { address, localHost, isOwnHost }, environment);
}

/**
 * Tells whether the sender of an ambiguous address gets a notice with the candidates: only where the channel says so, and only a
 * sender inside or one that authenticated. Strangers would harvest addresses, and the null sender has nobody to tell.
 */
export function tellsCandidates(
  policy: Policy,
  session: Session,
  { channel, envelopeFrom }: { readonly channel: string; readonly envelopeFrom: string },
): boolean {
  if (envelopeFrom === '' || policy.directories.get(channel)?.listsCandidates !== true) return false;
  return !isStranger(policy, session);
}
