/*
 * What strangers can do under one policy and could not do under another. Leaks are compared by channel and by the shape of
 * their addresses, so that one more local domain is not a new leak.
 */
import type { RelayAudit } from './relay-audit.js';
import type { RelayLeak } from './relay-leak.js';

/** An address with one letter in place of each name. */
function shapeOf(address: string): string {
  return address.replace(/[^\s@%!"\\:,()<>[\]|]+/g, 'x');
}

function keyOf({ source, from, address }: RelayLeak): string {
  return JSON.stringify([source, shapeOf(from), shapeOf(address)]);
}

function leaksOf({ channels }: RelayAudit): readonly RelayLeak[] {
  return channels.flatMap(({ leaks }) => leaks);
}

/** The leaks of `after` that `before` does not have; a channel that was an open relay has no new ones. */
export function newLeaks(before: RelayAudit, after: RelayAudit): readonly RelayLeak[] {
  const known = new Set(leaksOf(before).map(keyOf));
  const open = new Set(leaksOf(before).flatMap(({ plain, source }) => (plain ? [source] : [])));
  return leaksOf(after).filter((leak) => !open.has(leak.source) && !known.has(keyOf(leak)));
}
