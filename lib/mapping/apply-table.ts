/*
 * Runs a probe through a table. The first entry that matches runs its template, whose control says how to continue:
 *   $E  end;  $C  next entry;  $L  next entry, and once more from the first when no other matches;  $R  first entry
 * with the output as the new input. Flags add up.
 * The output of an entry that fails is its input; the mapping continues only if there was a control to the left of the failure.
 * Restarting with a string that is not shorter is allowed eleven times; the next time the mapping ends.
 * Ref: PMDF 5.3.2
 */
import { releaseBars } from '../address/index.js';
import type { Environment, Lookup, StepBudget } from '../engine/index.js';
import { placeOf, type Span } from '../text/index.js';
import { type CompiledTable, type Mappings, tableKey } from './compile-tables.js';
import type { CompiledEntry } from './entry-compiler.js';
import { expandNow, expandTemplate, type TemplateResult } from './expand-template.js';
import type { MappingResult } from './mapping.js';
import { EntryScan } from './match/entry-scan.js';
import { matchSubject, matchWithoutCaptures } from './match/match-pattern.js';
import { type Subject, subjectOf } from './match/subject.js';
import type { Control } from './syntax.js';

const loopLimit = 10;
const depthLimit = 16;

/** What one application needs. */
export interface ApplyContext {
  /** Upper-case flags that templates can test. */
  readonly inputFlags: ReadonlySet<string>;
  readonly environment: Environment;
  /** How many tables are calling this one; 0 when not given. */
  readonly depth?: number;
}

/** The entry that matched, by number, and its wildcards; empty if nobody wants them. */
interface EntryMatch {
  readonly number: number;
  readonly entry: CompiledEntry;
  readonly captures: readonly string[];
}

const noFlags: ReadonlySet<string> = new Set();

/** Takes what a search for entries costs, whether one is found or not. */
export function spendScan({ index, name }: CompiledTable, budget: StepBudget): void {
  budget.spend(1 + (index.always.length >>> 6), `table ${name}`);
}

/** One application of a table: the input so far, and what was collected. */
class Application {
  readonly #table: CompiledTable;
  readonly #context: ApplyContext;
  #flags: Set<string> | null = null;
  readonly #spans: Span[] = [];
  #subject: Subject;
  #scan: EntryScan;
  #passLength: number;
  #restarts = 0;
  #wantsLastPass = false;
  #hadLastPass = false;
  #hasEnded = false;
  #failed: string | null = null;

  constructor(table: CompiledTable, probe: string, context: ApplyContext) {
    this.#table = table;
    this.#context = context;
    this.#subject = subjectOf(probe);
    this.#scan = this.#scanFrom(0);
    this.#passLength = probe.length;
    context.environment.trace?.({ kind: 'table-probed', table: table.name, probe: releaseBars(probe) });
  }

  /** Runs on until the mapping ends, or an entry matches whose template asks for something: that one, or null at the end. */
  runOn(): EntryMatch | null {
    while (!this.#hasEnded) {
      const match = this.#nextMatch();
      if (match === null) {
        if (this.#wantsLastPass && this.#restart()) {
          this.#wantsLastPass = false;
          this.#hadLastPass = true;
        } else this.#hasEnded = true;
      } else {
        const { template, needs } = match.entry;
        if (needs.asks) return match;
        this.take(match, expandNow(template, match.captures, this.#context));
      }
    }
    return null;
  }

  /** Continues with what the template of an entry did. */
  take(match: EntryMatch, expansion: TemplateResult): void {
    this.#spans.push(match.entry.span);
    this.#traceEntry(match, expansion);
    switch (expansion.kind) {
      case 'unanswered':
        this.#failed = expansion.cause;
        this.#hasEnded = true;
        return;
      case 'failed':
        this.#proceed(match, expansion.control ?? 'E', this.#subject.probe);
        return;
      case 'expanded':
        for (const flag of expansion.flags) {
          this.#flags ??= new Set();
          this.#flags.add(flag);
        }
        this.#proceed(match, expansion.control, expansion.text);
    }
  }

  /** The result of a mapping that has ended. */
  result(): MappingResult {
    const output = this.#subject.probe;
    // Flags of a mapping that did not finish must have no effect.
    const flags = this.#failed === null ? (this.#flags ?? noFlags) : noFlags;
    const matched = this.#spans.length > 0;
    this.#context.environment.trace?.({
      kind: 'table-ends',
      table: this.#table.name,
      matched,
      output: releaseBars(output),
      flags: [...flags],
    });
    return { matched, output, flags, entries: this.#spans, failed: this.#failed };
  }

  /** Goes on as the control of an entry says, with its output as input. */
  #proceed(match: EntryMatch, control: Control, output: string): void {
    const isSame = output === this.#subject.probe;
    if (!isSame) this.#subject = subjectOf(output);
    switch (control) {
      case 'E':
        this.#hasEnded = true;
        return;
      case 'C':
      case 'L':
        this.#wantsLastPass = control === 'L' && !this.#hadLastPass;
        // A scan stays good as long as the input does.
        if (!isSame) this.#scan = this.#scanFrom(match.number + 1);
        return;
      case 'R':
        this.#wantsLastPass = false;
        this.#hadLastPass = false;
        this.#hasEnded = !this.#restart();
    }
  }

  #scanFrom(entry: number): EntryScan {
    spendScan(this.#table, this.#context.environment.budget);
    return new EntryScan(this.#table.index, this.#subject, entry);
  }

  #nextMatch(): EntryMatch | null {
    const { budget, trace } = this.#context.environment;
    for (let number = this.#scan.next(); number !== -1; number = this.#scan.next()) {
      const entry = this.#table.entries[number];
      if (entry === undefined) continue;
      const matches = entry.needs.captures || trace !== undefined ? matchSubject : matchWithoutCaptures;
      let match = matches(entry.pattern, this.#subject, budget);
      for (const spelling of entry.otherSpellings) match ??= matches(spelling, this.#subject, budget);
      if (match !== null) return { number, entry, captures: match.captures };
    }
    return null;
  }

  #traceEntry({ entry, captures }: EntryMatch, expansion: TemplateResult): void {
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

/** Runs a probe through a table that asks for nothing. Throws StepLimitReached when the budget is used up. */
export function applyTableNow(table: CompiledTable, probe: string, context: ApplyContext): MappingResult {
  const application = new Application(table, probe, context);
  if (application.runOn() !== null) throw new Error(`the table ${table.name} asks for something`);
  return application.result();
}

function* runEntry(
  mappings: Mappings,
  { entry, captures }: EntryMatch,
  context: ApplyContext,
): Lookup<TemplateResult> {
  const { inputFlags, environment, depth = 0 } = context;
  return yield* expandTemplate(entry.template, captures, {
    inputFlags,
    environment,
    applySubTable: (name, argument) =>
      applyTable(mappings, name, argument, { inputFlags, environment, depth: depth + 1 }),
  });
}

/**
 * Runs a probe through a table; null when there is no such table.
 * A failed look-up sets `failed`. Throws StepLimitReached when the budget is used up.
 */
export function* applyTable(
  mappings: Mappings,
  name: string,
  probe: string,
  context: ApplyContext,
): Lookup<MappingResult | null> {
  const table = mappings.get(name) ?? mappings.get(tableKey(name));
  if (table === undefined) return null;
  if ((context.depth ?? 0) > depthLimit) {
    const failed = `tables call each other more than ${depthLimit} levels deep, at ${table.name}`;
    return { matched: false, output: probe, flags: noFlags, entries: [], failed };
  }
  const application = new Application(table, probe, context);
  for (let asking = application.runOn(); asking !== null; asking = application.runOn()) {
    application.take(asking, yield* runEntry(mappings, asking, context));
  }
  return application.result();
}
