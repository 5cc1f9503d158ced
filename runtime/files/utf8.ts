/*
 * The place where a file stops being valid UTF-8.
 * Ref: RFC 3629 4
 */
import { isUtf8 } from 'node:buffer';

const longestSequence = 4;

/** The offset of the first sequence that is not UTF-8; null if there is none. */
export function firstBadOctet(bytes: Uint8Array): number | null {
  if (isUtf8(bytes)) return null;
  // A binary search for the longest valid prefix. A prefix may end within a sequence, so a few shorter ones are tried too.
  let valid = 0;
  let longest = bytes.length;
  while (valid < longest) {
    const middle = Math.min(longest, Math.max(valid + longestSequence, (valid + longest) >> 1));
    let end = middle;
    while (end > valid && end > middle - longestSequence && !isUtf8(bytes.subarray(valid, end))) end -= 1;
    if (end > valid && end > middle - longestSequence) valid = end;
    else longest = Math.max(valid, middle - longestSequence);
  }
  return valid;
}
