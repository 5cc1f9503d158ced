/*
 * Consults the site's access tables about a session and its envelope, and adds up their answers. A table that does not exist
 * is skipped; so is one in which no entry can match, unless somebody listens to the trace.
 * Ref: PMDF 16.1
 */
import {
  type AccessDecision,
  type AccessTable,
  accessProbe,
  decideByResult,
  decideTable,
  type InputFlagFacts,
  inputFlagsFor,
  type ProbeFacts,
  recipientTables,
  silentDecision,
  smtpApplication,
  type TablePlan,
} from '../access/index.js';
import { asciiDomain, type HeldText, holdBars, inWireForm } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
import { applyTableNow, spendScan } from '../mapping/index.js';
import { type Policy, type RecipientRequest, siteTables } from '../policy/index.js';
import { accepted, type Verdict } from '../smtp/index.js';
import type { ConsultingSession, DecisionContext } from './context.js';
import { type AccessEffects, noEffects, type ShadowedVerdict, type SiteDecision } from './decision.js';
import { consultInShadow } from './shadow.js';

/** What a table is consulted about. */
export interface TableQuestion {
  readonly table: AccessTable;
  readonly facts: ProbeFacts & InputFlagFacts;
  /** What a rejection names: the address as the client gave it. */
  readonly named: string;
}

const silent: SiteDecision = Object.freeze({ ...silentDecision, shadowed: [] });

function isInShadow({ settings }: Policy, table: AccessTable, sourceChannel: string): boolean {
  const { tables, channels } = settings.shadow;
  if (tables.length === 0 && channels.length === 0) return false;
  return tables.includes(table) || channels.includes(sourceChannel);
}

/** Whether a table has to be probed: without a listener, only if an entry of it can match. */
function isProbed(
  { policy, session, environment }: DecisionContext<ConsultingSession>,
  table: AccessTable,
  plan: TablePlan,
  destinationChannel: string,
): boolean {
  const { sourceChannel } = session;
  if (environment.trace !== undefined || plan.canMatch(sourceChannel, destinationChannel)) return true;
  // The search for an entry counts; in shadow it counts for the table alone.
  if (!isInShadow(policy, table, sourceChannel)) spendScan(plan.compiled, environment.budget);
  return false;
}

/** Consults a table that exists. */
function* consultTable(
  context: DecisionContext<ConsultingSession>,
  plan: TablePlan,
  { table, facts, named }: TableQuestion,
): Lookup<SiteDecision> {
  const { policy, session, environment } = context;
  const { trace } = environment;
  const inputFlags = inputFlagsFor(table, facts);
  const { defaultText } = policy.settings.access;
  const question = {
    table,
    probe: accessProbe(table, facts),
    inputFlags,
    address: named,
    defaultText,
    trace,
  };
  if (isInShadow(policy, table, session.sourceChannel)) {
    const { destinationChannel } = facts;
    return yield* consultInShadow(context, { question, destinationChannel });
  }
  const { compiled } = plan;
  const decision = compiled.asks
    ? yield* decideTable(siteTables(policy, environment), question)
    : decideByResult(question, applyTableNow(compiled, question.probe, { inputFlags, environment }));
  if (decision === silentDecision) return silent;
  const { verdict, outcome, entries, logLines } = decision;
  return { verdict, outcome, entries, logLines, shadowed: [] };
}

const noText = holdBars('');
const noNotify: ReadonlySet<string> = new Set();

/** What the tables are told of a session, without an envelope. */
function sessionFacts(policy: Policy, session: ConsultingSession): ProbeFacts & InputFlagFacts {
  const { client, server, helo = null, authUser = null } = session;
  const isTcp = client.address !== '';
  const heloName = helo === null ? null : asciiDomain(helo);
  return {
    port: isTcp
      ? {
          serverAddress: server.address,
          serverPort: server.port,
          clientAddress: client.address,
          clientPort: client.port,
        }
      : null,
    application: isTcp ? smtpApplication(policy.settings.access.appInfo, heloName) : '',
    submitType: 'MAIL',
    sourceChannel: session.sourceChannel,
    envelopeFrom: noText,
    authenticatedFrom: authUser ?? '',
    destinationChannel: '',
    envelopeTo: noText,
    originalRecipient: null,
    authenticated: authUser !== null,
    tls: session.tls ?? false,
    protocol: session.esmtp === true ? 'ESMTP' : 'SMTP',
    notify: noNotify,
  };
}

export function* consultPort(context: DecisionContext<ConsultingSession>): Lookup<SiteDecision> {
  const plan = context.policy.accessPlan.get('PORT_ACCESS');
  if (plan === undefined || !isProbed(context, 'PORT_ACCESS', plan, '')) return silent;
  const facts = sessionFacts(context.policy, context.session);
  return yield* consultTable(context, plan, { table: 'PORT_ACCESS', facts, named: '' });
}

/** Consults FROM_ACCESS about an envelope From. */
export function* consultSender(
  context: DecisionContext,
  envelopeFrom: HeldText,
  named: string,
): Lookup<SiteDecision> {
  const plan = context.policy.accessPlan.get('FROM_ACCESS');
  if (plan === undefined || !isProbed(context, 'FROM_ACCESS', plan, '')) return silent;
  const facts = { ...sessionFacts(context.policy, context.session), envelopeFrom };
  return yield* consultTable(context, plan, { table: 'FROM_ACCESS', facts, named });
}

/** The flags that templates of FORWARD can test: those of SEND_ACCESS. */
export function forwardInputFlags(
  { policy, session }: DecisionContext,
  { notify }: RecipientRequest,
): ReadonlySet<string> {
  return inputFlagsFor('SEND_ACCESS', { ...sessionFacts(policy, session), notify });
}

/** The tables that see a recipient before aliases and forwarding, and after. */
export const tablesBefore = recipientTables('before-aliases');
export const tablesAfter = recipientTables('after-aliases');

/** The envelope that a recipient belongs to. */
export interface EnvelopeForTables {
  readonly envelopeFrom: HeldText;
  readonly request: RecipientRequest;
  /** What a rejection names: the address as the client gave it. */
  readonly named: string;
}

function recipientFacts(
  { policy, session }: DecisionContext,
  { envelopeFrom, request }: EnvelopeForTables,
): ProbeFacts & InputFlagFacts {
  const originalRecipient = policy.settings.access.orcpt ? inWireForm(request.originalRecipient ?? '') : null;
  return { ...sessionFacts(policy, session), envelopeFrom, originalRecipient, notify: request.notify };
}

/** What the tables consulted so far about one recipient requested: their effects and entries add up. */
export class TableTrail {
  effects: AccessEffects = noEffects;
  entries: readonly string[] = [];
  shadowed: readonly ShadowedVerdict[] = [];
  /** The verdict of the last table that accepted by an entry. */
  accepting: Verdict = accepted;
  readonly #context: DecisionContext;
  readonly #envelope: EnvelopeForTables;
  /** What is the same for every address; made for the first table that exists. */
  #shared: (ProbeFacts & InputFlagFacts) | null = null;

  constructor(context: DecisionContext, envelope: EnvelopeForTables) {
    this.#context = context;
    this.#envelope = envelope;
  }

  /** Consults tables in turn; gives the first verdict that does not accept, or null. */
  *consult(
    tables: readonly AccessTable[],
    recipient: { readonly address: HeldText; readonly channel: string },
  ): Lookup<Verdict | null> {
    const { accessPlan } = this.#context.policy;
    if (accessPlan.size === 0) return null;
    let facts: TableQuestion['facts'] | null = null;
    for (const table of tables) {
      const plan = accessPlan.get(table);
      if (plan === undefined || !isProbed(this.#context, table, plan, recipient.channel)) continue;
      this.#shared ??= recipientFacts(this.#context, this.#envelope);
      facts ??= { ...this.#shared, destinationChannel: recipient.channel, envelopeTo: recipient.address };
      const { named } = this.#envelope;
      const decision = yield* consultTable(this.#context, plan, { table, facts, named });
      if (decision !== silent) this.#add(decision);
      if (decision.verdict.kind !== 'accept') return decision.verdict;
      if (decision.verdict.place !== null) this.accepting = decision.verdict;
    }
    return null;
  }

  #add(decision: SiteDecision): void {
    this.effects = joinEffects(this.effects, effectsOf(decision));
    this.shadowed = joinShadowed(this.shadowed, decision.shadowed);
    this.addEntries(decision.entries);
  }

  /** Adds entries; those that matched for another address of a list before are named once. */
  addEntries(entries: readonly string[]): void {
    if (entries.every((entry) => this.entries.includes(entry))) return;
    this.entries = [...this.entries, ...entries];
  }
}

/** What a table's answer requests apart from its verdict. */
export function effectsOf({ outcome, logLines }: AccessDecision): AccessEffects {
  if (outcome === silentDecision.outcome && logLines.length === 0) return noEffects;
  const { delay, headerLine, hold, bitbucket, tag } = outcome;
  return { delay, headerLines: headerLine === null ? [] : [headerLine], hold, bitbucket, tag, logLines };
}

function together(earlier: readonly string[], later: readonly string[]): readonly string[] {
  return later.every((line) => earlier.includes(line)) ? earlier : [...new Set([...earlier, ...later])];
}

/** Adds the effects of a later table to those of earlier ones; the later delay wins, equal lines come once. */
export function joinEffects(earlier: AccessEffects, later: AccessEffects): AccessEffects {
  if (earlier === noEffects) return later;
  if (later === noEffects) return earlier;
  return {
    delay: later.delay ?? earlier.delay,
    headerLines: together(earlier.headerLines, later.headerLines),
    hold: earlier.hold || later.hold,
    bitbucket: earlier.bitbucket || later.bitbucket,
    tag: later.tag ?? earlier.tag,
    logLines: together(earlier.logLines, later.logLines),
  };
}

/** Joins what tables in shadow would have done; equal ones, for another address of a list, are kept once. */
export function joinShadowed(
  earlier: readonly ShadowedVerdict[],
  later: readonly ShadowedVerdict[],
): readonly ShadowedVerdict[] {
  if (later.length === 0) return earlier;
  const isKnown = ({ table, entry, verdict, applied }: ShadowedVerdict) =>
    earlier.some(
      (one) =>
        one.table === table && one.entry === entry && one.verdict === verdict && one.applied === applied,
    );
  const added = later.filter((one) => !isKnown(one));
  return added.length === 0 ? earlier : [...earlier, ...added];
}
