/*
 * A password on standard input: its first line, in UTF-8, without a byte order mark, which programs on Windows
 * write. A long wait is announced, since nothing else shows that input is missing.
 */

import { isUtf8 } from 'node:buffer';
import { longestPassword } from '../../runtime/passwords/index.js';

const announceAfterMs = 1_000;
const lineFeed = 10;
const byteOrderMark = '\uFEFF';

/** The octets up to the first line feed or the end; null if there are none. */
async function firstOctets(): Promise<Buffer | null> {
  let line: Buffer = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    line = Buffer.concat([line, Buffer.from(chunk)]);
    const end = line.indexOf(lineFeed);
    if (end >= 0) return line.subarray(0, end);
    if (line.length > longestPassword + byteOrderMark.length + 1)
      throw new Error(`the password is longer than ${longestPassword} octets`);
  }
  return line.length > 0 ? line : null;
}

/** The first line of standard input; null if there is none. Throws if it is not UTF-8 or too long. */
export async function firstLine(): Promise<string | null> {
  const announcement = setTimeout(() => {
    process.stderr.write('pmdf: waiting for the password: one line on standard input\n');
  }, announceAfterMs);
  try {
    const octets = await firstOctets();
    if (octets === null) return null;
    if (!isUtf8(octets))
      throw new Error('the password on standard input is not UTF-8; convert it, for example with iconv');
    const line = octets.toString('utf8').replace(/\r$/, '');
    return line.startsWith(byteOrderMark) ? line.slice(byteOrderMark.length) : line;
  } finally {
    clearTimeout(announcement);
    process.stdin.destroy();
  }
}
