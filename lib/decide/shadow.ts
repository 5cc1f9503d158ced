/*
 * Shadow mode: a table, or every table for mail that comes in on a channel, is consulted as usual but decides nothing. What it
 * would have done is kept for the log, and the decision continues as if the table had said nothing.
 * What keeps strangers from relaying stays in force: whatever a table does against mail that comes from outside and goes
 * outside is done in shadow too. The built-in entries are not a table of the site and are never in shadow.
 * A table in shadow has a step limit of its own, so that no fault in it defers what the others decide.
 */
import {
  type AccessDecision,
  type AccessQuestion,
  type AccessTable,
  decideTable,
  silentDecision,
} from '../access/index.js';
import { type Environment, type Lookup, StepBudget, type TraceEvent } from '../engine/index.js';
import { channelLeadsOutside, isStranger, type Policy, siteTables } from '../policy/index.js';
import { defer, replyLine } from '../smtp/index.js';
import type { ConsultingSession, DecisionContext } from './context.js';
import type { ShadowedVerdict, SiteDecision } from './decision.js';

/** What a table in shadow is consulted about. */
interface ShadowQuestion {
  readonly question: Omit<AccessQuestion, 'trace'>;
  /** Empty for tables that see no recipient. */
  readonly destinationChannel: string;
}

/** Whether what a table says keeps a stranger's mail from being relayed. */
function* preventsRelaying(
  { policy, session, environment }: DecisionContext<ConsultingSession>,
  destinationChannel: string,
  { verdict, outcome }: AccessDecision,
): Lookup<boolean> {
  if (verdict.kind === 'accept' && !outcome.hold && !outcome.bitbucket) return false;
  if (destinationChannel === '' || !isStranger(policy, session)) return false;
  const own = { ...environment, budget: new StepBudget(policy.settings.limits.steps) };
  return yield* channelLeadsOutside(policy, session.sourceChannel, destinationChannel, own);
}

function phrasesOf({ outcome, logLines }: AccessDecision): readonly string[] {
  const { delay, headerLine, replaceEnvelopeFrom, replaceSender, tag } = outcome;
  return [
    ...(outcome.hold ? ['hold'] : []),
    ...(outcome.bitbucket ? ['discard'] : []),
    ...(delay === null || delay.hundredths === 0 ? [] : [`delay ${delay.hundredths / 100} s`]),
    ...(headerLine === null ? [] : [`header ${headerLine}`]),
    ...(replaceEnvelopeFrom === null ? [] : [`sender <${replaceEnvelopeFrom}>`]),
    ...(replaceSender === null ? [] : [`Sender ${replaceSender}`]),
    ...(tag === null ? [] : [`tag ${tag}`]),
    ...logLines.map((line) => `log ${line}`),
  ];
}

function shadowedVerdict(
  table: AccessTable,
  decision: AccessDecision,
  applied: boolean,
): readonly ShadowedVerdict[] {
  const { verdict, entries } = decision;
  if (entries.length === 0 && verdict.kind === 'accept') return [];
  return [
    {
      table,
      entry: verdict.place,
      verdict: verdict.kind,
      reply: verdict.kind === 'accept' ? '' : replyLine(verdict.reply),
      cause: verdict.kind === 'defer' ? verdict.cause : '',
      effects: phrasesOf(decision),
      applied,
    },
  ];
}

function* decideApart(
  policy: Policy,
  question: Omit<AccessQuestion, 'trace'>,
  environment: Environment,
): Lookup<AccessDecision> {
  const own = { ...environment, budget: new StepBudget(policy.settings.limits.steps) };
  try {
    return yield* decideTable(siteTables(policy, own), { ...question, trace: own.trace });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { ...silentDecision, verdict: defer(`${question.table}: ${cause}`) };
  }
}

/** Consults a table in shadow: its answer is kept aside, and the table has said nothing. */
export function* consultInShadow(
  context: DecisionContext<ConsultingSession>,
  { question, destinationChannel }: ShadowQuestion,
): Lookup<SiteDecision> {
  const { policy, environment } = context;
  const { trace } = environment;
  const held: TraceEvent[] = [];
  // Nothing is decided yet.
  const holdDecided = (event: TraceEvent) => (event.kind === 'decided' ? held.push(event) : trace?.(event));
  const own = trace === undefined ? environment : { ...environment, trace: holdDecided };
  const decision = yield* decideApart(policy, question, own);
  const applied = yield* preventsRelaying(context, destinationChannel, decision);
  const shadowed = shadowedVerdict(question.table, decision, applied);
  for (const one of shadowed) trace?.({ kind: 'shadowed', ...one });
  if (applied) for (const event of held) trace?.(event);
  return { ...(applied ? decision : silentDecision), shadowed };
}

/** Tells whether the table would have changed what happens to the mail. */
export function wouldMatter({ verdict, effects }: ShadowedVerdict): boolean {
  return verdict !== 'accept' || effects.length > 0;
}
