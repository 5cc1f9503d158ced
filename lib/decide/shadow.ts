/*
 * Shadow mode: a table, or all tables for mail that comes in on a channel, is asked as ever, and decides nothing. What it
 * would have done is kept for the log. The rest of the policy goes on as if the table had said nothing.
 * What keeps strangers from relaying stays in force: whatever a table does against mail that comes from outside and goes
 * outside is done in shadow too. The built-in entries are no table of the site and never in shadow.
 * A table in shadow has a step limit of its own, so that no fault in it defers what the others decide.
 */
import { type AccessDecision, type AccessTable, silentDecision } from '../access/index.js';
import { type Environment, type Lookup, StepBudget, type TraceEvent } from '../engine/index.js';
import { isStranger, type Policy, type Session, takesOutside } from '../policy/index.js';
import { defer, type Verdict } from '../smtp/index.js';

/** What a table in shadow would have done, or did. */
export interface ShadowedVerdict {
  readonly table: AccessTable;
  /** The entry that decided; null when none did, as when the table could not be asked. */
  readonly entry: string | null;
  readonly verdict: Verdict['kind'];
  /** `550 5.7.1 text`, as the client would have been told; empty for an acceptance. */
  readonly reply: string;
  /** Why it could not decide; empty unless the verdict is `defer`. */
  readonly cause: string;
  /** What it asked for beside its verdict, one phrase each. */
  readonly effects: readonly string[];
  /** True where it was done all the same, since it keeps strangers from relaying. */
  readonly applied: boolean;
}

/** The answer of a table of the site. */
export interface SiteDecision extends AccessDecision {
  /** Not empty where the table is in shadow and an entry matched, or it could not be asked. */
  readonly shadowed: readonly ShadowedVerdict[];
}

/** Whom a table is asked about. */
export interface Asked {
  readonly session: Pick<Session, 'sourceChannel'> & Partial<Pick<Session, 'authUser'>>;
  /** Null for tables that see no recipient. */
  readonly destinationChannel: string | null;
}

/** Tells whether a table decides nothing for mail that comes in on a channel. */
export function isInShadow({ settings }: Policy, table: AccessTable, sourceChannel: string): boolean {
  const { tables, channels } = settings.shadow;
  return tables.includes(table) || channels.includes(sourceChannel);
}

/** Whether what a table says keeps a stranger's mail from going out again. */
function* keepsFromRelaying(
  policy: Policy,
  asked: Asked,
  { verdict, outcome }: AccessDecision,
  environment: Environment,
): Lookup<boolean> {
  const { session, destinationChannel } = asked;
  if (verdict.kind === 'accept' && !outcome.hold && !outcome.bitbucket) return false;
  if (destinationChannel === null || !isStranger(policy, session)) return false;
  const own = { ...environment, budget: new StepBudget(policy.settings.limits.steps) };
  return yield* takesOutside(policy, session.sourceChannel, destinationChannel, own);
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
  const { code, enhanced, text } =
    verdict.kind === 'accept' ? { code: 0, enhanced: '', text: '' } : verdict.reply;
  return [
    {
      table,
      entry: verdict.place,
      verdict: verdict.kind,
      reply:
        verdict.kind === 'accept'
          ? ''
          : [String(code), enhanced, text].filter((part) => part !== '').join(' '),
      cause: verdict.kind === 'defer' ? verdict.cause : '',
      effects: phrasesOf(decision),
      applied,
    },
  ];
}

function* tried(
  policy: Policy,
  table: AccessTable,
  ask: (environment: Environment) => Lookup<AccessDecision>,
  environment: Environment,
): Lookup<AccessDecision> {
  try {
    return yield* ask({ ...environment, budget: new StepBudget(policy.settings.limits.steps) });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { ...silentDecision(table), verdict: defer(`${table}: ${cause}`) };
  }
}

/** Asks a table of the site; in shadow its answer is kept aside, and the table has said nothing. */
export function* askSiteTable(
  policy: Policy,
  table: AccessTable,
  asked: Asked,
  ask: (environment: Environment) => Lookup<AccessDecision>,
  environment: Environment,
): Lookup<SiteDecision> {
  if (!isInShadow(policy, table, asked.session.sourceChannel)) {
    return { ...(yield* ask(environment)), shadowed: [] };
  }
  const { trace } = environment;
  const held: TraceEvent[] = [];
  // Nothing is decided yet.
  const holdDecided = (event: TraceEvent) => (event.kind === 'decided' ? held.push(event) : trace?.(event));
  const own = trace === undefined ? environment : { ...environment, trace: holdDecided };
  const decision = yield* tried(policy, table, ask, own);
  const applied = yield* keepsFromRelaying(policy, asked, decision, environment);
  const shadowed = shadowedVerdict(table, decision, applied);
  for (const one of shadowed) trace?.({ kind: 'shadowed', ...one });
  if (applied) for (const event of held) trace?.(event);
  return { ...(applied ? decision : silentDecision(table)), shadowed };
}

/** Joins what tables in shadow would have done; the same of a further address of a list is kept once. */
export function joinShadowed(
  earlier: readonly ShadowedVerdict[],
  later: readonly ShadowedVerdict[],
): readonly ShadowedVerdict[] {
  const isKnown = ({ table, entry, verdict, applied }: ShadowedVerdict) =>
    earlier.some(
      (one) =>
        one.table === table && one.entry === entry && one.verdict === verdict && one.applied === applied,
    );
  const added = later.filter((one) => !isKnown(one));
  return added.length === 0 ? earlier : [...earlier, ...added];
}

/** Tells whether something would have become of the mail that did not, or did only to keep strangers from relaying. */
export function wouldMatter({ verdict, effects }: ShadowedVerdict): boolean {
  return verdict !== 'accept' || effects.length > 0;
}
