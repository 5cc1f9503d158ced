/*
 * Which messages a command is about: those that fit all that is asked.
 */
import { foldDomain } from '../../lib/address/index.js';
import type { WaitingMessage } from './list-messages.js';

export interface Selection {
  /** Any of these; empty for any message. */
  readonly ids: readonly string[];
  readonly channel: string | null;
  /** The domain of a recipient. */
  readonly domain: string | null;
  /** An envelope From, `@domain` for all of a domain, the empty string for the null sender. */
  readonly sender: string | null;
  /** The least age in milliseconds. */
  readonly olderMs: number | null;
}

function domainOf(address: string): string {
  return foldDomain(address.slice(address.lastIndexOf('@') + 1));
}

function isFrom(sender: string, from: string): boolean {
  if (!sender.startsWith('@')) return sender.toLowerCase() === from.toLowerCase();
  return from.includes('@') && domainOf(from) === foldDomain(sender.slice(1));
}

/** The messages that fit, in their order. */
export function selectMessages<T extends WaitingMessage>(
  messages: readonly T[],
  { ids, channel, domain, sender, olderMs }: Selection,
  now: number,
): T[] {
  const wanted = new Set(ids);
  const wantedDomain = domain === null ? null : foldDomain(domain);
  return messages.filter(
    (one) =>
      (ids.length === 0 || wanted.has(one.id)) &&
      (channel === null || one.channel === channel) &&
      (wantedDomain === null || one.to.some((to) => to.includes('@') && domainOf(to) === wantedDomain)) &&
      (sender === null || isFrom(sender, one.from)) &&
      (olderMs === null || now - one.arrivedAt >= olderMs),
  );
}
