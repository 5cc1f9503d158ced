/*
 * Fills the filter of a search for a mailbox. Every value is escaped, so that it cannot become part of the filter.
 *   $A   the address            $U   the local part without subaddress
 *   $D   the domain             $L   the same without `~` and `_` in front
 *   $H   its first label        $S   the subaddress
 *   $$   a dollar sign
 * Ref: PMDF 3.1.1 (table 3-1), 3.2.7; RFC 4515 3
 */
import { dequote, releaseBars, splitAddress, splitSubaddress } from '../address/index.js';

const sequences = 'ADHLSU$';

/** Escapes a value for a filter; octets beyond ASCII stay, as RFC 4515 permits. */
export function escapeFilterValue(value: string): string {
  return value.replace(/[\0()*\\]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    return `\\${code}`;
  });
}

/** What is wrong with a filter, with its place; null if nothing is. */
export function wrongInFilter(filter: string): { readonly offset: number; readonly message: string } | null {
  let depth = 0;
  for (let at = 0; at < filter.length; at += 1) {
    const character = filter.charAt(at);
    if (character === '$') {
      at += 1;
      if (!sequences.includes(filter.charAt(at).toUpperCase()) || at >= filter.length) {
        return {
          offset: at - 1,
          message: `\`${filter.slice(at - 1, at + 1)}\` is not a sequence of filters`,
        };
      }
    } else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth < 0 || (depth === 0 && at < filter.length - 1)) {
      return { offset: at, message: 'a filter is in one pair of parentheses' };
    }
  }
  return depth === 0 && filter !== ''
    ? null
    : { offset: 0, message: 'a parenthesis of the filter is not closed' };
}

/** Fills a filter for a mailbox; `localPart` may be another one than that of the address, without its detail. */
export function fillFilter(filter: string, address: string, localPart: string): string {
  const { domain } = splitAddress(address);
  const content = releaseBars(dequote(localPart));
  const { user, detail } = splitSubaddress(localPart);
  const name = releaseBars(dequote(user));
  const values: Readonly<Record<string, string>> = {
    A: `${content}@${domain ?? ''}`,
    D: domain ?? '',
    H: (domain ?? '').split('.', 1)[0] ?? '',
    L: name.replace(/^[~_]+/, ''),
    S: releaseBars(detail ?? ''),
    U: name,
  };
  return filter.replace(/\$(.)/g, (_sequence, letter: string) =>
    letter === '$' ? '$' : escapeFilterValue(values[letter.toUpperCase()] ?? ''),
  );
}
