/*
 * A large file kept as its octets: another thread shares them, where a string would be copied, in one pause of tens of
 * milliseconds, and they are nothing to collect. Only ASCII, so that a character is an octet and every place is the same in
 * both. The text is made when somebody asks for it; readers of lines do not.
 */
import type { SourceFile, Span } from './source.js';

/** What readers need of a text; every string has it. */
export interface Characters {
  readonly length: number;
  charCodeAt(at: number): number;
  indexOf(character: string, from: number): number;
  lastIndexOf(character: string, from: number): number;
  slice(from: number, to: number): string;
}

class OctetCharacters implements Characters {
  readonly octets: Buffer;

  constructor(octets: Uint8Array) {
    this.octets = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  get length(): number {
    return this.octets.length;
  }

  charCodeAt(at: number): number {
    return this.octets[at] ?? Number.NaN;
  }

  indexOf(character: string, from: number): number {
    return this.octets.indexOf(character.charCodeAt(0), from);
  }

  lastIndexOf(character: string, from: number): number {
    return this.octets.lastIndexOf(character.charCodeAt(0), from);
  }

  slice(from: number, to: number): string {
    return this.octets.toString('latin1', from, to);
  }
}

// By the object itself: a copy with another text, such as one without passwords, has no octets.
const charactersKnown = new WeakMap<SourceFile, OctetCharacters>();

/** A file of these octets, all of them ASCII. They must not change. */
export function octetSource(
  { name, shortName }: Pick<SourceFile, 'name' | 'shortName'>,
  octets: Uint8Array,
  includedFrom?: Span,
): SourceFile {
  const characters = new OctetCharacters(octets);
  let text: string | null = null;
  const source: SourceFile = {
    name,
    shortName,
    get text() {
      text ??= characters.slice(0, characters.length);
      return text;
    },
    ...(includedFrom === undefined ? {} : { includedFrom }),
  };
  charactersKnown.set(source, characters);
  return source;
}

/** The octets of a file that is kept as such; null for others. */
export function octetsOf(source: SourceFile): Uint8Array | null {
  return charactersKnown.get(source)?.octets ?? null;
}

/** The text of a file, without making a string of all of it. */
export function charactersOf(source: SourceFile): Characters {
  return charactersKnown.get(source) ?? source.text;
}

/** The same file, included by a line of another. */
export function includedAt(source: SourceFile, from: Span): SourceFile {
  const octets = octetsOf(source);
  return octets === null ? { ...source, includedFrom: from } : octetSource(source, octets, from);
}
