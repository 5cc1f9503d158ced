/*
 * The pass before a site's own tables, for mail from strangers: the thirteen built-in entries over the address as received, then,
 * in mode `strict`, the stricter entries. A permit by a built-in entry ends only their part. Mode `off` accepts everything.
 * Ref: PMDF 29
 */
import { holdBars } from '../address/index.js';
import type { Lookup, Tracer } from '../engine/index.js';
import type { ApplyMapping } from '../mapping/index.js';
import { accepted, reject, reply, type Verdict } from '../smtp/index.js';
import { needsBuiltInPass } from './built-in-entries.js';
import { builtInReason, strictReason } from './built-in-reason.js';
import { builtInTable } from './built-in-table.js';
import { decideTable, traceVerdict } from './decide-access.js';
import { accessProbe } from './probe.js';
import { decideStrict, type StrictCheck } from './strict-entries.js';

/** Which of the built-in entries are in force. */
export type SourceRouteMode = 'strict' | 'pmdf' | 'off';

/** One recipient before the site's own tables see it. */
export interface SourceRouteCheck extends StrictCheck {
  readonly mode: SourceRouteMode;
  readonly sourceChannel: string;
  readonly envelopeFrom: string;
  /** `to` printed as received, route and all, without brackets. */
  readonly asReceived: string;
  /** Applies the table compiled from the built-in entries, whose name is `built-in`. */
  readonly applyBuiltIn: ApplyMapping;
  readonly trace?: Tracer | undefined;
}

/** A verdict, and the built-in entries that matched on the way to it. */
export interface SourceRouteDecision {
  readonly verdict: Verdict;
  readonly entries: readonly string[];
}

function* decideBuiltIn(check: SourceRouteCheck): Lookup<SourceRouteDecision> {
  if (!needsBuiltInPass(check.to)) return { verdict: accepted, entries: [] };
  const { sourceChannel, asReceived, trace } = check;
  const probe = accessProbe('ORIG_SEND_ACCESS', {
    port: null,
    application: '',
    submitType: '',
    sourceChannel,
    envelopeFrom: holdBars(check.envelopeFrom),
    authenticatedFrom: '',
    destinationChannel: '',
    envelopeTo: holdBars(asReceived),
    originalRecipient: null,
  });
  const question = {
    askedAs: builtInTable,
    probe,
    inputFlags: new Set<string>(),
    address: asReceived,
    trace,
  };
  return yield* decideTable(check.applyBuiltIn, { table: 'ORIG_SEND_ACCESS', ...question });
}

function traceReason(trace: Tracer | undefined, place: string, reason: string | null): void {
  if (reason !== null) trace?.({ kind: 'routing-refused', place, reason });
}

/** Decides whether the form of an address makes it a relay attempt. */
export function* decideSourceRoutes(check: SourceRouteCheck): Lookup<SourceRouteDecision> {
  if (check.mode === 'off') return { verdict: accepted, entries: [] };
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
