/*
 * Consults one access table once: from a probe to a verdict, the entry that decided, and what to log.
 * A table that does not exist permits. A failed look-up, or a flag that cannot be obeyed, defers; a rejection with such a flag
 * remains a rejection. Reaching the step limit throws.
 * Ref: PMDF 11.5, 16.1
 */
import type { Lookup, Tracer } from '../engine/index.js';
import type { ApplyMapping, MappingResult } from '../mapping/index.js';
import { accept, accepted, defer, oneLine, reject, type Verdict } from '../smtp/index.js';
import { placeOf } from '../text/index.js';
import { type AccessOutcome, readAccessOutcome, silentOutcome } from './outcome.js';
import { portRejectReply, rejectReply } from './reject-reply.js';
import type { AccessTable } from './tables.js';

/** What a table is consulted about. */
export interface AccessQuestion {
  /** Whose meaning the flags have. */
  readonly table: AccessTable;
  /** The name of the table in the mappings and in the trace, where it is not that of `table`. */
  readonly askedAs?: string;
  readonly probe: string;
  readonly inputFlags: ReadonlySet<string>;
  /** The address that a rejection names, as the client gave it, without brackets; unused by PORT_ACCESS. */
  readonly address: string;
  /** The text of a rejection whose entry has none; unused by PORT_ACCESS. */
  readonly defaultText?: string;
  readonly trace?: Tracer | undefined;
}

/** What a table decided. */
export interface AccessDecision {
  readonly verdict: Verdict;
  readonly outcome: AccessOutcome;
  /** The entries that matched, in order; the last one decided and is the place of the verdict. */
  readonly entries: readonly string[];
  /** Lines for the log, safe to print: those of flags, and what was malformed. */
  readonly logLines: readonly string[];
}

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
  const lines: string[] = [];
  if (outcome.logOnMatch !== null) lines.push(oneLine(outcome.logOnMatch));
  if (verdict.kind === 'reject' && outcome.logOnReject !== null) lines.push(oneLine(outcome.logOnReject));
  for (const problem of outcome.problems) lines.push(oneLine(problem));
  return lines;
}

/** The decision of a table without a matching entry. */
export const silentDecision: AccessDecision = Object.freeze({
  verdict: accepted,
  outcome: silentOutcome,
  entries: [],
  logLines: [],
});

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

/** Reads what a table answered; null when there is no such table. */
export function decideByResult(question: AccessQuestion, result: MappingResult | null): AccessDecision {
  const { table, trace } = question;
  if (result === null) return silentDecision;
  const name = question.askedAs ?? table;
  if (!result.matched && result.failed === null) {
    if (trace !== undefined) traceVerdict(trace, name, accepted);
    return silentDecision;
  }
  const outcome = readAccessOutcome(table, result);
  const entries = result.entries.map(placeOf);
  const verdict = verdictOf(question, result, outcome, entries.at(-1) ?? null);
  traceVerdict(trace, name, verdict);
  return { verdict, outcome, entries, logLines: logLinesOf(outcome, verdict) };
}

export function* decideTable(applyMapping: ApplyMapping, question: AccessQuestion): Lookup<AccessDecision> {
  const { table, askedAs = table, probe, inputFlags } = question;
  return decideByResult(question, yield* applyMapping(askedAs, probe, inputFlags));
}
