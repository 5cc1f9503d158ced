/*
 * Which patterns of rewrite rules may fit a host that another one fits too. Most name hosts by their last labels, or networks by
 * their first numbers: two of these overlap only where one begins, or ends, with the other, so they are found by that text.
 */
import type { RulePattern } from '../../rewrite/index.js';

/** What patterns are compared by. */
export interface PlacedPattern {
  readonly pattern: Pick<RulePattern, 'kind' | 'text'>;
  /** The place in the order in which patterns count. */
  readonly place: number;
  /** The host, for a pattern without wildcards. */
  readonly exact: string | null;
}

/** The fixed end of names, beginning with a dot, or the fixed begin of literals; null for patterns with neither. */
interface FixedPart {
  readonly end: 'names' | 'literals';
  readonly text: string;
}

const isIpv6 = (text: string): boolean => text.startsWith('[ipv6:');

function fixedPartOf({ pattern: { kind, text: written }, exact }: PlacedPattern): FixedPart | null {
  const text = written.toLowerCase();
  if (isIpv6(text)) return null;
  switch (kind) {
    case 'host':
      if (exact === null) return null;
      return exact.startsWith('[') ? { end: 'literals', text: exact } : { end: 'names', text: `.${exact}` };
    case 'suffix':
      return text.startsWith('.') && !text.includes(']') ? { end: 'names', text } : null;
    case 'stars': {
      const last = text.slice(text.lastIndexOf('*') + 1);
      return last.startsWith('.') && !text.startsWith('[') ? { end: 'names', text: last } : null;
    }
    case 'literal-prefix': {
      const first = text.slice(0, -1);
      return first.endsWith('.') ? { end: 'literals', text: first } : null;
    }
    case 'any-literal':
    case 'all':
    case 'first':
    case 'percent':
    case 'bang':
      return null;
  }
}

/** The fixed parts that contain all that a fixed part does, itself the last: `.example`, `.domain.example`. */
function* widerThan({ end, text }: FixedPart): Generator<string> {
  if (end === 'names') {
    for (let at = text.lastIndexOf('.'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('.', at - 1)) {
      yield text.slice(at);
    }
    return;
  }
  for (let at = text.indexOf('.'); at !== -1; at = text.indexOf('.', at + 1)) yield text.slice(0, at + 1);
  if (!text.endsWith('.')) yield text;
}

/** Patterns by their fixed parts, to find those that overlap others. */
export class OverlappingPatterns<T extends PlacedPattern> {
  readonly #all: readonly T[];
  readonly #loose: T[] = [];
  /** Those with just this fixed part, except single hosts. */
  readonly #with = new Map<string, T[]>();
  /** Those with a longer one. */
  readonly #below = new Map<string, T[]>();

  constructor(all: readonly T[]) {
    this.#all = all;
    for (const one of all) {
      const fixed = fixedPartOf(one);
      if (fixed === null) this.#loose.push(one);
      else {
        for (const text of widerThan(fixed)) {
          if (text !== fixed.text) add(this.#below, text, one);
          else if (one.exact === null) add(this.#with, text, one);
          // A pattern for everything below a host does not fit the host itself.
        }
      }
    }
  }

  /** Those that count before a pattern, and may fit a host that it fits. Patterns of one place are not before each other. */
  before(one: T): readonly T[] {
    const fixed = fixedPartOf(one);
    const candidates =
      fixed === null
        ? this.#all
        : [
            ...this.#loose,
            ...[...widerThan(fixed)].flatMap((text) => this.#with.get(text) ?? []),
            ...(this.#below.get(fixed.text) ?? []),
          ];
    return candidates.filter(({ place }) => place < one.place);
  }
}

function add<T>(map: Map<string, T[]>, text: string, one: T): void {
  const known = map.get(text);
  if (known === undefined) map.set(text, [one]);
  else known.push(one);
}
