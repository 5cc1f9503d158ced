/*
 * Runs one session of a stranger through the engine: whether its mail gets to a delivery that was expected to be possible, or what
 * stops it. Chance is tried in its outcomes.
 */
import { type AccessTable, findAccessTable } from '../../access/index.js';
import {
  auditSetup,
  type Delivery,
  decideClient,
  decideMail,
  decideRcpt,
  finalDeliveries,
  type SessionClient,
  type SessionSetup,
} from '../../decide/index.js';
import type { Environment, Lookup, TraceEvent } from '../../engine/index.js';
import { forwardTable } from '../../forwarding/index.js';
import type { Policy, Session } from '../../policy/index.js';
import type { Verdict } from '../../smtp/index.js';
import { tryRandomOutcomes } from '../random-outcomes.js';
import type { Witness } from './relay-proof.js';
import { reverseNameOf } from './switched-clients.js';

/** The envelope of a session that is to be tried. */
export interface EnvelopeTrial {
  readonly witness: Pick<Witness, 'from' | 'to' | 'originalRecipient' | 'notify'>;
  /** Recipients of the message before this one. */
  readonly earlierRecipients: number;
}

/** A session that is to be tried. */
export interface Trial extends EnvelopeTrial {
  readonly witness: Witness;
  /** The address of the server that the client is connected to. */
  readonly server: string;
  readonly clientPort: number;
  /** The channel that it has to come in on. */
  readonly channel: string;
}

/** The entry that stopped a session. */
export interface StoppedBy {
  readonly table: AccessTable;
  readonly place: string;
  /** The entries that matched, in order; the last one is at the place. */
  readonly entries: readonly string[];
  /** 0 for the session itself, 1 for the first later pass. */
  readonly pass: number;
}

/** An entry that permitted, or a rule that fired, on the way. */
export interface Passed {
  readonly table: AccessTable;
  readonly place: string;
  readonly pass: number;
}

/** A session that got to its deliveries, by the entries that permitted it. */
export interface DeliveredTrial {
  readonly kind: 'delivered';
  readonly deliveries: readonly Delivery[];
  readonly passed: readonly Passed[];
  /** The rules that fired, and the entries of any table that matched. */
  readonly rules: readonly string[];
  readonly matched: readonly string[];
  /** Whether an alias, FORWARD or the forward database changed the recipient. */
  readonly isForwarded: boolean;
}

export type TrialResult =
  | DeliveredTrial
  /** By one entry; by several ones, where it is a matter of chance by which. */
  | { readonly kind: 'stopped'; readonly by: readonly StoppedBy[] }
  /** The client is switched to another channel. */
  | { readonly kind: 'elsewhere'; readonly why: string }
  | { readonly kind: 'other'; readonly why: string };

type EntryMatched = Extract<TraceEvent, { kind: 'entry-matched' }>;

/** The entries by which tables decided, in order, with the pass of each. */
function* decidedIn(trace: readonly TraceEvent[]): Generator<StoppedBy & { readonly stops: boolean }> {
  let pass = 0;
  let matched: EntryMatched[] = [];
  for (const event of trace) {
    if (event.kind === 'pass-begins') pass += 1;
    if (event.kind === 'entry-matched') matched.push(event);
    if (event.kind !== 'decided') continue;
    const table = findAccessTable(event.what)?.table;
    if (table !== undefined && event.place !== null) {
      const own = matched.filter((one) => findAccessTable(one.table)?.table === table);
      const discards = own.some(({ flags }) => flags.includes('B') || flags.includes('H'));
      const entries = own.map(({ place }) => place);
      yield { table, place: event.place, entries, pass, stops: event.verdict !== 'accept' || discards };
    }
    matched = [];
  }
}

/** Whether an event says that the recipient was changed after rewriting. */
function forwards(event: TraceEvent): boolean {
  switch (event.kind) {
    case 'entry-matched':
      return event.table === 'aliases';
    case 'table-ends':
      return event.table === forwardTable && event.flags.includes('Y');
    case 'lookup':
      return (
        event.answer.kind === 'found' &&
        event.request.kind === 'database' &&
        event.request.database !== 'general'
      );
    default:
      return false;
  }
}

function whyOf(verdict: Verdict): string {
  return verdict.kind === 'accept' ? 'it is accepted' : `${verdict.reply.code} ${verdict.reply.text}`;
}

function endOf(trace: readonly TraceEvent[], why: string): TrialResult {
  for (const { stops, ...by } of decidedIn(trace)) if (stops) return { kind: 'stopped', by: [by] };
  return { kind: 'other', why };
}

function* run(policy: Policy, trial: Trial, environment: Environment): Lookup<TrialResult> {
  const { witness, server, clientPort, channel } = trial;
  const setup = { ...auditSetup(policy, environment), traced: true };
  const client: SessionClient = {
    client: { address: witness.client, port: clientPort },
    server: { address: server, port: witness.port },
    reverseName: reverseNameOf(witness.name),
    helo: witness.helo,
    esmtp: witness.esmtp,
    tls: witness.tls,
    authUser: null,
  };
  const connected = yield* decideClient(setup, client);
  if (connected.decision.verdict.kind !== 'accept')
    return endOf(connected.trace, whyOf(connected.decision.verdict));
  const { session } = connected;
  if (session.sourceChannel !== channel) {
    return {
      kind: 'elsewhere',
      why: `the client ${witness.client} is switched to \`${session.sourceChannel}\``,
    };
  }
  return yield* runEnvelope(setup, session, trial, connected.trace);
}

function* runEnvelope(
  setup: SessionSetup,
  session: Session,
  { witness, earlierRecipients }: EnvelopeTrial,
  before: readonly TraceEvent[],
): Lookup<TrialResult> {
  const trace: TraceEvent[] = [...before];
  const end = (why: string): TrialResult => endOf(trace, why);
  const from = yield* decideMail(setup, { ...session, relaying: false }, witness.from);
  for (const one of from.trace) trace.push(one);
  if (from.decision.verdict.kind !== 'accept') return end(whyOf(from.decision.verdict));
  const request = {
    to: witness.to,
    originalRecipient: witness.originalRecipient,
    notify: new Set(witness.notify),
    earlierRecipients,
  };
  const to = yield* decideRcpt(setup, { ...session, relaying: false }, from.decision.envelopeFrom, request);
  for (const one of to.trace) trace.push(one);
  const { verdict, effects, deliveries } = to.decision;
  if (verdict.kind !== 'accept') return end(whyOf(verdict));
  const decided = [...decidedIn(trace)];
  const finals = finalDeliveries(deliveries);
  if (effects.hold || effects.bitbucket || finals.length === 0 || decided.some(({ stops }) => stops)) {
    return end('nothing is delivered');
  }
  const rules = trace.flatMap((event) => (event.kind === 'rule-tried' && event.fired ? [event.place] : []));
  const passed = decided.map(({ table, place, pass }) => ({ table, place, pass }));
  const matched = trace.flatMap((event) => (event.kind === 'entry-matched' ? [event.place] : []));
  const isForwarded = trace.some(forwards);
  return { kind: 'delivered', deliveries: finals, passed, rules: [...new Set(rules)], matched, isForwarded };
}

function* tryOutcomes(
  newEnvironment: () => Environment,
  runIn: (environment: Environment) => Lookup<TrialResult>,
): Lookup<TrialResult> {
  const by: StoppedBy[] = [];
  const collecting = function* (environment: Environment): Lookup<TrialResult> {
    const result = yield* runIn(environment);
    if (result.kind === 'stopped') for (const one of result.by) by.push(one);
    return result;
  };
  try {
    const result = yield* tryRandomOutcomes(newEnvironment, collecting, ({ kind }) => kind === 'delivered');
    return result.kind === 'stopped' ? { kind: 'stopped', by } : result;
  } catch (error) {
    return { kind: 'other', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Tries a session. */
export function* trySession(
  policy: Policy,
  trial: Trial,
  newEnvironment: () => Environment,
): Lookup<TrialResult> {
  return yield* tryOutcomes(newEnvironment, (environment) => run(policy, trial, environment));
}

/** Tries an envelope in a session that is on its channel already. */
export function* tryEnvelope(
  policy: Policy,
  session: Session,
  trial: EnvelopeTrial,
  newEnvironment: () => Environment,
): Lookup<TrialResult> {
  return yield* tryOutcomes(newEnvironment, (environment) =>
    runEnvelope({ ...auditSetup(policy, environment), traced: true }, session, trial, []),
  );
}
