/*
 * Decides RCPT TO, in one direction:
 *   names of channels refused -> built-in entries over the address as received -> rewriting -> ORIG tables
 *   -> the addresses it becomes -> SEND_ACCESS and MAIL_ACCESS for each -> deliveries
 * Ref: PMDF 2.3.3, 2.3.4.47, 8.1, 16.1.1
 */

import type { AccessDecision } from '../access/decide-access.js';
import type { Address } from '../address/address.js';
import { holdBars, releaseBars } from '../address/bar.js';
import { parsePath } from '../address/parse-path.js';
import { printAddress } from '../address/split-address.js';
import { completeDomain } from '../channel/complete-address.js';
import type { Environment } from '../lookup/environment.js';
import type { Lookup } from '../lookup/lookup.js';
import { type Reply, reply } from '../smtp/reply.js';
import { accept, defer, reject, type Verdict } from '../smtp/verdict.js';
import { askRecipient, type EnvelopeForTables, effectsOf } from './access-tables.js';
import { decideForm } from './built-in-pass.js';
import { channelNameIn } from './channel-names.js';
import {
  type AccessEffects,
  type Delivery,
  joinEffects,
  noEffects,
  type RecipientDecision,
} from './decision.js';
import { channelNamed, type Policy } from './policy.js';
import { rewriteEnvelope } from './rewriting.js';
import type { RecipientRequest, Session } from './session.js';

/** What decisions on a recipient may take into account beside the policy. */
export interface RecipientOptions {
  /** Whether the built-in entries and the access tables are asked. */
  readonly tables: boolean;
  /** Whether the second pass of the process channel is followed as well, for explanations. */
  readonly bothPasses: boolean;
}

/** A recipient on its way through the tables; effects and entries add up. */
interface Way {
  readonly effects: AccessEffects;
  readonly entries: readonly string[];
}

const start: Way = { effects: noEffects, entries: [] };

function refused(
  address: string,
  verdict: Verdict,
  way: Way,
  channel: string | null = null,
): RecipientDecision {
  return { verdict, address: releaseBars(address), channel, deliveries: [], ...way };
}

const nullRecipient: Reply = reply(550, '5.1.3', 'the null path is no recipient');

/** Gives a bare recipient its domain: ours, by the keywords of the source channel. */
function completed(policy: Policy, session: Session, address: Address): Address {
  if (address.domain !== null) return address;
  const channel = channelNamed(policy, session.sourceChannel);
  const domain = completeDomain({ channel, direction: 'to', localHost: policy.localHost, clientHost: null });
  return { ...address, domain };
}

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
  const received = completed(policy, session, to.address);
  const asReceived = holdBars(printAddress(received));

  const named = channelNameIn(policy, received);
  if (named !== null) {
    const text = `no such host: ${releaseBars(asReceived)}`;
    return refused(asReceived, reject(null, reply(550, '5.1.2', text)), start);
  }
  if (options.tables) {
    const form = yield* decideForm(policy, session, envelopeFrom, received, environment);
    if (form.verdict.kind !== 'accept')
      return refused(asReceived, form.verdict, { ...start, entries: form.entries });
  }
  const route = policy.settings.sourceRoutes === 'strip' ? [] : received.route;
  const address = holdBars(printAddress({ ...received, route }));
  return yield* decideAddress(policy, session, envelopeFrom, { request, address }, options, environment);
}

/** An address to be rewritten, and the request it came with. */
interface AddressToDecide {
  readonly request: RecipientRequest;
  /** Bars held. */
  readonly address: string;
}

function* decideAddress(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  { request, address }: AddressToDecide,
  options: RecipientOptions,
  environment: Environment,
): Lookup<RecipientDecision> {
  const which = { direction: 'forward', sourceChannel: session.sourceChannel } as const;
  const result = yield* rewriteEnvelope(policy, address, which, environment);
  switch (result.kind) {
    case 'failed':
      return refused(address, defer(result.cause), start);
    case 'ceiling': {
      const text = `rewriting does not come to an end: ${releaseBars(address)}`;
      return refused(address, reject(null, reply(550, '5.4.6', text)), start);
    }
    case 'no-channel': {
      const code = result.status.startsWith('4') ? 450 : 550;
      const text = `${result.text}: ${releaseBars(address)}`;
      return refused(address, reject(null, reply(code, result.status, text)), start);
    }
    case 'routed':
      break;
  }
  const rewritten = result.address;
  const channel = result.channel.name;
  const named = releaseBars(address);
  const envelope: EnvelopeForTables = { session, envelopeFrom: holdBars(envelopeFrom), request, named };

  let way = start;
  if (options.tables) {
    for (const table of ['ORIG_SEND_ACCESS', 'ORIG_MAIL_ACCESS'] as const) {
      const asked = { address: rewritten, channel };
      const decision = yield* askRecipient(policy, table, envelope, asked, environment);
      way = joinWay(way, decision);
      if (decision.verdict.kind !== 'accept') return refused(rewritten, decision.verdict, way, channel);
    }
  }
  const finals = [{ address: rewritten, channel }];
  const deliveries: Delivery[] = [];
  let place: string | null = null;
  for (const final of finals) {
    if (options.tables) {
      for (const table of ['SEND_ACCESS', 'MAIL_ACCESS'] as const) {
        const decision = yield* askRecipient(policy, table, envelope, final, environment);
        way = joinWay(way, decision);
        if (decision.verdict.kind !== 'accept') return refused(rewritten, decision.verdict, way, channel);
        place = decision.verdict.place ?? place;
      }
    }
    if (parsePath(releaseBars(final.address)).kind !== 'path') {
      const text = `the address became one that SMTP cannot carry: ${releaseBars(final.address)}`;
      return refused(rewritten, reject(null, reply(550, '5.1.3', text)), way, channel);
    }
    const then =
      options.bothPasses && final.channel === processChannel
        ? yield* secondPass(policy, session, envelopeFrom, final.address, environment)
        : null;
    const delivery = { address: releaseBars(final.address), channel: final.channel };
    deliveries.push(then === null ? delivery : { ...delivery, then });
  }
  return { verdict: accept(place), address: releaseBars(rewritten), channel, deliveries, ...way };
}

function joinWay(way: Way, decision: AccessDecision): Way {
  return {
    effects: joinEffects(way.effects, effectsOf(decision)),
    entries: [...way.entries, ...decision.entries],
  };
}

/** The channel whose messages are taken up again with itself as source. Ref: PMDF 26.7 */
export const processChannel = 'process';

function* secondPass(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  address: string,
  environment: Environment,
): Lookup<readonly Delivery[]> {
  const decision = yield* decideReprocessed(policy, session.server, envelopeFrom, address, environment);
  return decision.deliveries;
}

/**
 * Decides an address that the process channel took up: source channel `process`, no connection behind it.
 * The result is not followed further; another process channel in it is delivered like any other.
 */
export function* decideReprocessed(
  policy: Policy,
  server: Session['server'],
  envelopeFrom: string,
  address: string,
  environment: Environment,
): Lookup<RecipientDecision> {
  const session: Session = {
    client: { address: '', port: 0 },
    server,
    reverseName: { kind: 'none', cause: 'taken up by the process channel' },
    sourceChannel: processChannel,
    helo: null,
    esmtp: false,
    tls: false,
    authUser: null,
  };
  const request: RecipientRequest = {
    to: { kind: 'null' },
    originalRecipient: null,
    notify: new Set(),
  };
  const options = { tables: true, bothPasses: false };
  return yield* decideAddress(
    policy,
    session,
    envelopeFrom,
    { request, address: holdBars(address) },
    options,
    environment,
  );
}
