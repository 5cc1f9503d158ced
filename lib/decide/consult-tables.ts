/*
 * Consults one access table of the site about a session and its envelope. A table that does not exist is skipped; so is one in
 * which no entry can match, unless somebody listens to the trace.
 * Ref: PMDF 16.1
 */
import {
  type AccessDecision,
  type AccessQuestion,
  type AccessTable,
  accessProbe,
  decideByResult,
  decideTable,
  inputFlagsFor,
  silentDecision,
  type TablePlan,
} from '../access/index.js';
import type { HeldText } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
import { applyTableNow, spendScan } from '../mapping/index.js';
import { type Policy, siteTables } from '../policy/index.js';
import type { ConsultingSession, DecisionContext } from './context.js';
import { noneShadowed, type SiteDecision } from './decision.js';
import { consultInShadow } from './shadow.js';
import { factsOf, noEnvelope, type TableFacts } from './table-facts.js';

/** What a table is consulted about. */
export interface TableQuestion {
  readonly table: AccessTable;
  readonly facts: TableFacts;
  /** What a rejection names: the address as the client gave it. */
  readonly named: string;
}

/** The answer of a table that has nothing to say. */
export const silent: SiteDecision = Object.freeze({ ...silentDecision, shadowed: noneShadowed });

function isInShadow({ settings }: Policy, table: AccessTable, sourceChannel: string): boolean {
  const { tables, channels } = settings.shadow;
  if (tables.length === 0 && channels.length === 0) return false;
  return tables.includes(table) || channels.includes(sourceChannel);
}

/** The plan of a table that has to be probed: without a listener, only if an entry of it can match. */
export function planToProbe(
  { policy, session, environment }: DecisionContext<ConsultingSession>,
  table: AccessTable,
  destinationChannel = '',
): TablePlan | null {
  const plan = policy.accessPlan.get(table);
  if (plan === undefined) return null;
  const { sourceChannel } = session;
  if (environment.trace !== undefined || plan.canMatch(sourceChannel, destinationChannel)) return plan;
  // The search for an entry counts; in shadow it counts for the table alone.
  if (!isInShadow(policy, table, sourceChannel)) spendScan(plan.compiled, environment.budget);
  return null;
}

/** Whether a table decides without looking anything up. */
export function isPlain(
  { policy, session }: DecisionContext<ConsultingSession>,
  table: AccessTable,
  { compiled }: TablePlan,
): boolean {
  return !compiled.asks && !isInShadow(policy, table, session.sourceChannel);
}

function accessQuestion(
  { policy, environment }: DecisionContext<ConsultingSession>,
  { table, facts, named }: TableQuestion,
): AccessQuestion {
  return {
    table,
    probe: accessProbe(table, facts),
    inputFlags: inputFlagsFor(table, facts),
    address: named,
    defaultText: policy.settings.access.defaultText,
    trace: environment.trace,
  };
}

/** Consults a table that exists and is plain. */
export function consultPlainTable(
  context: DecisionContext<ConsultingSession>,
  { compiled }: TablePlan,
  about: TableQuestion,
): AccessDecision {
  const { environment } = context;
  const question = accessQuestion(context, about);
  const { inputFlags } = question;
  return decideByResult(question, applyTableNow(compiled, question.probe, { inputFlags, environment }));
}

/** Consults a table that exists. */
export function* consultTable(
  context: DecisionContext<ConsultingSession>,
  plan: TablePlan,
  about: TableQuestion,
): Lookup<SiteDecision> {
  const { policy, session, environment } = context;
  let decision: AccessDecision;
  if (isPlain(context, about.table, plan)) decision = consultPlainTable(context, plan, about);
  else {
    const question = accessQuestion(context, about);
    if (isInShadow(policy, about.table, session.sourceChannel)) {
      const { destinationChannel } = about.facts;
      return yield* consultInShadow(context, { question, destinationChannel });
    }
    decision = yield* decideTable(siteTables(policy, environment), question);
  }
  if (decision === silentDecision) return silent;
  const { verdict, outcome, entries, logLines } = decision;
  return { verdict, outcome, entries, logLines, shadowed: noneShadowed };
}

export function* consultPort(context: DecisionContext<ConsultingSession>): Lookup<SiteDecision> {
  const plan = planToProbe(context, 'PORT_ACCESS');
  if (plan === null) return silent;
  const facts = factsOf(context.policy, context.session, noEnvelope);
  return yield* consultTable(context, plan, { table: 'PORT_ACCESS', facts, named: '' });
}

/** Consults FROM_ACCESS, which has to be probed, about an envelope From. */
export function consultSender(
  context: DecisionContext,
  plan: TablePlan,
  envelopeFrom: HeldText,
  named: string,
): Lookup<SiteDecision> {
  const facts = factsOf(context.policy, context.session, { ...noEnvelope, envelopeFrom });
  return consultTable(context, plan, { table: 'FROM_ACCESS', facts, named });
}
