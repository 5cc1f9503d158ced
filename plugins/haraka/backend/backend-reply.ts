/*
 * Replies of the next mail server, as replies for our client.
 * Ref: RFC 5321 4.2; RFC 3463
 */
import { type Reply, reply } from '../../../lib/smtp/index.js';

/** For a server that cannot be reached or does not answer. */
export const noAnswer = reply(451, '4.4.1', 'the next mail server does not answer, try again later');

/** For a server that is this gateway. Ref: RFC 5321 5.1 */
export const toOurselves = reply(
  554,
  '5.4.6',
  'the next mail server for this address is this gateway itself',
);

/** For a reply that does not answer the command. */
export const unexpected = reply(451, '4.5.0', 'unexpected reply from the next mail server, try again later');

/** For a message that is larger than the server permits. Ref: RFC 1870 6.1 */
export function tooLarge(limit: number | null): Reply {
  return reply(552, '5.3.4', `the next mail server takes at most ${limit ?? 0} octets`);
}

/** Replies about the gateway and not the message: it must authenticate or start TLS. */
const aboutGateway: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/** Whether a server refuses the gateway itself with this code, at any step. */
export function refusesGateway(code: number): boolean {
  return code === 421 || aboutGateway.has(code);
}

/** Reads the reply of a server; every line of it may begin with the enhanced code. */
export function readReply(code: number, lines: readonly string[]): Reply {
  const enhanced = /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/.exec(lines[0] ?? '')?.[0] ?? '';
  const withoutCode = (line: string): string =>
    line.startsWith(enhanced) ? line.slice(enhanced.length) : line;
  const text = lines.map((line) => withoutCode(line).trim()).join(' ');
  if (refusesGateway(code)) return reply(451, '4.3.0', text);
  if (Number.isNaN(code) || code < 200 || code > 599 || (code >= 300 && code < 400))
    return reply(451, '4.5.0', text);
  return reply(code, enhanced.startsWith(String(code).charAt(0)) ? enhanced : '', text);
}
