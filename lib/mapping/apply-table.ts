/*
 * Runs a probe through a table. The first entry that matches runs its template, whose control says how to continue:
 *   $E  end;  $C  next entry;  $L  next entry, and once more from the first when no other matches;  $R  first entry
 * with the output as the new input. Flags add up.
 * The output of an entry that fails is its input; the mapping continues only if there was a control to the left of the failure.
 * Restarting with a string that is not shorter is allowed eleven times; the next time the mapping ends.
 * Ref: PMDF 5.3.2
 */
import { releaseBars } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { placeOf, type Span } from '../text/index.js';
import {
  type CompiledEntry,
  type CompiledTable,
  type Mappings,
  matchEntry,
  tableKey,
} from './compile-tables.js';
import { type Expansion, expandTemplate } from './expand-template.js';
import type { MappingResult } from './mapping.js';
import { EntryScan } from './match/entry-index.js';
import { type Subject, subjectOf } from './match/subject.js';
import type { Control } from './syntax.js';

const loopLimit = 10;
const depthLimit = 16;

/** What one application needs. */
export interface ApplyContext {
  /** Upper-case flags that templates can test. */
  readonly inputFlags: ReadonlySet<string>;
  readonly environment: Environment;
}

/** The entry that matched, by number, and its wildcards. */
interface EntryMatch {
  readonly number: number;
  readonly entry: CompiledEntry;
  readonly captures: readonly string[];
}

/** How an entry ended: its output and control, or why a look-up failed. */
type Outcome = { readonly output: string; readonly control: Control } | { readonly unanswered: string };

/** One application of a table: the input so far, and what was collected. */
class Application {
  readonly #mappings: Mappings;
  readonly #table: CompiledTable;
  readonly #context: ApplyContext;
  readonly #depth: number;
  readonly #flags = new Set<string>();
  readonly #spans: Span[] = [];
  #subject: Subject;
  #scan: EntryScan;
  #passLength: number;
  #restarts = 0;

  constructor(mappings: Mappings, table: CompiledTable, probe: string, context: ApplyContext, depth: number) {
    this.#mappings = mappings;
    this.#table = table;
    this.#context = context;
    this.#depth = depth;
    this.#subject = subjectOf(probe);
    this.#scan = this.#scanFrom(0);
    this.#passLength = probe.length;
  }

  *run(): Lookup<MappingResult> {
    const { trace } = this.#context.environment;
    const { name } = this.#table;
    trace?.({ kind: 'table-probed', table: name, probe: releaseBars(this.#subject.probe) });
    const failed = yield* this.#runEntries();
    const output = this.#subject.probe;
    // Flags of a mapping that did not finish must have no effect.
    const flags: ReadonlySet<string> = failed === null ? this.#flags : new Set();
    const matched = this.#spans.length > 0;
    trace?.({ kind: 'table-ends', table: name, matched, output: releaseBars(output), flags: [...flags] });
    return { matched, output, flags, entries: this.#spans, failed };
  }

  /** Runs entries until the mapping ends; gives the cause of a failed look-up, or null. */
  *#runEntries(): Lookup<string | null> {
    let wantsLastPass = false;
    let hadLastPass = false;
    for (;;) {
      const match = this.#nextMatch();
      if (match === null) {
        if (!wantsLastPass || !this.#restart()) return null;
        wantsLastPass = false;
        hadLastPass = true;
        continue;
      }
      const outcome = yield* this.#runEntry(match);
      if ('unanswered' in outcome) return outcome.unanswered;
      const isSame = outcome.output === this.#subject.probe;
      if (!isSame) this.#subject = subjectOf(outcome.output);
      switch (outcome.control) {
        case 'E':
          return null;
        case 'C':
        case 'L':
          wantsLastPass = outcome.control === 'L' && !hadLastPass;
          // A scan stays good as long as the input does.
          if (!isSame) this.#scan = this.#scanFrom(match.number + 1);
          break;
        case 'R':
          wantsLastPass = false;
          hadLastPass = false;
          if (!this.#restart()) return null;
      }
    }
  }

  #scanFrom(entry: number): EntryScan {
    const { index, name } = this.#table;
    this.#context.environment.budget.spend(1 + (index.always.length >>> 6), `table ${name}`);
    return new EntryScan(index, this.#subject, entry);
  }

  #nextMatch(): EntryMatch | null {
    const { budget } = this.#context.environment;
    for (let number = this.#scan.next(); number !== -1; number = this.#scan.next()) {
      const entry = this.#table.entries[number];
      const match = entry === undefined ? null : matchEntry(entry, this.#subject, budget);
      if (entry !== undefined && match !== null) return { number, entry, captures: match.captures };
    }
    return null;
  }

  *#runEntry(match: EntryMatch): Lookup<Outcome> {
    const { entry, captures } = match;
    this.#spans.push(entry.span);
    const expansion = yield* expandTemplate(entry.template, captures, {
      inputFlags: this.#context.inputFlags,
      environment: this.#context.environment,
      applySubTable: (name, argument) =>
        applyAtDepth(this.#mappings, name, argument, this.#context, this.#depth + 1),
    });
    if (expansion.kind === 'expanded') for (const flag of expansion.flags) this.#flags.add(flag);
    this.#traceEntry(match, expansion);
    switch (expansion.kind) {
      case 'unanswered':
        return { unanswered: expansion.cause };
      case 'failed':
        return { output: this.#subject.probe, control: expansion.control ?? 'E' };
      case 'expanded':
        return { output: expansion.text, control: expansion.control };
    }
  }

  #traceEntry({ entry, captures }: EntryMatch, expansion: Expansion): void {
    const { trace } = this.#context.environment;
    if (trace === undefined) return;
    const input = releaseBars(this.#subject.probe);
    const isExpanded = expansion.kind === 'expanded';
    const event = {
      kind: 'entry-matched',
      table: this.#table.name,
      place: placeOf(entry.span),
      input,
      captures: captures.map(releaseBars),
      output: isExpanded ? releaseBars(expansion.text) : input,
      flags: isExpanded ? expansion.flags : [],
      control: expansion.kind === 'unanswered' ? 'E' : (expansion.control ?? 'E'),
    } as const;
    if (isExpanded) trace(event);
    else trace({ ...event, failed: expansion.kind === 'failed' ? expansion.item : expansion.cause });
  }

  /** Goes back to the first entry, unless that was done too often without the string getting shorter. */
  #restart(): boolean {
    if (this.#restarts > loopLimit) return false;
    const { length } = this.#subject.probe;
    this.#restarts = length >= this.#passLength ? this.#restarts + 1 : 0;
    this.#passLength = length;
    this.#scan = this.#scanFrom(0);
    return true;
  }
}

function* applyAtDepth(
  mappings: Mappings,
  name: string,
  probe: string,
  context: ApplyContext,
  depth: number,
): Lookup<MappingResult | null> {
  const table = mappings.get(tableKey(name));
  if (table === undefined) return null;
  if (depth > depthLimit) {
    const failed = `tables call each other more than ${depthLimit} levels deep, at ${table.name}`;
    return { matched: false, output: probe, flags: new Set(), entries: [], failed };
  }
  return yield* new Application(mappings, table, probe, context, depth).run();
}

/**
 * Runs a probe through a table; null when there is no such table.
 * A failed look-up sets `failed`. Throws StepLimitReached when the budget is used up.
 */
export function applyTable(
  mappings: Mappings,
  name: string,
  probe: string,
  context: ApplyContext,
): Lookup<MappingResult | null> {
  return applyAtDepth(mappings, name, probe, context, 0);
}
