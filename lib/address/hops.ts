/*
 * The hosts to which some mail server might route a local part: the heart of relay safety.
 *
 *   v%host   v@host (quoted or escaped)   host!v   host::v   @host,@host:v@host   IMCEASMTP-v+40host
 *
 * Servers disagree on which sign binds first, on quotes, comments, blanks and Unicode look-alikes. So no order is assumed: the
 * text is cut at every routing sign, quoted or not, and what is right of `%` and `@` or left of `!` and `::` is a host. A
 * stranger's text may name more hosts than any server would see; an honest local part, without a routing sign, names none.
 * Linear in the text; never fails.
 * Ref: RFC 5321 F.2; RFC 5321 4.1.2; RFC 1123 5.2.16; PMDF 2.2.3.1
 */
import { dequote } from './local-part.js';

/** An address; only its local part counts here. */
interface WithLocalPart {
  readonly localPart: string;
}

/** What ends a field: a routing sign, or the end of the text. */
type Sign = '%' | '@' | '!' | '::' | '';

/** A stretch of text between two routing signs. */
interface Field {
  readonly before: Sign;
  readonly text: string;
  readonly after: Sign;
}

const routingSign = /[%@!]|::/;
const routingSigns = /[%@!]|::/g;
/** What no honest hop has: quotes within quotes, comments, angle brackets, lists, blanks, nobody at either end. */
const doubtful = /["\\()<>,;\s]|^%|[!:]$/;
const nonAscii = /[^\x00-\x7f]/;
/** One item at a time: an address literal, a routing sign, or any other character. */
const item = /\[[0-9A-Za-z.:-]*\]|::|[\s\S]/g;
const separator = /[,;:]/;
/** Quotes, escapes, comments, angle brackets, blanks and controls: servers drop them, stop at them or keep them. */
const ornaments = /[\x00-\x20\x7f"\\()<>]+/;
const quotesAndEscapes = /["\\]/g;
const encapsulation = /(?:^|[^0-9A-Za-z])IMCEASMTP-/i;
const encodedCharacter = /\+([0-9A-Fa-f]{2})/g;

/** Matches every local part with routing, and few others: a sign, what may hide one or become one, or an encapsulation. */
export const routingTrace = /[%@!:"\\(]|[^\x00-\x7f]|IMCEASMTP-/i;

/**
 * Gives every host that the local part of an address routes to, none twice: in the spelling found after NFKC, and as written
 * where that differs, since a server that does not fold sees another host. A sign without a host gives the empty host. A host
 * that can be read in several ways gives each part, their join, and the whole in double quotes, which is never the name of a
 * host and so never local; the same for a local part with a comment next to its routing.
 */
export function routingHosts(address: WithLocalPart): readonly string[] {
  const folded = foldCompatible(address.localPart);
  const hosts = new Set<string>();
  for (const reading of readings(address.localPart, folded)) {
    for (const field of fieldsOf(reading)) addHosts(field, hosts);
  }
  if (isOpaque(folded)) hosts.add(`"${folded}"`);
  return [...hosts];
}

/**
 * Tells whether servers may see different hosts in a local part: it has routing signs of two kinds, so that the order counts, or
 * something that ends a host for one server and not for another.
 */
export function isAmbiguous(address: WithLocalPart): boolean {
  const content = foldCompatible(dequote(address.localPart));
  const kinds = new Set(content.match(routingSigns));
  return kinds.size > 1 || (kinds.size === 1 && doubtful.test(content));
}

/** The texts to search, those without a routing sign left out: folded, as written, without comments or encapsulation. */
function readings(written: string, folded: string): string[] {
  const texts = written === folded ? [folded] : [folded, written];
  if (folded.includes('(')) texts.push(withoutComments(folded));
  const inner = decapsulate(folded);
  if (inner !== null) texts.push(inner);
  return texts.filter((text) => routingSign.test(text));
}

/** Whether the readings may miss a host: comments beside routing, or an encapsulation of something other than an address. */
function isOpaque(folded: string): boolean {
  if (folded.includes('(') && routingSign.test(folded)) return true;
  const inner = decapsulate(folded);
  return inner !== null && (!inner.includes('@') || inner.includes('(') || decapsulate(inner) !== null);
}

/** Takes an address out of the form in which Exchange wraps it as a local part (`+40` is `@`); null if it is not wrapped. */
function decapsulate(text: string): string | null {
  const plain = text.replace(quotesAndEscapes, '');
  const match = encapsulation.exec(plain);
  if (match === null) return null;
  const inner = plain.slice(match.index + match[0].length);
  return foldCompatible(
    inner.replace(encodedCharacter, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  );
}

/**
 * Folds look-alikes such as the full-width percent sign as IDNA does. Character by character: nothing composes to or
 * from a routing sign, and normalizing a long run of combining marks at once is not linear.
 */
function foldCompatible(text: string): string {
  if (!nonAscii.test(text)) return text;
  return Array.from(text, (character) => (character < '\x80' ? character : character.normalize('NFKC'))).join(
    '',
  );
}

/** Drops what is in parentheses, nested ones too; an unclosed one reaches to the end. */
function withoutComments(text: string): string {
  let depth = 0;
  let kept = '';
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (depth === 0) kept += character;
  }
  return kept;
}

/** Cuts a text at its routing signs. A literal such as `[IPv6:2001:db8::1]` is not cut. */
function* fieldsOf(text: string): Generator<Field> {
  let before: Sign = '';
  let start = 0;
  for (const match of text.matchAll(item)) {
    const [found] = match;
    if (found !== '%' && found !== '@' && found !== '!' && found !== '::') continue;
    yield { before, text: text.slice(start, match.index), after: found };
    before = found;
    start = match.index + found.length;
  }
  yield { before, text: text.slice(start), after: '' };
}

function addHosts(field: Field, hosts: Set<string>): void {
  const isRightOfSign = field.before === '@' || field.before === '%';
  const isLeftOfSign = field.after === '!' || field.after === '::';
  if (!isRightOfSign && !isLeftOfSign) return;

  const parts = partsOf(field.text);
  // In `@host:user@` and `user@host,user@` the last part is the next user, unless there is no host but that part.
  const endsInUser = !isLeftOfSign && parts.slice(0, -1).some((part) => part !== '');
  for (const part of endsInUser ? parts.slice(0, -1) : parts) addReadings(part, hosts);
}

/** Splits a field at the separators of routes and lists; those inside a literal do not count. */
function partsOf(text: string): string[] {
  if (!separator.test(text)) return [text];
  const parts: string[] = [];
  let start = 0;
  for (const match of text.matchAll(item)) {
    if (!separator.test(match[0]) || match[0].length > 1) continue;
    parts.push(text.slice(start, match.index));
    start = match.index + 1;
  }
  parts.push(text.slice(start));
  return parts;
}

function addReadings(part: string, hosts: Set<string>): void {
  const fragments = part.split(ornaments).filter((fragment) => fragment !== '');
  if (fragments.length > 1) {
    for (const fragment of fragments) hosts.add(closed(fragment));
    hosts.add(fragments.join(''));
    const [first = '', end = ''] = [fragments[0], fragments.at(-1)];
    hosts.add(`"${part.slice(part.indexOf(first), part.lastIndexOf(end) + end.length)}"`);
  } else {
    hosts.add(closed(fragments[0] ?? ''));
  }
}

/** Closes an address literal that was left open, as Postfix does. */
function closed(host: string): string {
  return host.startsWith('[') && !host.includes(']') ? `${host}]` : host;
}
