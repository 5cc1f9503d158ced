/*
 * Which entries of the access tables can match at all, by the source and destination channel of a probe: worked out once from the
 * patterns, so that a table that has nothing to say about a recipient is not probed.
 * A field of a pattern names a channel only where that is certain: as many bars in the pattern as in the probe, whose fields hold
 * none, or only fixed text and bars to the left of it. Every other entry can match whatever the channels are.
 * Ref: PMDF 16.1.1
 */
import { type CompiledPattern, type CompiledTable, fold, type Mappings, tableKey } from '../mapping/index.js';
import { eachInSlices, type Slices } from '../text/index.js';
import { type ProbeForm, probeFields } from './probe.js';
import { type AccessTable, accessTables } from './tables.js';

/** What an entry requires of the two channels, folded; null where any will do. */
interface Requirement {
  readonly source: string | null;
  readonly destination: string | null;
}

const anything: Requirement = Object.freeze({ source: null, destination: null });

/** The fields of a pattern, between its literal bars: the folded text of a field without wildcards, null for others. */
function fieldTexts({ prefix, inner, suffix }: CompiledPattern): readonly (string | null)[] {
  const fields: (string | null)[] = [''];
  const add = (text: string): void => {
    for (const [index, piece] of text.split('|').entries()) {
      if (index > 0) fields.push(piece);
      else fields[fields.length - 1] = joined(fields.at(-1) ?? null, piece);
    }
  };
  add(prefix);
  for (const element of inner) {
    if (element.kind === 'literal') add(element.text);
    else fields[fields.length - 1] = null;
  }
  add(suffix);
  return fields;
}

function joined(text: string | null, more: string): string | null {
  return text === null ? null : text + more;
}

/** A form of a table's probe: the places of the two channels among so many fields, -1 where it has none. */
interface Layout {
  readonly fields: number;
  readonly source: number;
  readonly destination: number;
}

function layoutOf(table: AccessTable, form: ProbeForm): Layout {
  const fields = probeFields(table, form);
  const source = fields.indexOf('sourceChannel');
  return { fields: fields.length, source, destination: fields.indexOf('destinationChannel') };
}

/** What a pattern with these fields requires of probes in a layout; null if it can match none of them. */
function requirementIn(texts: readonly (string | null)[], layout: Layout): Requirement | null {
  if (texts.length > layout.fields) return null;
  const wild = texts.indexOf(null);
  const fixed = wild === -1 ? texts.length - 1 : wild;
  const certain = texts.length === layout.fields ? texts.length : fixed;
  const textAt = (place: number): string | null =>
    place >= 0 && place < certain ? (texts[place] ?? null) : null;
  return { source: textAt(layout.source), destination: textAt(layout.destination) };
}

/** Destinations that entries name, folded; `all` if one can match whatever it is. */
type Destinations = 'all' | Set<string>;

function withDestination(known: Destinations | undefined, destination: string | null): Destinations {
  if (known === 'all' || destination === null) return 'all';
  return known === undefined ? new Set([destination]) : known.add(destination);
}

function includes(destinations: Destinations | undefined, destination: string): boolean {
  if (destinations === undefined || destinations === 'all') return destinations === 'all';
  return destinations.size > 0 && destinations.has(destination);
}

/** What is known of one access table before any probe. */
export class TablePlan {
  readonly compiled: CompiledTable;
  /** By the source channel that entries name, folded. */
  readonly #named = new Map<string, Destinations>();
  /** Of entries that name none. */
  #unnamed: Destinations | undefined;

  constructor(compiled: CompiledTable) {
    this.compiled = compiled;
  }

  add({ source, destination }: Requirement): void {
    if (source === null) this.#unnamed = withDestination(this.#unnamed, destination);
    else this.#named.set(source, withDestination(this.#named.get(source), destination));
  }

  /** False only if no entry can match a probe with these channels. */
  canMatch(sourceChannel: string, destinationChannel: string): boolean {
    if (this.#unnamed === 'all') return true;
    const named = this.#named.size === 0 ? undefined : this.#named.get(fold(sourceChannel));
    if (named === undefined && this.#unnamed === undefined) return false;
    if (named === 'all') return true;
    const destination = fold(destinationChannel);
    return includes(named, destination) || includes(this.#unnamed, destination);
  }
}

/** The plans of the access tables that exist. */
export type AccessPlan = ReadonlyMap<AccessTable, TablePlan>;

function* planTableInSlices(
  table: AccessTable,
  compiled: CompiledTable,
  { orcpt }: Pick<ProbeForm, 'orcpt'>,
): Slices<TablePlan> {
  const plan = new TablePlan(compiled);
  const layouts = [true, false].map((overTcp) => layoutOf(table, { overTcp, orcpt }));
  yield* eachInSlices(compiled.entries, ({ pattern, otherSpellings }) => {
    for (const spelling of [pattern, ...otherSpellings]) {
      const texts = fieldTexts(spelling);
      for (const layout of layouts) {
        const requirement = layout.source === -1 ? anything : requirementIn(texts, layout);
        if (requirement !== null) plan.add(requirement);
      }
    }
  });
  return plan;
}

/** Makes the plans of all access tables among `mappings`; `orcpt` tells whether probes have the ORCPT address. */
export function* planAccessInSlices(mappings: Mappings, form: Pick<ProbeForm, 'orcpt'>): Slices<AccessPlan> {
  const plans = new Map<AccessTable, TablePlan>();
  for (const { table } of accessTables) {
    const compiled = mappings.get(tableKey(table));
    if (compiled !== undefined) plans.set(table, yield* planTableInSlices(table, compiled, form));
  }
  return plans;
}
