/*
 * Netstrings: the length in decimal, a colon, the octets, a comma.
 * Ref: D. J. Bernstein, Netstrings (1997); Postfix socketmap_table(5), PROTOCOL
 */

export function netstring(text: string): Buffer {
  const octets = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from(`${octets.length}:`, 'latin1'), octets, Buffer.from(',', 'latin1')]);
}

/**
 * What the octets so far are: not a netstring, one that is all of them, or too few; `wants` is how many there must be before
 * it makes sense to look again.
 */
export type NetstringRead =
  | { readonly kind: 'unfinished'; readonly wants: number }
  | { readonly kind: 'wrong'; readonly cause: string }
  | { readonly kind: 'read'; readonly octets: Buffer };

const colon = 0x3a;
const comma = 0x2c;

function wrong(cause: string): NetstringRead {
  return { kind: 'wrong', cause };
}

/** Reads one netstring of at most `longest` octets. */
export function readNetstring(given: Buffer, longest: number): NetstringRead {
  const most = String(longest).length;
  const at = given.subarray(0, most + 1).indexOf(colon);
  const digits = given.toString('latin1', 0, at === -1 ? Math.min(given.length, most + 1) : at);
  if (!/^(?:0|[1-9][0-9]*)?$/.test(digits) || (at !== -1 && digits === ''))
    return wrong('the reply is no netstring');
  if (at === -1)
    return given.length > most
      ? wrong('the reply is no netstring')
      : { kind: 'unfinished', wants: given.length + 1 };
  const length = Number(digits);
  if (length > longest) return wrong(`the reply has ${length} octets, more than ${longest}`);
  const end = at + 1 + length;
  if (given.length <= end) return { kind: 'unfinished', wants: end + 1 };
  if (given[end] !== comma) return wrong('the reply is no netstring');
  if (given.length > end + 1) return wrong('the reply is followed by something else');
  return { kind: 'read', octets: given.subarray(at + 1, end) };
}
