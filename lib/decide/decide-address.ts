/*
 * Decides an address from rewriting on, in the first pass and when a message is reprocessed:
 *   rewriting -> ORIG tables -> the addresses it becomes -> SEND_ACCESS and MAIL_ACCESS for each -> deliveries
 * Ref: PMDF 16.1.1, 26.7
 */
import { type HeldText, holdBars, isCarried, releaseBars } from '../address/index.js';
import { isDirectoryChannelName } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { AliasResult, Ambiguous, FinalAddress } from '../forwarding/index.js';
import {
  compiledChannel,
  isReprocessing,
  laterSource,
  type Policy,
  processChannel,
  type RecipientRequest,
  reprocessChannel,
  type Session,
  withoutProcessHost,
} from '../policy/index.js';
import { accepted, defer, type Reply, reject, reply, type Verdict } from '../smtp/index.js';
import type { DecisionContext } from './context.js';
import { type Delivery, noEffects, type RecipientDecision, undelivered } from './decision.js';
import { joinEffects, joinShadowed } from './effects.js';
import { expandRecipient, laterChannel, mayBeExpanded, routeRecipient } from './expand-recipient.js';
import { lookUpInDirectory, tellsCandidates } from './look-up-directory.js';
import { TableTrail, tablesAfter, tablesBefore } from './table-trail.js';

/** What a decision on a recipient covers. */
export interface RecipientOptions {
  /** Whether the access tables are consulted; the built-in entries always are. */
  readonly tables: boolean;
  /** Whether the second pass of the process channel is followed as well, for explanations. */
  readonly bothPasses: boolean;
}

/** A recipient that goes no further. */
export function refused(address: string, refusal: Verdict | Reply): RecipientDecision {
  const verdict = 'kind' in refusal ? refusal : reject(null, refusal);
  return undelivered(releaseBars(address), verdict);
}

/** How an address is decided. */
export interface AddressPass extends RecipientOptions {
  readonly envelopeFrom: string;
  readonly request: RecipientRequest;
  /** The address if it came over SMTP in this form, so that SMTP can carry it; null if it was completed or queued. */
  readonly fromSmtp: string | null;
  /** Whether a later pass may expand the address; false in that pass. */
  readonly isFirstPass: boolean;
  /** Set for mail that was held and is released. */
  readonly released?: Released | undefined;
}

/**
 * A recipient of mail that was held and is released, which nothing holds again: the one that was named, which aliases and FORWARD
 * may still replace, or one that they gave.
 */
export type Released = 'named' | 'expanded';

/** Decides an address as it is to be rewritten. */
export function* decideAddress(
  context: DecisionContext,
  received: string,
  pass: AddressPass,
): Lookup<RecipientDecision> {
  const { policy, session, environment } = context;
  const { request, tables } = pass;
  const address = holdBars(received);
  const rewritten = yield* routeRecipient(policy, session.sourceChannel, address, environment);
  if (rewritten.kind === 'failed') return refused(address, defer(rewritten.cause));
  if (rewritten.kind === 'refused') return refused(address, rewritten.reply);
  const { routed } = rewritten;
  const envelope = { envelopeFrom: holdBars(pass.envelopeFrom), request, named: releaseBars(address) };
  const trail = new TableTrail(context, envelope);
  const end = (verdict: Verdict, deliveries: readonly Delivery[] = []): RecipientDecision => {
    const { effects, entries, shadowed } = trail;
    const { channel } = routed;
    return { verdict, address: releaseBars(routed.address), channel, deliveries, effects, entries, shadowed };
  };

  if (tables && routed.channel !== reprocessChannel) {
    const refusal = trail.isPlain(tablesBefore)
      ? trail.consultNow(tablesBefore, routed)
      : yield* trail.consult(tablesBefore, routed);
    if (refusal !== null) return end(refusal);
  }
  const later = pass.isFirstPass ? laterChannel(policy, session, request) : null;
  const expanded: AliasResult =
    later !== null
      ? asItIs(routed.address, later)
      : (pass.released !== 'expanded' || routed.looksUp) && mayBeExpanded(policy, routed)
        ? yield* expandRecipient(context, request, routed)
        : asItIs(routed.address, routed.channel);
  if (expanded.entries.length > 0) trail.entries = [...trail.entries, ...expanded.entries];
  const last = expanded.entries.at(-1) ?? null;
  if (expanded.kind === 'failed') return end(defer(expanded.cause, last));
  if (expanded.kind === 'refused') {
    const { ambiguous } = expanded;
    if (ambiguous !== null && isTold(context, pass, ambiguous))
      return end(trail.accepting, [toBeTold(ambiguous)]);
    const decision = end(reject(last, expanded.reply));
    return ambiguous === null ? decision : { ...decision, ambiguous };
  }
  if (expanded.hold && pass.released === undefined) {
    // Only pmdf/access, the plugin of the tables, holds messages.
    if (!tables) return end(defer('FORWARD holds the message, which needs the plugin pmdf/access', last));
    trail.effects = joinEffects(trail.effects, { ...noEffects, hold: true });
  }
  trail.accepting = accepted;
  const deliveries: Delivery[] = [];
  for (const final of expanded.addresses) {
    // What is reprocessed with the same source channel is decided then, as what it will have become.
    if (tables && final.channel !== reprocessChannel) {
      const refusal = trail.isPlain(tablesAfter)
        ? trail.consultNow(tablesAfter, final)
        : yield* trail.consult(tablesAfter, final);
      if (refusal !== null) return end(refusal);
    }
    const plain = releaseBars(final.address);
    if (plain !== pass.fromSmtp && !isCarried(plain)) {
      return end(
        reject(null, reply(550, '5.1.3', `the address became one that SMTP cannot carry: ${plain}`)),
      );
    }
    const delivery: Delivery = { address: plain, channel: final.channel };
    if (!compiledChannel(policy, final.channel).isReprocessing) {
      deliveries.push(delivery);
      continue;
    }
    // Tables do not see `reprocess`, so they are consulted now about what follows it, and so is a directory: a refusal is then the
    // answer to the client and not a bounce. Not so after `expandlimit`, which is there to postpone the work.
    const isDecidedNow = final.channel !== processChannel && pass.isFirstPass && later === null;
    const next = isDecidedNow || pass.bothPasses ? yield* secondPass(context, final, pass) : null;
    if (next !== null) trail.shadowed = joinShadowed(trail.shadowed, next.shadowed);
    if (next !== null && isDecidedNow && next.verdict.kind !== 'accept') {
      if (next.ambiguous === undefined) return end(next.verdict);
      if (!isTold(context, pass, next.ambiguous)) return { ...end(next.verdict), ambiguous: next.ambiguous };
      deliveries.push(toBeTold(next.ambiguous));
      continue;
    }
    const then = pass.bothPasses ? (next?.deliveries ?? null) : null;
    deliveries.push(then === null ? delivery : { ...delivery, then });
  }
  return end(trail.accepting, deliveries);
}

/** Whether the sender is told what an ambiguous recipient may mean: in the first pass only, when the session is known. */
function isTold(
  { policy, session }: DecisionContext,
  { isFirstPass, envelopeFrom }: AddressPass,
  { channel }: Ambiguous,
): boolean {
  return isFirstPass && tellsCandidates(policy, session, { channel, envelopeFrom });
}

/** An ambiguous recipient whose sender is told what it may mean. */
function toBeTold({ address, channel, candidates }: Ambiguous): Delivery {
  return { address: releaseBars(address), channel, candidates };
}

/** A recipient that no alias and no forwarding changes in this pass. */
function asItIs(address: HeldText, channel: string): AliasResult {
  return { kind: 'expanded', addresses: [{ address, channel }], hold: false, entries: [] };
}

function secondPass(
  { policy, session, environment }: DecisionContext,
  { address, channel }: FinalAddress,
  { envelopeFrom, tables }: AddressPass,
): Lookup<RecipientDecision> {
  const { server, sourceChannel: source } = session;
  const reprocessed = { server, envelopeFrom, address: releaseBars(address), channel, source, tables };
  return decideReprocessed(policy, reprocessed, environment);
}

/** A recipient of a message that a channel reprocesses. */
export interface Reprocessed {
  readonly server: Session['server'];
  readonly envelopeFrom: string;
  readonly address: string;
  /** The channel that reprocesses it: `process` when not given. */
  readonly channel?: string;
  /** The source channel of the pass before, which `reprocess` keeps; not known when not given. */
  readonly source?: string;
  /** Whether the access tables are consulted; they are when not given, except for released mail. */
  readonly tables?: boolean;
  readonly released?: Released | undefined;
}

/** By this a loop is recognized: an address may be on `process` and on a directory channel, but on neither twice. */
function stepOf(channel: string, address: string): string {
  return isDirectoryChannelName(channel) ? `${channel} ${address}` : address;
}

/**
 * Decides an address that the channel `process` or a directory channel reprocesses, or `reprocess` with the source channel of the
 * first pass. There is no connection. What reaches such a channel again is reprocessed at once, until nothing does or a loop is
 * found.
 */
export function* decideReprocessed(
  policy: Policy,
  reprocessed: Reprocessed,
  environment: Environment,
): Lookup<RecipientDecision> {
  const { channel = processChannel, source = processChannel, released } = reprocessed;
  const tables = released === undefined && reprocessed.tables !== false;
  const first = withoutProcessHost(policy.hosts, reprocessed.address);
  const pass = { ...reprocessed, address: first, channel, source, tables, released };
  let decision = yield* decideLaterPass(policy, pass, environment);
  const deliveries: Delivery[] = [];
  const seen = new Set([stepOf(channel, first)]);
  const open = decision.deliveries.map((delivery) => ({ delivery, path: [pass], before: pass }));
  for (const { delivery, path, before } of open) {
    if (!isReprocessing(delivery.channel)) {
      deliveries.push(delivery);
      continue;
    }
    const again = withoutProcessHost(policy.hosts, delivery.address);
    const step = stepOf(delivery.channel, again);
    const isRepeated = path.some((one) => stepOf(one.channel, one.address) === step);
    if (isRepeated || path.length > policy.settings.limits.aliasDepth) {
      const text = `forwarding loop: ${[...path.map(({ address }) => address), again].join(' -> ')}`;
      const verdict = reject(decision.entries.at(-1) ?? null, reply(550, '5.4.6', text));
      return { ...decision, verdict, deliveries: [] };
    }
    if (seen.has(step)) continue;
    seen.add(step);
    const now = {
      ...before,
      address: again,
      channel: delivery.channel,
      source: laterSource(before.channel, before.source),
    };
    const next = yield* decideLaterPass(policy, now, environment);
    decision = {
      ...decision,
      verdict: next.verdict,
      effects: joinEffects(decision.effects, next.effects),
      entries: [...decision.entries, ...next.entries],
      shadowed: joinShadowed(decision.shadowed, next.shadowed),
    };
    if (next.verdict.kind !== 'accept') {
      const refusal = { ...decision, deliveries: [] };
      return next.ambiguous === undefined ? refusal : { ...refusal, ambiguous: next.ambiguous };
    }
    for (const one of next.deliveries) open.push({ delivery: one, path: [...path, now], before: now });
  }
  return { ...decision, deliveries };
}

const noRequest: RecipientRequest = { to: { kind: 'null' }, originalRecipient: null, notify: new Set() };

function* decideLaterPass(
  policy: Policy,
  { server, envelopeFrom, address: received, channel, source, tables, released }: Required<Reprocessed>,
  environment: Environment,
): Lookup<RecipientDecision> {
  const sourceChannel = laterSource(channel, source);
  const session: Session = {
    client: { address: '', port: 0 },
    server,
    reverseName: { kind: 'none', cause: 'reprocessed, without a connection' },
    sourceChannel,
    helo: null,
    esmtp: false,
    tls: false,
    authUser: null,
  };
  environment.trace?.({ kind: 'pass-begins', channel: sourceChannel, address: received });
  let address = received;
  if (isDirectoryChannelName(channel)) {
    const onChannel = { address: holdBars(received), channel };
    const found = yield* lookUpInDirectory(policy, onChannel, environment);
    if (found.kind === 'failed') return refused(received, defer(found.cause));
    if (found.kind === 'refused') {
      const { candidates } = found;
      const decision = refused(received, found.reply);
      return candidates === null ? decision : { ...decision, ambiguous: { ...onChannel, candidates } };
    }
    address = releaseBars(found.address);
  }
  const pass = {
    envelopeFrom,
    request: noRequest,
    fromSmtp: null,
    isFirstPass: false,
    tables,
    bothPasses: false,
    released,
  };
  return yield* decideAddress({ policy, session, environment }, address, pass);
}
