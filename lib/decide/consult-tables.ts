/*
 * Consults the site's access tables about a session and its envelope, and adds up their answers. A table that does not exist
 * is skipped.
 * Ref: PMDF 16.1
 */
import {
  type AccessDecision,
  type AccessTable,
  accessProbe,
  decideTable,
  type InputFlagFacts,
  inputFlagsFor,
  type ProbeFacts,
  recipientTables,
  silentDecision,
  smtpApplication,
} from '../access/index.js';
import { asciiDomain, type HeldText, holdBars, inWireForm } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
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
  return tables.includes(table) || channels.includes(sourceChannel);
}

/** Consults a table that exists. */
function* consultTable(
  context: DecisionContext<ConsultingSession>,
  { table, facts, named }: TableQuestion,
): Lookup<SiteDecision> {
  const { policy, session, environment } = context;
  const question = {
    table,
    probe: accessProbe(table, facts),
    inputFlags: inputFlagsFor(table, facts),
    address: named,
    defaultText: policy.settings.access.defaultText,
  };
  if (isInShadow(policy, table, session.sourceChannel)) {
    const { destinationChannel } = facts;
    return yield* consultInShadow(context, { question, destinationChannel });
  }
  const { trace } = environment;
  const decision = yield* decideTable(siteTables(policy, environment), { ...question, trace });
  return decision === silentDecision ? silent : { ...decision, shadowed: [] };
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
  if (!context.policy.mappings.has('PORT_ACCESS')) return silent;
  const facts = sessionFacts(context.policy, context.session);
  return yield* consultTable(context, { table: 'PORT_ACCESS', facts, named: '' });
}

/** Consults FROM_ACCESS about an envelope From. */
export function* consultSender(
  context: DecisionContext,
  envelopeFrom: HeldText,
  named: string,
): Lookup<SiteDecision> {
  if (!context.policy.mappings.has('FROM_ACCESS')) return silent;
  const facts = { ...sessionFacts(context.policy, context.session), envelopeFrom };
  return yield* consultTable(context, { table: 'FROM_ACCESS', facts, named });
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
    for (const table of tables) {
      if (!this.#context.policy.mappings.has(table)) continue;
      this.#shared ??= recipientFacts(this.#context, this.#envelope);
      const facts = {
        ...this.#shared,
        destinationChannel: recipient.channel,
        envelopeTo: recipient.address,
      };
      const { named } = this.#envelope;
      const decision = yield* consultTable(this.#context, { table, facts, named });
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
