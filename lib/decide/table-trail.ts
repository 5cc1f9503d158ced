/*
 * The tables of RCPT TO, consulted in turn about one recipient; what they request adds up. The first that does not accept ends it.
 * Ref: PMDF 16.1
 */
import { type AccessDecision, type AccessTable, recipientTables, silentDecision } from '../access/index.js';
import { type HeldText, inWireForm } from '../address/index.js';
import type { Lookup } from '../engine/index.js';
import type { RecipientRequest } from '../policy/index.js';
import { accepted, type Verdict } from '../smtp/index.js';
import { consultPlainTable, consultTable, isPlain, planToProbe, silent } from './consult-tables.js';
import type { DecisionContext } from './context.js';
import { type AccessEffects, noEffects, noneShadowed, type ShadowedVerdict } from './decision.js';
import { effectsOf, joinEffects, joinShadowed } from './effects.js';
import { factsOf, type TableFacts } from './table-facts.js';

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
    let facts: TableFacts | null = null;
    for (const table of tables) {
      const plan = planToProbe(this.#context, table, recipient.channel);
      if (plan === null) continue;
      facts ??= this.#factsAbout(recipient);
      const about = { table, facts, named: this.#envelope.named };
      const decision = consultPlainTable(this.#context, plan, about);
      if (decision !== silentDecision && this.#add(decision)) return decision.verdict;
    }
    return null;
  }

  /** The same with look-ups, and in shadow. */
  *consult(tables: readonly AccessTable[], recipient: TableRecipient): Lookup<Verdict | null> {
    const facts = this.#factsAbout(recipient);
    for (const table of tables) {
      const plan = planToProbe(this.#context, table, recipient.channel);
      if (plan === null) continue;
      const about = { table, facts, named: this.#envelope.named };
      const decision = yield* consultTable(this.#context, plan, about);
      if (decision === silent) continue;
      this.shadowed = joinShadowed(this.shadowed, decision.shadowed);
      if (this.#add(decision)) return decision.verdict;
    }
    return null;
  }

  #factsAbout({ address, channel }: TableRecipient): TableFacts {
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
