/*
 * Decides RCPT TO, in one direction:
 *   names of channels refused -> built-in entries over the address as received -> rewriting -> ORIG tables
 *   -> the addresses it becomes -> SEND_ACCESS and MAIL_ACCESS for each -> deliveries
 * Ref: PMDF 2.3.3, 2.3.4.47, 16.1.1
 */
import {
  type Address,
  holdBars,
  isCarried,
  isDamaged,
  octetsOf,
  printAddress,
  releaseBars,
  wireAddress,
  wireHosts,
} from '../address/index.js';
import { completeDomain } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { Expansion, FinalAddress } from '../forwarding/index.js';
import {
  channelNamed,
  channelNameIn,
  isReprocessing,
  type Policy,
  processChannel,
  type RecipientRequest,
  reprocessChannel,
  type Session,
  withoutOwnHost,
} from '../policy/index.js';
import { accept, defer, type Reply, reject, reply, type Verdict } from '../smtp/index.js';

import { askRecipient, type EnvelopeForTables, effectsOf } from './access-tables.js';
import { decideForm } from './built-in-pass.js';
import {
  type AccessEffects,
  type Delivery,
  joinEffects,
  noEffects,
  type RecipientDecision,
} from './decision.js';
import { expandRecipient, laterChannel, routeRecipient } from './expand-recipient.js';
import { joinShadowed, type ShadowedVerdict, type SiteDecision } from './shadow.js';

/** What decisions on a recipient may take into account beside the policy. */
export interface RecipientOptions {
  /** Whether the access tables are asked; the built-in entries always are. */
  readonly tables: boolean;
  /** Whether the second pass of the process channel is followed as well, for explanations. */
  readonly bothPasses: boolean;
}

/** A recipient on its way through the tables; effects and entries add up. */
interface Way {
  readonly effects: AccessEffects;
  readonly entries: readonly string[];
  readonly shadowed: readonly ShadowedVerdict[];
}

const start: Way = { effects: noEffects, entries: [], shadowed: [] };

function refused(
  address: string,
  verdict: Verdict,
  way: Way,
  channel: string | null = null,
): RecipientDecision {
  return { verdict, address: releaseBars(address), channel, deliveries: [], ...way };
}

const addressTooLong: Reply = reply(550, '5.1.3', 'the address is too long');
const nullRecipient: Reply = reply(550, '5.1.3', 'the null path is no recipient');

/** Gives a bare recipient its domain: ours, by the keywords of the source channel. */
function completed(policy: Policy, session: Session, address: Address): Address {
  if (address.domain !== null) return address;
  const channel = channelNamed(policy, session.sourceChannel);
  const domain = completeDomain({ channel, direction: 'to', localHost: policy.localHost, clientHost: null });
  return wireHosts({ ...address, domain });
}

const damagedRecipient: Reply = reply(550, '5.1.3', 'the address is not valid UTF-8');
const badHost: Reply = reply(550, '5.1.3', 'the address has a host that is not a valid host name');

/** Decides one RCPT TO. */
export function* decideRecipient(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  request: RecipientRequest,
  options: RecipientOptions,
  environment: Environment,
): Lookup<RecipientDecision> {
  const { to } = request;
  if (to.kind === 'null') return refused('', reject(null, nullRecipient), start);
  const written = printAddress(to.address);
  if (isDamaged(written)) return refused(holdBars(written), reject(null, damagedRecipient), start);
  const wired = wireAddress(to.address);
  if (wired === null) return refused(holdBars(written), reject(null, badHost), start);
  const received = completed(policy, session, wired);
  const asReceived = holdBars(printAddress(received));

  if (octetsOf(asReceived) > policy.settings.limits.address) {
    return refused(asReceived, reject(null, addressTooLong), start);
  }
  const named = channelNameIn(policy, received);
  if (named !== null) {
    const text = `no such host: ${releaseBars(asReceived)}`;
    return refused(asReceived, reject(null, reply(550, '5.1.2', text)), start);
  }
  const form = yield* decideForm(policy, session, envelopeFrom, received, environment);
  if (form.verdict.kind !== 'accept')
    return refused(asReceived, form.verdict, { ...start, entries: form.entries });
  const route = policy.settings.sourceRoutes === 'strip' ? [] : received.route;
  const address = holdBars(printAddress({ ...received, route }));
  const decided = { request, address, mayWait: true };
  return yield* decideAddress(policy, session, envelopeFrom, decided, options, environment);
}

/** An address to be rewritten, and the request it came with. */
interface AddressToDecide {
  readonly request: RecipientRequest;
  /** Bars held. */
  readonly address: string;
  /** Whether a later pass may expand it; false in that pass. */
  readonly mayWait: boolean;
}

function* decideAddress(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  { request, address, mayWait }: AddressToDecide,
  options: RecipientOptions,
  environment: Environment,
): Lookup<RecipientDecision> {
  const result = yield* routeRecipient(policy, session.sourceChannel, address, environment);
  switch (result.kind) {
    case 'failed':
      return refused(address, defer(result.cause), start);
    case 'refused':
      return refused(address, reject(null, result.reply), start);
    case 'routed':
      break;
  }
  const { address: rewritten, channel } = result.routed;
  const named = releaseBars(address);
  const envelope: EnvelopeForTables = { session, envelopeFrom: holdBars(envelopeFrom), request, named };

  let way = start;
  if (options.tables && channel !== reprocessChannel) {
    for (const table of ['ORIG_SEND_ACCESS', 'ORIG_MAIL_ACCESS'] as const) {
      const asked = { address: rewritten, channel };
      const decision = yield* askRecipient(policy, table, envelope, asked, environment);
      way = joinWay(way, decision);
      if (decision.verdict.kind !== 'accept') return refused(rewritten, decision.verdict, way, channel);
    }
  }
  const later = mayWait ? laterChannel(policy, session, request) : null;
  const expansion: Expansion =
    later === null
      ? yield* expandRecipient(policy, session, request, result.routed, environment)
      : { kind: 'expanded', addresses: [{ address: rewritten, channel: later }], hold: false, entries: [] };
  way = { ...way, entries: [...way.entries, ...expansion.entries] };
  const last = expansion.entries.at(-1) ?? null;
  if (expansion.kind === 'failed') return refused(rewritten, defer(expansion.cause, last), way, channel);
  if (expansion.kind === 'refused') return refused(rewritten, reject(last, expansion.reply), way, channel);
  if (expansion.hold) {
    // Only pmdf/access, the plugin of the tables, holds messages.
    const cause = 'FORWARD holds the message, which needs the plugin pmdf/access';
    if (!options.tables) return refused(rewritten, defer(cause, last), way, channel);
    way = { ...way, effects: joinEffects(way.effects, { ...noEffects, hold: true }) };
  }
  const deliveries: Delivery[] = [];
  let place: string | null = null;
  for (const final of expansion.addresses) {
    // What is taken up with the source channel of today is asked about then, as what it will have become.
    if (options.tables && final.channel !== reprocessChannel) {
      for (const table of ['SEND_ACCESS', 'MAIL_ACCESS'] as const) {
        const decision = yield* askRecipient(policy, table, envelope, final, environment);
        way = joinWay(way, decision);
        if (decision.verdict.kind !== 'accept') return refused(rewritten, decision.verdict, way, channel);
        place = decision.verdict.place ?? place;
      }
    }
    if (!isCarried(releaseBars(final.address))) {
      const text = `the address became one that SMTP cannot carry: ${releaseBars(final.address)}`;
      return refused(rewritten, reject(null, reply(550, '5.1.3', text)), way, channel);
    }
    const ahead =
      isReprocessing(final.channel) && (options.bothPasses || mustLookAhead(final, mayWait, later))
        ? yield* secondPass(policy, session, envelopeFrom, final, options, environment)
        : null;
    if (ahead !== null) way = { ...way, shadowed: joinShadowed(way.shadowed, ahead.shadowed) };
    if (ahead !== null && ahead.verdict.kind !== 'accept' && mustLookAhead(final, mayWait, later)) {
      return refused(rewritten, ahead.verdict, way, channel);
    }
    const then = options.bothPasses ? (ahead?.deliveries ?? null) : null;
    const delivery = { address: releaseBars(final.address), channel: final.channel };
    deliveries.push(then === null ? delivery : { ...delivery, then });
  }
  return { verdict: accept(place), address: releaseBars(rewritten), channel, deliveries, ...way };
}

/** Adds what a table said; what it says about each address of a list is named once. */
function joinWay(way: Way, decision: SiteDecision): Way {
  const isKnown = decision.entries.every((entry) => way.entries.includes(entry));
  return {
    effects: joinEffects(way.effects, effectsOf(decision)),
    entries: isKnown ? way.entries : [...way.entries, ...decision.entries],
    shadowed: joinShadowed(way.shadowed, decision.shadowed),
  };
}

/**
 * Since tables do not see `reprocess`, they are asked in the first pass about what lies behind it, so that a refusal is
 * the answer to the client and no bounce. Not so behind `expandlimit`, which is there to put the work off.
 */
function mustLookAhead({ channel }: FinalAddress, mayWait: boolean, later: string | null): boolean {
  return channel === reprocessChannel && mayWait && later === null;
}

function* secondPass(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  { address, channel }: FinalAddress,
  { tables }: RecipientOptions,
  environment: Environment,
): Lookup<RecipientDecision> {
  const sourceChannel = channel === processChannel ? processChannel : session.sourceChannel;
  const taken = releaseBars(address);
  return yield* decideReprocessed(policy, session.server, envelopeFrom, taken, environment, {
    sourceChannel,
    tables,
  });
}

/** How a message is taken up. */
export interface Reprocessing {
  /** What the tables see as source channel. */
  readonly sourceChannel: string;
  /** Whether the access tables are asked. */
  readonly tables: boolean;
}

const byProcess: Reprocessing = { sourceChannel: processChannel, tables: true };

/**
 * Decides an address that the channel `process` took up, or `reprocess` with the source channel of the first pass. No
 * connection is behind it. What comes to `process` again is taken up again at once, until nothing does or a loop is found.
 */
export function* decideReprocessed(
  policy: Policy,
  server: Session['server'],
  envelopeFrom: string,
  address: string,
  environment: Environment,
  pass: Reprocessing = byProcess,
): Lookup<RecipientDecision> {
  const first = holdBars(withoutOwnHost(policy, address));
  let decision = yield* decideTakenUp(policy, server, envelopeFrom, first, environment, pass);
  const deliveries: Delivery[] = [];
  const seen = new Set([first]);
  const open = decision.deliveries.map((delivery) => ({ delivery, path: [first], pass }));
  for (const { delivery, path, pass: before } of open) {
    if (!isReprocessing(delivery.channel)) {
      deliveries.push(delivery);
      continue;
    }
    const again = holdBars(withoutOwnHost(policy, delivery.address));
    if (path.includes(again) || path.length > policy.settings.limits.aliasDepth) {
      const text = `forwarding loop: ${[...path, again].map(releaseBars).join(' -> ')}`;
      const verdict = reject(decision.entries.at(-1) ?? null, reply(550, '5.4.6', text));
      return { ...decision, verdict, deliveries: [] };
    }
    if (seen.has(again)) continue;
    seen.add(again);
    // `reprocess` hides itself, and not what the message came from.
    const now = delivery.channel === processChannel ? { ...before, sourceChannel: processChannel } : before;
    const next = yield* decideTakenUp(policy, server, envelopeFrom, again, environment, now);
    decision = {
      ...decision,
      verdict: next.verdict,
      effects: joinEffects(decision.effects, next.effects),
      entries: [...decision.entries, ...next.entries],
      shadowed: joinShadowed(decision.shadowed, next.shadowed),
    };
    if (next.verdict.kind !== 'accept') return { ...decision, deliveries: [] };
    for (const one of next.deliveries) open.push({ delivery: one, path: [...path, again], pass: now });
  }
  return { ...decision, deliveries };
}

function decideTakenUp(
  policy: Policy,
  server: Session['server'],
  envelopeFrom: string,
  address: string,
  environment: Environment,
  { sourceChannel, tables }: Reprocessing,
): Lookup<RecipientDecision> {
  const session: Session = {
    client: { address: '', port: 0 },
    server,
    reverseName: { kind: 'none', cause: 'taken up by the process channel' },
    sourceChannel,
    helo: null,
    esmtp: false,
    tls: false,
    authUser: null,
  };
  const request: RecipientRequest = { to: { kind: 'null' }, originalRecipient: null, notify: new Set() };
  const options = { tables, bothPasses: false };
  const decided = { request, address, mayWait: false };
  environment.trace?.({ kind: 'pass-begins', channel: sourceChannel, address: releaseBars(address) });
  return decideAddress(policy, session, envelopeFrom, decided, options, environment);
}
