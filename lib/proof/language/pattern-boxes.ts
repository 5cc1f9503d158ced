/*
 * A pattern of a mapping table as languages of the fields of a probe. A wildcard may match the bars between fields too, so a
 * pattern is a union of boxes: in each of them every field is of a language of its own. With the bound `all` the boxes have every
 * probe that the pattern matches, and may have more; with `only` they have no other, and may lack some. The two differ for
 * back-matches, IPv6 networks, and what a pattern says of characters beyond ASCII.
 * Ref: PMDF 5.3, 5.3.1
 */
import {
  type AddressGlob,
  type CharacterClass,
  compileAddress,
  type MappingPattern,
  type PatternElement,
  testFor,
} from '../../mapping/index.js';
import { octetRanges } from '../inclusion/octet-reader.js';
import type { Bound } from '../inclusion/pattern-automaton.js';
import { bar, numbersWhere, wide } from './characters.js';
import type { Language, Languages } from './language.js';

/** A language for each field; null where any text is in it. */
export type Box = readonly (Language | null)[];

/** The fields of a probe: the text of those that are fixed, null for others. */
export type FieldTexts = readonly (string | null)[];

/** What an element matches within a field, and whether it may match a bar as well. */
interface Piece {
  readonly within: Language;
  readonly crosses: 'never' | 'one bar' | 'any bars';
}

/** A cut of a literal at a bar. */
type Part = Piece | 'bar';

/** Patterns with more boxes than this are not taken apart. */
const mostBoxes = 512;

/** Makes boxes of patterns. */
export class PatternBoxes {
  readonly #languages: Languages;
  readonly #classes = new Map<string, Language>();

  constructor(languages: Languages) {
    this.#languages = languages;
  }

  /** The boxes of a pattern for probes with these fields; null where they are too many. */
  of(pattern: MappingPattern, fields: FieldTexts, bound: Bound): readonly Box[] | null {
    const parts: Part[] = [];
    for (const [index, element] of pattern.entries()) {
      const made = this.#partsOf(element, pattern, index, bound);
      if (made === null) return [];
      for (const one of made) parts.push(one);
    }
    const search = new BoxSearch(this.#languages, parts, fields);
    return search.run();
  }

  /** What each wildcard that templates can name may stand for within a text without fields. */
  captured(pattern: MappingPattern): readonly Language[] {
    return pattern.flatMap((element, index) => {
      if (element.kind === 'literal' || !element.saved) return [];
      const [part] = this.#partsOf(element, pattern, index, 'all') ?? [];
      return [part === undefined || part === 'bar' ? this.#languages.anyField : part.within];
    });
  }

  #partsOf(
    element: PatternElement,
    pattern: MappingPattern,
    index: number,
    bound: Bound,
  ): readonly Part[] | null {
    const { anyField } = this.#languages;
    switch (element.kind) {
      case 'literal': {
        if (bound === 'only' && /[^\x00-\x7f]/.test(element.text)) return null;
        return element.text.split('|').flatMap((text, at): Part[] => {
          const piece: Piece[] =
            text === '' ? [] : [{ within: this.#languages.text(text), crosses: 'never' }];
          return at === 0 ? piece : ['bar', ...piece];
        });
      }
      case 'single': {
        const within = this.#oneOf(element.of, bound);
        return [{ within, crosses: matchesBar(element.of) ? 'one bar' : 'never' }];
      }
      case 'run': {
        const within =
          element.of.kind === 'any' ? anyField : this.#languages.repeated(this.#oneOf(element.of, bound));
        return [{ within, crosses: matchesBar(element.of) ? 'any bars' : 'never' }];
      }
      case 'back-match':
        return bound === 'only' ? null : [{ within: anyField, crosses: 'any bars' }];
      case 'address': {
        const within = this.#network(element, pattern, index, bound);
        return within === null ? null : [{ within, crosses: 'never' }];
      }
    }
  }

  #oneOf(of: CharacterClass, bound: Bound): Language {
    const key = `${bound} ${of.kind === 'set' ? JSON.stringify(of.ranges) : of.kind === 'named' ? of.letter : ''}`;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const test = testFor(of);
    const numbers = numbersWhere(test).filter((one) => one !== bar);
    const hasWide =
      of.kind === 'any' || (bound === 'all' && of.kind === 'set' && of.ranges.some(({ to }) => to > 127));
    const made = this.#languages.oneOf(hasWide ? [...numbers, wide] : numbers);
    this.#classes.set(key, made);
    return made;
  }

  /** Texts among which are all IPv6 addresses of a network, in every spelling. */
  #ipv6Network(glob: AddressGlob): Language {
    const text = (one: string): Language => this.#languages.text(one);
    const rest = this.#languages.repeated(
      this.#languages.oneOf(numbersWhere((code) => /[0-9A-F:.]/.test(String.fromCharCode(code)))),
    );
    const groups = leadingGroups(glob).flatMap((group) => [
      this.#languages.repeated(text('0')),
      text(`${group.toString(16)}:`),
    ]);
    const colon = text(':');
    const begin = groups.length === 0 ? [rest, colon, rest, colon] : groups;
    return this.#languages.joined(this.#languages.optional(text('ipv6:')), ...begin, rest);
  }

  /** The addresses of a network; null for none. */
  #network(
    element: Extract<PatternElement, { kind: 'address' }>,
    pattern: MappingPattern,
    index: number,
    bound: Bound,
  ): Language | null {
    const glob = compileAddress(element.form, element.address, element.bits);
    if (glob.isIpv6) {
      return bound === 'only' ? null : this.#ipv6Network(glob);
    }
    const ranges = octetRanges(glob);
    if (ranges === null) return null;
    // Beside a wildcard an address must not be a part of a longer one.
    const [before, after] = [pattern[index - 1], pattern[index + 1]];
    const isWhole = isEdge(before, 'end') && isEdge(after, 'start');
    if (bound === 'only' && !isWhole) return null;
    const octets = ranges.map(([least, greatest]) => this.#languages.numbersBetween(least, greatest));
    const dot = this.#languages.text('.');
    return this.#languages.joined(...octets.flatMap((octet, at) => (at === 0 ? [octet] : [dot, octet])));
  }
}

/** The groups at the start of a network that are the same in all its addresses, up to one that may be left out as zero. */
function leadingGroups({ network, bits }: AddressGlob): readonly number[] {
  const halves = network.flatMap((word) => [word >>> 16, word & 0xffff]);
  const groups = halves.slice(0, Math.min(7, Math.floor(bits / 16)));
  const zero = groups.indexOf(0);
  return zero === -1 ? groups : groups.slice(0, zero);
}

/** Whether what is beside an address cannot be a part of it. */
function isEdge(element: PatternElement | undefined, side: 'start' | 'end'): boolean {
  if (element === undefined) return true;
  if (element.kind !== 'literal') return false;
  const character = side === 'start' ? element.text.charAt(0) : element.text.charAt(element.text.length - 1);
  return !/[0-9.]/.test(character);
}

function matchesBar(of: CharacterClass): boolean {
  return of.kind === 'any' || testFor(of)(0x7c);
}

/** Distributes the bars between fields over the literals and wildcards of a pattern. */
class BoxSearch {
  readonly #languages: Languages;
  readonly #parts: readonly Part[];
  readonly #fields: FieldTexts;
  readonly #found = new Map<string, Box>();
  #isCut = false;

  constructor(languages: Languages, parts: readonly Part[], fields: FieldTexts) {
    this.#languages = languages;
    this.#parts = parts;
    this.#fields = fields;
  }

  run(): readonly Box[] | null {
    const literal = this.#parts.filter((part) => part === 'bar').length;
    this.#from(0, this.#fields.length - 1 - literal, [], []);
    return this.#isCut ? null : [...this.#found.values()];
  }

  /** `left`: bars that wildcards have to match; `done`: the fields before; `now`: the parts of the field at hand. */
  #from(at: number, left: number, done: readonly (Language | null)[], now: readonly Language[]): void {
    if (left < 0 || this.#isCut) return;
    const part = this.#parts[at];
    if (part === undefined) {
      if (left === 0) this.#end(done, now);
      return;
    }
    if (part === 'bar') {
      const closed = this.#close(done, now);
      if (closed !== null) this.#from(at + 1, left, closed, []);
      return;
    }
    const { within, crosses } = part;
    this.#from(at + 1, left, done, [...now, within]);
    if (crosses === 'one bar') {
      const closed = this.#close(done, now);
      if (closed !== null) this.#from(at + 1, left - 1, closed, []);
    } else if (crosses === 'any bars') {
      let closed = this.#close(done, [...now, within]);
      for (let bars = 1; bars <= left && closed !== null; bars += 1) {
        this.#from(at + 1, left - bars, closed, [within]);
        closed = this.#close(closed, [within]);
      }
    }
  }

  /** The fields with one more; null where that is fixed and of another text. */
  #close(done: readonly (Language | null)[], now: readonly Language[]): readonly (Language | null)[] | null {
    const language = this.#languages.joined(...now);
    if (language === this.#languages.nothing) return null;
    const fixed = this.#fields[done.length] ?? null;
    if (fixed !== null) return this.#languages.has(language, fixed) ? [...done, null] : null;
    return [...done, language === this.#languages.anyField ? null : language];
  }

  #end(done: readonly (Language | null)[], now: readonly Language[]): void {
    const box = this.#close(done, now);
    if (box === null || box.length !== this.#fields.length) return;
    if (this.#found.size === mostBoxes) this.#isCut = true;
    else this.#found.set(box.map((one) => one?.number ?? '').join(), box);
  }
}
