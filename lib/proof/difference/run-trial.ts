/*
 * The steps of a trial under one policy: the client and MAIL FROM, which many trials have in common, then the recipient.
 */
import { argumentOf } from '../../channel/index.js';
import {
  type AccessEffects,
  type Delivery,
  decideClient,
  decideMail,
  decideRcpt,
  everyPlugin,
  finalDeliveries,
  initialChannel,
  noEffects,
  type OpenSession,
  offerOfAuth,
  type SenderDecision,
  type SessionClient,
  type SessionPart,
  type SessionSetup,
  senderFor,
} from '../../decide/index.js';
import type { Environment, Lookup, TraceEvent } from '../../engine/index.js';
import {
  channelNamed,
  compiledChannel,
  noName,
  type Policy,
  sessionTls,
  speaksOldExchange,
} from '../../policy/index.js';
import { accepted, type Verdict } from '../../smtp/index.js';
import { authNotOffered, tlsRequired } from '../../tls/index.js';
import { canonicalText } from './canonical.js';
import type { Trial } from './policy-difference.js';

/** The server that clients of trials are connected to. Ref: RFC 5737 3 */
const server = '192.0.2.2';

const clientPort = 4000;

/** A trial that was decided to its end. */
export interface Decided {
  readonly session: OpenSession;
  readonly step: SessionPart;
  readonly verdict: Verdict;
  readonly deliveries: readonly Delivery[];
  readonly effects: AccessEffects;
  readonly others: ReadonlyMap<string, string>;
}

/** A setup whose steps have budgets of their own, and the same chance and unique strings for both policies. */
export function setupFor(
  policy: Policy,
  newEnvironment: () => Environment,
  chance: number,
  onRandom: () => void,
  traced: boolean,
): SessionSetup {
  const random = (): number => {
    onRandom();
    return chance;
  };
  const uniqueString = (): string => 'unique0';
  return {
    policy,
    plugins: everyPlugin,
    bothPasses: true,
    traced,
    onError: 'defer',
    newEnvironment: (trace) => ({
      ...newEnvironment(),
      random,
      uniqueString,
      ...(trace === undefined ? {} : { trace }),
    }),
  };
}

function effectWords(effects: AccessEffects): [string, string][] {
  const { delay, headerLines, tag, logLines } = effects;
  return [
    ...(delay === null ? [] : [['delay', canonicalText(delay)] satisfies [string, string]]),
    ...headerLines.map((line): [string, string] => [`header line ${line}`, 'added']),
    ...(tag === null ? [] : [['tag', tag] satisfies [string, string]]),
    ...logLines.map((line): [string, string] => [`log line ${line}`, 'written']),
  ];
}

function reverseNameOf({ name, isUnconfirmed }: Trial): SessionClient['reverseName'] {
  if (name === null) return noName;
  if (isUnconfirmed !== true) return { kind: 'confirmed', name };
  return { kind: 'unconfirmed', name, cause: 'it does not lead back to the client' };
}

function clientOf(trial: Trial): SessionClient {
  const { client, port, helo, esmtp, tls, authUser } = trial;
  return {
    client: { address: client, port: clientPort },
    server: { address: server, port },
    reverseName: reverseNameOf(trial),
    helo,
    esmtp,
    tls,
    authUser,
  };
}

/**
 * The limits of a channel on sessions and messages that no trial has, without those on mail that is sent on it; and those of the option
 * file of the channel that the session began on.
 */
function limitWords(policy: Policy, channel: string, port: number): string {
  const { octetsSent, linesSent, ...others } = compiledChannel(policy, channel).limits;
  const found = channelNamed(policy, channel);
  const ofKeywords = ['holdlimit', 'disconnectbadauthlimit'].map((one) => argumentOf(found, one) ?? '');
  const { options } = compiledChannel(policy, initialChannel(policy, port).name);
  return [...Object.entries(others), ...ofKeywords, canonicalText(options?.numbers ?? new Map())].join(' ');
}

/** The limits of channels on mail that is sent on them: the least of them count. */
function sendingLimitWords(policy: Policy, channels: readonly string[]): string {
  const limits = channels.map((name) => compiledChannel(policy, name).limits);
  const least = (of: (one: (typeof limits)[number]) => number) =>
    limits.reduce((found, one) => Math.min(found, of(one)), Infinity);
  return [least(({ octetsSent }) => octetsSent), least(({ linesSent }) => linesSent)].join(' ');
}

/** Whether STARTTLS and AUTH are also offered in the forms of old Exchange clients. */
function oldForms(policy: Policy, channel: string): string {
  const isOffered =
    sessionTls(policy, channel, false).offered ||
    offerOfAuth(policy, { sourceChannel: channel, tls: true }).any === null;
  return String(isOffered && speaksOldExchange(policy, channel));
}

/** A session up to MAIL FROM. */
export interface Begun {
  readonly session: OpenSession;
  readonly others: ReadonlyMap<string, string>;
  /** Null where the client is refused. */
  readonly from: SenderDecision | null;
  /** The first refusal; null where there was none. */
  readonly refusal: { readonly step: SessionPart; readonly verdict: Verdict } | null;
  /** Whether AUTH is refused with every mechanism, so that no client is ever authenticated like this. */
  readonly isAuthRefused: boolean;
}

/** Decides a session up to MAIL FROM. */
export function* begin(setup: SessionSetup, trial: Trial, trace: TraceEvent[]): Lookup<Begun> {
  const { policy } = setup;
  const connected = yield* decideClient(setup, clientOf(trial));
  for (const event of connected.trace) trace.push(event);
  const { session, decision } = connected;
  const channel = session.sourceChannel;
  const others = new Map<string, string>([
    ['source channel', channel],
    ['relaying', String(session.relaying)],
    ['STARTTLS', canonicalText(sessionTls(policy, channel, false))],
    ['AUTH', canonicalText(offerOfAuth(policy, { sourceChannel: channel, tls: trial.tls }))],
    ['answer to AUTH', canonicalText(decision.auth?.refusal ?? null)],
    ['old forms of STARTTLS and AUTH', oldForms(policy, channel)],
    ['limits', limitWords(policy, channel, trial.port)],
    ['bare line ends', policy.settings.bareLineEnds],
    ...effectWords(decision.effects),
  ]);
  const { verdict, auth } = decision;
  const isAuthRefused = auth !== null && [authNotOffered, tlsRequired].some((one) => one === auth.refusal);
  if (verdict.kind !== 'accept') {
    return { session, others, from: null, refusal: { step: 'client', verdict }, isAuthRefused };
  }
  const from = yield* decideMail(setup, session, trial.from);
  for (const event of from.trace) trace.push(event);
  const refusal =
    from.decision.verdict.kind === 'accept'
      ? null
      : { step: 'from' as const, verdict: from.decision.verdict };
  for (const [name, value] of effectWords(from.decision.effects)) others.set(name, value);
  if (from.decision.senderHeader !== null) others.set('Sender header', from.decision.senderHeader);
  return { session, others, from: from.decision, refusal, isAuthRefused };
}

/** Decides the recipient of a session that was begun. */
export function* goOn(setup: SessionSetup, trial: Trial, begun: Begun, trace: TraceEvent[]): Lookup<Decided> {
  const { session, from, refusal } = begun;
  if (from === null || refusal !== null) {
    const { step, verdict } = refusal ?? { step: 'client', verdict: accepted };
    return { session, step, verdict, deliveries: [], effects: noEffects, others: begun.others };
  }
  const request = {
    to: trial.to,
    originalRecipient: trial.originalRecipient,
    notify: new Set(trial.notify),
  };
  const to = yield* decideRcpt(setup, session, from.envelopeFrom, request);
  for (const event of to.trace) trace.push(event);
  const { verdict, deliveries, effects } = to.decision;
  const others = new Map([...begun.others, ...effectWords(effects)]);
  if (verdict.kind === 'accept') {
    const channels = finalDeliveries(deliveries).map(({ channel }) => channel);
    others.set('limits on size', sendingLimitWords(setup.policy, channels));
    others.set(
      'envelope From',
      senderFor(
        setup.policy,
        from,
        deliveries.map((one) => one.channel),
      ),
    );
  }
  const hold = from.effects.hold || effects.hold;
  const bitbucket = from.effects.bitbucket || effects.bitbucket;
  return { session, step: 'to', verdict, deliveries, effects: { ...effects, hold, bitbucket }, others };
}
