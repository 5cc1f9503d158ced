/*
 * One access table asked once: from a probe to a verdict, the entry that decided, and what is to be logged.
 * A table that does not exist permits. An answer that could not be had, or a flag that cannot be obeyed, defers;
 * a rejection beside such a flag stays a rejection. A step limit is thrown to whoever started the run.
 * Ref: PMDF 11.5, 16.1
 */
import type { Lookup, Tracer } from '../engine/index.js';
import type { ApplyMapping, MappingResult } from '../mapping/index.js';
import { accept, defer, oneLine, reject, type Verdict } from '../smtp/index.js';
import { placeOf } from '../text/index.js';
import { type AccessOutcome, readAccessOutcome } from './outcome.js';
import { portRejectReply, rejectReply } from './reject-reply.js';
import type { AccessTable } from './tables.js';

/** What to ask. */
export interface AccessQuestion {
  /** Whose meaning the flags have. */
  readonly table: AccessTable;
  /** The name by which the table is asked and traced, where it is not that of `table`. */
  readonly askedAs?: string;
  readonly probe: string;
  readonly inputFlags: ReadonlySet<string>;
  /** The address that a rejection names, as the client gave it, without brackets; unused by PORT_ACCESS. */
  readonly address: string;
  /** What a rejection says whose entry has no text; unused by PORT_ACCESS. */
  readonly defaultText?: string;
  readonly trace?: Tracer | undefined;
}

/** What a table decided. */
export interface AccessDecision {
  readonly verdict: Verdict;
  readonly outcome: AccessOutcome;
  /** The entries that matched, in order; the last one decided and is the place of the verdict. */
  readonly entries: readonly string[];
  /** Lines for the log: those that flags ask for, and what was malformed; each is safe to log. */
  readonly logLines: readonly string[];
}

const noTable: MappingResult = { matched: false, output: '', flags: new Set(), entries: [], failed: null };

function verdictOf(
  { table, address, defaultText }: AccessQuestion,
  result: MappingResult,
  outcome: AccessOutcome,
  place: string | null,
): Verdict {
  if (result.failed !== null) return defer(`${table}: ${result.failed}`, place);
  if (outcome.verdict === 'reject') {
    const isPort = table === 'PORT_ACCESS';
    return reject(place, isPort ? portRejectReply(outcome) : rejectReply(outcome, address, defaultText));
  }
  if (outcome.undecided !== null) return defer(`${table}: ${outcome.undecided}`, place);
  return accept(place);
}

function logLinesOf(outcome: AccessOutcome, verdict: Verdict): readonly string[] {
  const lines = [outcome.logOnMatch, verdict.kind === 'reject' ? outcome.logOnReject : null];
  return [...lines.filter((line) => line !== null), ...outcome.problems].map(oneLine);
}

/** What counts where a table says nothing: no entry matches, and nothing is asked for. */
export function silentDecision(table: AccessTable): AccessDecision {
  return { verdict: accept(null), outcome: readAccessOutcome(table, noTable), entries: [], logLines: [] };
}

/** Tells the trace what was decided. */
export function traceVerdict(trace: Tracer | undefined, what: string, verdict: Verdict): void {
  trace?.({
    kind: 'decided',
    what,
    verdict: verdict.kind,
    place: verdict.place,
    text: verdict.kind === 'accept' ? '' : verdict.reply.text,
  });
}

/** Decides by one access table. */
export function* decideTable(applyMapping: ApplyMapping, question: AccessQuestion): Lookup<AccessDecision> {
  const { table, probe, inputFlags, trace } = question;
  const name = question.askedAs ?? table;
  const answer = yield* applyMapping(name, probe, inputFlags);
  const result = answer ?? noTable;
  const outcome = readAccessOutcome(table, result);
  const entries = result.entries.map(placeOf);
  const verdict = verdictOf(question, result, outcome, entries.at(-1) ?? null);
  if (answer !== null) traceVerdict(trace, name, verdict);
  return { verdict, outcome, entries, logLines: logLinesOf(outcome, verdict) };
}
