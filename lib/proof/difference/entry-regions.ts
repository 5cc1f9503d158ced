/*
 * Which probes an access table answers differently under two policies: for every entry that only one of them has, the probes that
 * it takes, by the entry that takes them under the other policy. Both tables answer a probe that none of these entries takes by the
 * same entry. Without a region the tables answer alike, unless something is `uncertain`.
 */
import type { AccessTable } from '../../access/index.js';
import { StepBudget } from '../../engine/index.js';
import {
  type CompiledTable,
  type Entry,
  EntryScan,
  fold,
  type MappingPattern,
  type MappingTable,
  otherSpellings,
  subjectOf,
} from '../../mapping/index.js';
import { matchesText } from '../inclusion/example-text.js';
import type { Bound } from '../inclusion/pattern-automaton.js';
import { alwaysEndsTable, outcomesOf, passesOutputOn } from '../inclusion/template-outcomes.js';
import type { AddressLanguages } from '../language/address-languages.js';
import { findText } from '../language/find-text.js';
import type { Language } from '../language/language.js';
import type { PatternBoxes } from '../language/pattern-boxes.js';
import { WorkLimitReached } from '../language/work-limit-reached.js';
import type { ProbeSpace } from './probe-space.js';
import { joinFields } from './probe-space.js';
import { EntryAnswers } from './same-outcome.js';

/** Probes that are taken by one entry under one policy, and by another one, or none, under the other. */
export interface Region {
  readonly space: ProbeSpace;
  readonly before: Entry | null;
  readonly now: Entry | null;
  /** Has all of them, and may have more. */
  readonly language: Language;
  /** One of them. */
  readonly text: string;
}

export interface Regions {
  readonly regions: readonly Region[];
  /** Why there may be more; null where these are all. */
  readonly uncertain: string | null;
}

/** The two forms of a table. */
export interface ComparedTable {
  readonly entries: readonly Entry[];
  readonly compiled: CompiledTable | null;
}

/** The work for one text, and for all texts of one entry. */
const textLimit = 300_000;
const mostTexts = 60;
const mostRegions = 24;
const matchSteps = 200_000;

/** The literals at the ends of a pattern, folded; empty where a wildcard is there. */
interface Ends {
  readonly first: string;
  readonly last: string;
}

function endsOf(pattern: MappingPattern): Ends {
  const [first] = pattern;
  const last = pattern.at(-1);
  return {
    first: first?.kind === 'literal' ? fold(first.text) : '',
    last: last?.kind === 'literal' ? fold(last.text) : '',
  };
}

/** The ends of a pattern in each of its spellings. */
function allEndsOf(pattern: MappingPattern): readonly Ends[] {
  return [pattern, ...otherSpellings(pattern)].map(endsOf);
}

/** Whether two patterns may match one text, by their outer literals. */
function mayMeet(ones: readonly Ends[], others: readonly Ends[]): boolean {
  return ones.some((one) =>
    others.some(
      (other) =>
        (one.first.startsWith(other.first) || other.first.startsWith(one.first)) &&
        (one.last.endsWith(other.last) || other.last.endsWith(one.last)),
    ),
  );
}

/** One side in the search for the regions of an entry. */
class SearchedTable {
  readonly entries: readonly Entry[];
  readonly passesOn: boolean;
  readonly #compiled: CompiledTable | null;
  readonly #alwaysEnds = new Map<Entry, boolean>();
  #ends: readonly (readonly Ends[])[] | null = null;
  #places: ReadonlyMap<Entry, number> | null = null;

  constructor({ entries, compiled }: ComparedTable) {
    this.entries = entries;
    this.#compiled = compiled;
    this.passesOn = entries.some(({ template }) => passesOutputOn(template));
  }

  /** The first entry that matches a text; null for none, undefined where that cannot be told. */
  firstFor(text: string): Entry | null | undefined {
    const table = this.#compiled;
    if (table === null) return null;
    const scan = new EntryScan(table.index, subjectOf(text), 0);
    for (let at = scan.next(); at !== -1; at = scan.next()) {
      const candidate = table.entries[at];
      if (candidate === undefined) return undefined;
      for (const pattern of [candidate.pattern, ...candidate.otherSpellings]) {
        const matches = matchesText(pattern, text, new StepBudget(matchSteps));
        if (matches === null) return undefined;
        if (matches) return this.entries[at];
      }
    }
    return null;
  }

  /** Whether an entry is tried before another one; no entry is tried after all. */
  comesBefore(one: Entry | null, other: Entry): boolean {
    this.#places ??= new Map(this.entries.map((entry, at) => [entry, at]));
    const place = (entry: Entry): number => this.#places?.get(entry) ?? this.entries.length;
    return one !== null && place(one) < place(other);
  }

  /** The entries that may match a text that another one matches. */
  meeting({ pattern }: Entry): readonly Entry[] {
    const own = allEndsOf(pattern);
    return this.entries.filter((_one, at) => mayMeet(own, this.#endsAt(at)));
  }

  #endsAt(at: number): readonly Ends[] {
    this.#ends ??= this.entries.map((one) => allEndsOf(one.pattern));
    return this.#ends[at] ?? [{ first: '', last: '' }];
  }

  alwaysEnds(entry: Entry): boolean {
    const known = this.#alwaysEnds.get(entry);
    if (known !== undefined) return known;
    const made = alwaysEndsTable(outcomesOf(entry.template));
    this.#alwaysEnds.set(entry, made);
    return made;
  }
}

/** Finds the regions of one table. */
export class RegionFinder {
  readonly #addresses: AddressLanguages;
  readonly #boxes: PatternBoxes;
  readonly #answers: EntryAnswers;
  readonly #before: SearchedTable;
  readonly #now: SearchedTable;
  readonly #languages = new Map<Entry, Map<string, Language | null>>();

  constructor(
    table: AccessTable,
    addresses: AddressLanguages,
    boxes: PatternBoxes,
    before: ComparedTable,
    now: ComparedTable,
  ) {
    this.#addresses = addresses;
    this.#boxes = boxes;
    this.#answers = new EntryAnswers(table);
    this.#before = new SearchedTable(before);
    this.#now = new SearchedTable(now);
  }

  /** The probes that an entry matches; null where its pattern cannot be taken apart, or matches no certain one. */
  #matched(entry: Entry, space: ProbeSpace, bound: Bound): Language | null {
    const ofEntry = this.#languages.get(entry) ?? new Map<string, Language | null>();
    this.#languages.set(entry, ofEntry);
    const key = `${bound} ${space.whole.number}`;
    const known = ofEntry.get(key);
    if (known !== undefined) return known;
    const { languages } = this.#addresses;
    const found: Language[] = [];
    let isCut = false;
    for (const pattern of [entry.pattern, ...otherSpellings(entry.pattern)]) {
      const boxes = this.#boxes.of(
        pattern,
        space.fields.map(() => null),
        bound,
      );
      if (boxes === null) isCut = true;
      for (const box of boxes ?? []) {
        const fields = box.map((field, at) => {
          const may = space.languages[at] ?? languages.anyField;
          return field === null ? may : languages.intersection([field, may]);
        });
        found.push(joinFields(this.#addresses, fields));
      }
    }
    const made = isCut ? (bound === 'all' ? space.whole : null) : languages.union(found);
    ofEntry.set(key, made);
    return made;
  }

  /**
   * A probe that one entry takes on its side and another, or none, on the other side; null if there is none, and undefined where that
   * cannot be told. The order of the tables is searched only as far as it stands in the way.
   */
  #findProbe(
    space: ProbeSpace,
    entry: { readonly own: Entry; readonly side: SearchedTable },
    other: { readonly taken: Entry | null; readonly side: SearchedTable },
  ): { readonly text: string; readonly language: Language } | null | undefined {
    const { languages } = this.#addresses;
    const own = this.#matched(entry.own, space, 'all');
    const taken = other.taken === null ? null : this.#matched(other.taken, space, 'all');
    let language = languages.intersection([own ?? space.whole, taken ?? space.whole]);
    let isTooWide = false;
    for (let tried = 0; tried < mostTexts; tried += 1) {
      const text = findText(languages, language, { left: textLimit });
      if (text === null) return isTooWide ? undefined : null;
      const [here, there] = [entry.side.firstFor(text), other.side.firstFor(text)];
      if (here === entry.own && there === other.taken) return { text, language };
      const isInWay = here === entry.own ? there : here;
      const side = here === entry.own ? other.side : entry.side;
      if (isInWay === undefined) return undefined;
      const wanted = here === entry.own ? other.taken : entry.own;
      if (wanted !== null && !side.comesBefore(isInWay, wanted)) {
        // The wanted entry does not match this text, though it may match others like it.
        isTooWide = true;
        language = languages.difference(language, languages.text(text));
        continue;
      }
      if (isInWay === null || !side.alwaysEnds(isInWay)) return undefined;
      const stopped = this.#matched(isInWay, space, 'only');
      if (stopped === null || !languages.has(stopped, text)) return undefined;
      language = languages.difference(language, stopped);
    }
    return undefined;
  }

  /** The regions of an entry that one side has, against all that the other side may do. */
  #regionsOf(space: ProbeSpace, own: Entry, isNow: boolean): Regions {
    const [side, otherSide] = isNow ? [this.#now, this.#before] : [this.#before, this.#now];
    const regions: Region[] = [];
    let uncertain: string | null = null;
    const all = this.#matched(own, space, 'all');
    if (all === this.#addresses.languages.nothing) return { regions, uncertain };
    const rivals: (Entry | null)[] = [null, ...otherSide.meeting(own)];
    for (const taken of rivals) {
      if (
        this.#answers.areSame(own, taken) &&
        side.alwaysEnds(own) &&
        (taken === null || otherSide.alwaysEnds(taken))
      ) {
        continue;
      }
      if (regions.length === mostRegions) {
        uncertain ??= 'it meets many other entries';
        break;
      }
      const found = this.#findProbe(space, { own, side }, { taken, side: otherSide });
      if (found === undefined) uncertain ??= 'which entries come before it cannot be told';
      else if (found !== null) {
        const { text, language } = found;
        regions.push({ space, before: isNow ? taken : own, now: isNow ? own : taken, language, text });
      }
    }
    return { regions, uncertain };
  }

  /** The regions of an entry, `now` if the new policy has it, in all forms of probes. Never throws. */
  regionsOf(spaces: readonly ProbeSpace[], entry: Entry, isNow: boolean): Regions {
    const regions: Region[] = [];
    let uncertain: string | null =
      this.#before.passesOn || this.#now.passesOn ? 'entries of the table pass on a changed text' : null;
    for (const space of spaces) {
      try {
        const found = this.#regionsOf(space, entry, isNow);
        for (const region of found.regions) regions.push(region);
        uncertain ??= found.uncertain;
      } catch (error) {
        if (!(error instanceof WorkLimitReached)) throw error;
        uncertain ??= 'the limit of work was reached';
      }
    }
    return { regions, uncertain };
  }
}

/** The entries of a table, which may be missing. */
export function comparedTable(
  table: MappingTable | null,
  compiled: CompiledTable | undefined,
): ComparedTable {
  return { entries: table?.entries ?? [], compiled: compiled ?? null };
}
