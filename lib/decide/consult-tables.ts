/*
 * Consults the site's access tables about a session and its envelope, and adds up their answers. A table that does not exist
 * is skipped; so is one in which no entry can match, unless somebody listens to the trace.
 * Ref: PMDF 16.1
 */
import {
  type AccessDecision,
  type AccessQuestion,
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

/** Whether a table decides without looking anything up. */
function isPlain(
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
function consultPlainTable(
  context: DecisionContext<ConsultingSession>,
  { compiled }: TablePlan,
  about: TableQuestion,
): AccessDecision {
  const { environment } = context;
  const question = accessQuestion(context, about);
  const { inputFlags } = question;
  return decideByResult(question, applyTableNow(compiled, question.probe, { inputFlags, environment }));
}

const noneShadowed: readonly ShadowedVerdict[] = [];

/** Consults a table that exists. */
function* consultTable(
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

const noText = holdBars('');
const noNotify: ReadonlySet<string> = new Set();

/** What the tables are told of an envelope and one recipient. */
interface EnvelopeFacts {
  readonly envelopeFrom: HeldText;
  readonly destinationChannel: string;
  readonly envelopeTo: HeldText;
  readonly originalRecipient: string | null;
  readonly notify: ReadonlySet<string>;
}

const noEnvelope: EnvelopeFacts = {
  envelopeFrom: noText,
  destinationChannel: '',
  envelopeTo: noText,
  originalRecipient: null,
  notify: noNotify,
};

// Each property is named: to copy an object takes longer than everything else here.
function factsOf(
  policy: Policy,
  session: ConsultingSession,
  envelope: EnvelopeFacts,
): TableQuestion['facts'] {
  const { client, server, helo = null, authUser = null } = session;
  const isTcp = client.address !== '';
  return {
    port: isTcp
      ? {
          serverAddress: server.address,
          serverPort: server.port,
          clientAddress: client.address,
          clientPort: client.port,
        }
      : null,
    application: isTcp
      ? smtpApplication(policy.settings.access.appInfo, helo === null ? null : asciiDomain(helo))
      : '',
    submitType: 'MAIL',
    sourceChannel: session.sourceChannel,
    envelopeFrom: envelope.envelopeFrom,
    authenticatedFrom: authUser ?? '',
    destinationChannel: envelope.destinationChannel,
    envelopeTo: envelope.envelopeTo,
    originalRecipient: envelope.originalRecipient,
    authenticated: authUser !== null,
    tls: session.tls ?? false,
    protocol: session.esmtp === true ? 'ESMTP' : 'SMTP',
    notify: envelope.notify,
  };
}

export function* consultPort(context: DecisionContext<ConsultingSession>): Lookup<SiteDecision> {
  const plan = context.policy.accessPlan.get('PORT_ACCESS');
  if (plan === undefined || !isProbed(context, 'PORT_ACCESS', plan, '')) return silent;
  const facts = factsOf(context.policy, context.session, noEnvelope);
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
  const facts = factsOf(context.policy, context.session, { ...noEnvelope, envelopeFrom });
  return yield* consultTable(context, plan, { table: 'FROM_ACCESS', facts, named });
}

/** The flags that templates of FORWARD can test: those of SEND_ACCESS. */
export function forwardInputFlags(
  { policy, session }: DecisionContext,
  { notify }: RecipientRequest,
): ReadonlySet<string> {
  return inputFlagsFor('SEND_ACCESS', factsOf(policy, session, { ...noEnvelope, notify }));
}

/** The tables that see a recipient before aliases and forwarding, and after. */
export const tablesBefore = recipientTables('before-aliases');
export const tablesAfter = recipientTables('after-aliases');

const noEntries: readonly string[] = [];

/** One form of a recipient as a table sees it, with its channel. */
export interface TableRecipient {
  readonly address: HeldText;
  readonly channel: string;
}

/** The envelope that a recipient belongs to. */
export interface EnvelopeForTables {
  readonly envelopeFrom: HeldText;
  readonly request: RecipientRequest;
  /** What a rejection names: the address as the client gave it. */
  readonly named: string;
}

/** What the tables consulted so far about one recipient requested: their effects and entries add up. */
export class TableTrail {
  effects: AccessEffects = noEffects;
  entries: readonly string[] = noEntries;
  shadowed: readonly ShadowedVerdict[] = noneShadowed;
  /** The verdict of the last table that accepted by an entry. */
  accepting: Verdict = accepted;
  readonly #context: DecisionContext;
  readonly #envelope: EnvelopeForTables;

  constructor(context: DecisionContext, envelope: EnvelopeForTables) {
    this.#context = context;
    this.#envelope = envelope;
  }

  /** Whether all of these tables decide without looking anything up. */
  isPlain(tables: readonly AccessTable[]): boolean {
    const { accessPlan } = this.#context.policy;
    for (const table of tables) {
      const plan = accessPlan.get(table);
      if (plan !== undefined && !isPlain(this.#context, table, plan)) return false;
    }
    return true;
  }

  /** Consults tables in turn, all of them plain; gives the first verdict that does not accept, or null. */
  consultNow(tables: readonly AccessTable[], recipient: TableRecipient): Verdict | null {
    const { accessPlan } = this.#context.policy;
    let facts: TableQuestion['facts'] | null = null;
    for (const table of tables) {
      const plan = accessPlan.get(table);
      if (plan === undefined || !isProbed(this.#context, table, plan, recipient.channel)) continue;
      facts ??= this.#factsAbout(recipient);
      const about = { table, facts, named: this.#envelope.named };
      const decision = consultPlainTable(this.#context, plan, about);
      if (decision !== silentDecision && this.#add(decision)) return decision.verdict;
    }
    return null;
  }

  /** The same with look-ups, and in shadow. */
  *consult(tables: readonly AccessTable[], recipient: TableRecipient): Lookup<Verdict | null> {
    const { accessPlan } = this.#context.policy;
    const facts = this.#factsAbout(recipient);
    for (const table of tables) {
      const plan = accessPlan.get(table);
      if (plan === undefined || !isProbed(this.#context, table, plan, recipient.channel)) continue;
      const about = { table, facts, named: this.#envelope.named };
      const decision = yield* consultTable(this.#context, plan, about);
      if (decision === silent) continue;
      this.shadowed = joinShadowed(this.shadowed, decision.shadowed);
      if (this.#add(decision)) return decision.verdict;
    }
    return null;
  }

  #factsAbout({ address, channel }: TableRecipient): TableQuestion['facts'] {
    const { policy, session } = this.#context;
    const { envelopeFrom, request } = this.#envelope;
    return factsOf(policy, session, {
      envelopeFrom,
      destinationChannel: channel,
      envelopeTo: address,
      originalRecipient: policy.settings.access.orcpt ? inWireForm(request.originalRecipient ?? '') : null,
      notify: request.notify,
    });
  }

  /** Adds what a table decided; true if it does not accept. */
  #add(decision: AccessDecision): boolean {
    this.effects = joinEffects(this.effects, effectsOf(decision));
    this.addEntries(decision.entries);
    if (decision.verdict.kind !== 'accept') return true;
    if (decision.verdict.place !== null) this.accepting = decision.verdict;
    return false;
  }

  /** Adds entries; those that matched for another address of a list before are named once. */
  addEntries(entries: readonly string[]): void {
    if (entries.every((entry) => this.entries.includes(entry))) return;
    this.entries = this.entries.length === 0 ? entries : [...this.entries, ...entries];
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
