/*
 * What a stranger can do under one policy and could not under another: the forms of relaying that get through the new one
 * alone. Forms are compared by channel and by the shape of the addresses, so that a further local domain is not a new form.
 */
import type { RelayAudit, RelayLeak } from './relay-audit.js';

/** The shape of an address: its signs, with one letter in place of every name. */
function shapeOf(address: string): string {
  return address.replace(/[^\s@%!"\\:,()<>[\]|]+/g, 'x');
}

function keyOf({ source, from, address }: RelayLeak): string {
  return JSON.stringify([source, shapeOf(from), shapeOf(address)]);
}

function leaksOf({ channels }: RelayAudit): readonly RelayLeak[] {
  return channels.flatMap(({ leaks }) => leaks);
}

/** The leaks of `after` whose form does not get through `before`; a channel that leaks everything has no new ones. */
export function newLeaks(before: RelayAudit, after: RelayAudit): readonly RelayLeak[] {
  const known = new Set(leaksOf(before).map(keyOf));
  const open = new Set(leaksOf(before).flatMap(({ plain, source }) => (plain ? [source] : [])));
  return leaksOf(after).filter((leak) => !open.has(leak.source) && !known.has(keyOf(leak)));
}
