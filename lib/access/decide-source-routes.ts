/*
 * The pass before a site's own tables, for mail of strangers: the thirteen built-in entries over
 * the address as received, then, in mode `strict`, the stricter entries. A permit of the built-in entries ends only
 * their part. Mode `off` accepts everything here.
 * Ref: PMDF 29
 */
import type { Lookup, Tracer } from '../engine/index.js';
import type { ApplyMapping } from '../mapping/index.js';
import { accept, reject, reply, type Verdict } from '../smtp/index.js';
import { needsBuiltInPass } from './built-in.js';
import { builtInReason, strictReason } from './built-in-reason.js';
import { builtInTable } from './built-in-table.js';
import { decideTable, traceVerdict } from './decide-access.js';
import { sendAccessProbe } from './probe.js';
import { decideStrict, type StrictCheck } from './strict.js';

/** Which of the built-in entries are in force. */
export type SourceRouteMode = 'strict' | 'pmdf' | 'off';

/** One recipient before the site's own tables see it. */
export interface SourceRouteCheck extends StrictCheck {
  readonly mode: SourceRouteMode;
  readonly sourceChannel: string;
  readonly envelopeFrom: string;
  readonly destinationChannel: string;
  /** `to` printed as received, route and all, without brackets. */
  readonly asReceived: string;
  /** Asks the table compiled from the built-in entries of the source channel; it is asked as `built-in`. */
  readonly applyBuiltIn: ApplyMapping;
  readonly trace?: Tracer | undefined;
}

/** A verdict, and the built-in entries that matched on the way to it. */
export interface SourceRouteDecision {
  readonly verdict: Verdict;
  readonly entries: readonly string[];
}

function* decideBuiltIn(check: SourceRouteCheck): Lookup<SourceRouteDecision> {
  if (!needsBuiltInPass(check.to)) return { verdict: accept(null), entries: [] };
  return yield* decideTable(check.applyBuiltIn, {
    table: 'ORIG_SEND_ACCESS',
    askedAs: builtInTable,
    probe: sendAccessProbe({ ...check, envelopeTo: check.asReceived }, null),
    inputFlags: new Set(),
    address: check.asReceived,
    trace: check.trace,
  });
}

function traceReason(trace: Tracer | undefined, place: string, reason: string | null): void {
  if (reason !== null) trace?.({ kind: 'routing-refused', place, reason });
}

/** Decides whether the form of an address makes it a relay attempt. */
export function* decideSourceRoutes(check: SourceRouteCheck): Lookup<SourceRouteDecision> {
  if (check.mode === 'off') return { verdict: accept(null), entries: [] };
  const { verdict, entries } = yield* decideBuiltIn(check);
  if (verdict.kind === 'reject' && verdict.place !== null)
    traceReason(check.trace, verdict.place, builtInReason(verdict.place, check.to));
  if (verdict.kind !== 'accept' || check.mode === 'pmdf') return { verdict, entries };
  const refusal = yield* decideStrict(check);
  if (refusal === null) return { verdict, entries };
  const refused = reject(refusal.place, reply(550, '5.7.1', `Relaying not permitted: ${check.asReceived}`));
  traceReason(check.trace, refusal.place, strictReason(refusal.place, refusal.host));
  traceVerdict(check.trace, refusal.place, refused);
  return { verdict: refused, entries: [...entries, refusal.place] };
}
