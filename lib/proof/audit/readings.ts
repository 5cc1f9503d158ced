/*
 * How mail servers may read an address that they are given, as far as it leads to a host that a stranger named. The relay
 * audit judges the policy by these readings, so they share nothing with the built-in entries.
 *   u%host at one of our hosts   -> u@host            the last percent sign first
 *   host!u                       -> u@host            the first bang first
 *   "u@host", u\@host, <u@host>  -> u@host            without quotes and escapes
 *   @host:u@other                -> to `host`, or without the route
 *   u+detail                     -> u
 * Servers differ in what they read first, so every order is followed. Each reading is shorter than the one before. For
 * addresses that the audit made itself, not for a stranger's.
 * Ref: RFC 5321 F.2; RFC 1123 5.2.16; RFC 976 4.2
 */
import { foldDomain } from '../../address/index.js';

/** The readings of an address one after the other: the address itself first, the one at the stranger's host last. */
export type Reading = readonly string[];

/** The offset of the last at sign outside quotes; -1 without one. */
function atSign(text: string): number {
  let last = -1;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === '@' && !quoted) last = i;
  }
  return last;
}

/** The text without quotes and backslashes. */
function bareText(text: string): string {
  let bare = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && i + 1 < text.length) i++;
    else if (text[i] === '"') continue;
    bare += text[i] ?? '';
  }
  return bare;
}

/** The addresses that a server may read in a local part. */
function unwrapped(localPart: string): string[] {
  const found: string[] = [];
  for (const text of new Set([localPart, bareText(localPart)])) {
    if (text.startsWith('<') && text.endsWith('>')) found.push(text.slice(1, -1));
    if (text.includes('@')) found.push(text);
    const bang = text.indexOf('!');
    if (bang !== -1) found.push(`${text.slice(bang + 1)}@${text.slice(0, bang)}`);
    const percent = text.lastIndexOf('%');
    if (percent !== -1) found.push(`${text.slice(0, percent)}@${text.slice(percent + 1)}`);
    const plus = text.indexOf('+', 1);
    if (plus !== -1) found.push(text.slice(0, plus));
  }
  return found;
}

/** One reading: the host that the mail goes to, and what the address may be there. */
interface Step {
  readonly host: string;
  readonly next: readonly string[];
}

function stepsOf(text: string): Step[] {
  const colon = text.startsWith('@') ? text.indexOf(':', text.indexOf(']') + 1) : -1;
  if (colon !== -1) {
    const [first = '', ...others] = text.slice(1, colon).split(',');
    const rest = text.slice(colon + 1);
    const followed = others.length === 0 ? rest : `${others.join(',')}:${rest}`;
    return [{ host: first, next: [followed, rest] }];
  }
  const at = atSign(text);
  const localPart = at === -1 ? text : text.slice(0, at);
  return [{ host: at === -1 ? '' : text.slice(at + 1), next: unwrapped(localPart) }];
}

/** More than any form of the audit has. */
const mostReadings = 2_000;

/** Finds a reading that leads to one of some hosts; null when there is none. */
export function readingTowards(address: string, hosts: ReadonlySet<string>): Reading | null {
  const seen = new Set([address]);
  const open: Reading[] = [[address]];
  for (const way of open) {
    for (const { host, next } of stepsOf(way.at(-1) ?? '')) {
      if (hosts.has(foldDomain(host))) return way;
      for (const text of next) {
        if (seen.has(text)) continue;
        if (seen.size === mostReadings) throw new Error(`too many readings of ${address}`);
        seen.add(text);
        open.push([...way, text]);
      }
    }
  }
  return null;
}
