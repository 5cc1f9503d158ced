/*
 * The strict reading of what MAIL FROM and RCPT TO carry, with the source route that Haraka's parsed form has lost.
 *   path       = "<" inner ">" | inner
 *   inner      = nothing | [ route ] local-part [ "@" host ]
 *   route      = "@" host *( "," "@" host ) ":"
 *   local-part = atom *( "." atom ) | quoted-string
 *   host       = label *( "." label ) | "[" literal "]"
 * Accepts what Haraka accepts, and any local part without a domain and literals in a route. Haraka limits the lengths of local
 * parts and paths. One pass; for a malformed path the result is the place and what was expected there.
 * Ref: RFC 5321 4.1.2; RFC 5321 4.1.3; RFC 6531 3.3
 */
import { type Path, wireAddress } from './address.js';
import { atext, literalText, quotedText, wide } from './characters.js';
import { type HostNames, isPlainName, toAsciiName } from './domain.js';
import { parseAddressLiteral } from './literal.js';

/** A path, or where it breaks the grammar: a UTF-16 offset into the text, and what was expected there. */
export type ParsedPath =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'malformed'; readonly offset: number; readonly expected: string };

const longestLabel = 63;
const longestDomain = 255;

/** Runs of characters, each matched from the place where the reader is. */
const atom = new RegExp(`[${wide}${atext}]+`, 'uy');
const quotedRun = new RegExp(`[${wide}${quotedText}]+`, 'uy');
const literalRun = new RegExp(`[${literalText}]+`, 'uy');
const labelRuns: Readonly<Record<HostNames, RegExp>> = {
  strict: new RegExp(`[${wide}0-9A-Za-z-]+`, 'uy'),
  underscores: new RegExp(`[${wide}0-9A-Za-z_-]+`, 'uy'),
};
const printable = /[ -~]/;

/**
 * Parses a path with or without angle brackets; nothing and `<>` are the null path. `names` says where it comes from:
 * over SMTP, or from our own files and databases, whose host names may hold `_`.
 */
export function parsePath(text: string, names: HostNames = 'strict'): ParsedPath {
  if (text === '' || text === '<>') return { kind: 'path', path: { kind: 'null' } };
  return plainPath(text) ?? readPath(text, names);
}

/** The plain reading of any path but the null path. */
export function readPath(text: string, names: HostNames): ParsedPath {
  return new PathReader(text, names).read();
}

/** Tells whether SMTP can carry an address that the policy made; neither the null path nor one in angle brackets is an address. */
export function isCarried(text: string): boolean {
  if (text.startsWith('<')) return false;
  const parsed = parsePath(text, 'underscores');
  if (parsed.kind === 'malformed' || parsed.path.kind === 'null') return false;
  return wireAddress(parsed.path.address, 'underscores') !== null;
}

const noRoute: readonly string[] = Object.freeze([]);

/** Reads a path that is an address at first sight, as most are: a dot-string of ASCII at a plain name; null for every other. */
function plainPath(text: string): ParsedPath | null {
  const at = text.lastIndexOf('@');
  const isBracketed = text.startsWith('<');
  if (at === -1 || (isBracketed && !text.endsWith('>'))) return null;
  const localPart = text.slice(isBracketed ? 1 : 0, at);
  const domain = text.slice(at + 1, isBracketed ? -1 : undefined);
  if (!isPlainName(domain) || !plainLocalPart.test(localPart)) return null;
  return { kind: 'path', path: { kind: 'address', address: { route: noRoute, localPart, domain } } };
}

const plainLocalPart = new RegExp(`^[${atext}]+(?:\\.[${atext}]+)*$`);

/** Reads a path from left to right. Each step gives false, or null, once something malformed has been noted. */
class PathReader {
  readonly #text: string;
  readonly #label: RegExp;
  #offset = 0;
  #malformed: ParsedPath | null = null;

  constructor(text: string, names: HostNames) {
    this.#text = text;
    this.#label = labelRuns[names];
  }

  read(): ParsedPath {
    const isBracketed = this.#skip('<');
    const route = this.#route();
    const localPart = route && this.#localPart();
    if (route && localPart !== null) {
      const domain = this.#skip('@') ? this.#domain() : null;
      if (this.#end(isBracketed, domain === null)) {
        return { kind: 'path', path: { kind: 'address', address: { route, localPart, domain } } };
      }
    }
    return this.#malformed ?? { kind: 'malformed', offset: this.#offset, expected: 'a path' };
  }

  #end(isBracketed: boolean, isBare: boolean): boolean {
    if (this.#malformed !== null) return false;
    const rest = isBare ? '`@` or ' : '';
    if (isBracketed && !this.#skip('>')) return this.#expect(`${rest}\`>\``);
    return this.#offset === this.#text.length || this.#expect(`${isBracketed ? '' : rest}the end`);
  }

  #route(): string[] | null {
    const route: string[] = [];
    if (this.#text[this.#offset] !== '@') return route;
    do {
      if (!this.#skip('@')) return this.#fail('`@` and the next host of the route');
      const host = this.#host();
      if (host === null) return null;
      route.push(host);
    } while (this.#skip(','));
    return this.#skip(':') ? route : this.#fail('`,` or `:` after a host of the route');
  }

  #localPart(): string | null {
    const start = this.#offset;
    const isWhole = this.#text[start] === '"' ? this.#quotedString() : this.#dotString();
    return isWhole ? this.#text.slice(start, this.#offset) : null;
  }

  #dotString(): boolean {
    do {
      const start = this.#offset;
      this.#skipRun(atom);
      if (this.#offset === start) return this.#expect('a local part');
    } while (this.#skip('.'));
    return true;
  }

  #quotedString(): boolean {
    this.#offset++;
    for (;;) {
      this.#skipRun(quotedRun);
      if (this.#skip('"')) return true;
      if (!this.#skip('\\')) {
        const isOver = this.#offset >= this.#text.length;
        return this.#expect(isOver ? '`"` at the end of the quoted local part' : 'a printable character');
      }
      if (!printable.test(this.#text.charAt(this.#offset))) {
        return this.#expect('a printable character after the backslash');
      }
      this.#offset++;
    }
  }

  /** The host after the local part: besides the grammar it must fit the DNS and, with U-labels, have an ASCII form. */
  #domain(): string | null {
    const start = this.#offset;
    const host = this.#host();
    if (host === null) return null;
    if (Buffer.byteLength(host) > longestDomain) {
      return this.#failAt(start, `a domain of at most ${longestDomain} octets`);
    }
    return toAsciiName(host) === null ? this.#failAt(start, 'a domain that has an ASCII form') : host;
  }

  #host(): string | null {
    const start = this.#offset;
    const isWhole = this.#text[start] === '[' ? this.#literal() : this.#name();
    return isWhole ? this.#text.slice(start, this.#offset) : null;
  }

  #literal(): boolean {
    const start = this.#offset;
    this.#offset++;
    this.#skipRun(literalRun);
    if (!this.#skip(']')) return this.#expect('`]` at the end of the address literal');
    if (parseAddressLiteral(this.#text.slice(start, this.#offset)) !== null) return true;
    this.#offset = start;
    return this.#expect('an address literal such as `[192.0.2.1]` or `[IPv6:2001:db8::1]`');
  }

  #name(): boolean {
    do {
      if (!this.#skipLabel()) return false;
    } while (this.#skip('.'));
    return true;
  }

  #skipLabel(): boolean {
    const start = this.#offset;
    this.#skipRun(this.#label);
    const label = this.#text.slice(start, this.#offset);
    if (label === '' || label.startsWith('-')) {
      this.#offset = start;
      return this.#expect('a domain');
    }
    if (label.endsWith('-')) return this.#expect('a letter or digit after the hyphen');
    if (Buffer.byteLength(label) <= longestLabel) return true;
    this.#offset = start;
    return this.#expect(`a label of at most ${longestLabel} octets`);
  }

  #skipRun(run: RegExp): void {
    run.lastIndex = this.#offset;
    if (run.test(this.#text)) this.#offset = run.lastIndex;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false;
    this.#offset++;
    return true;
  }

  #expect(expected: string): false {
    this.#malformed ??= { kind: 'malformed', offset: this.#offset, expected };
    return false;
  }

  #fail(expected: string): null {
    this.#expect(expected);
    return null;
  }

  #failAt(offset: number, expected: string): null {
    this.#offset = offset;
    return this.#fail(expected);
  }
}
