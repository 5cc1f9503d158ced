/*
 * The steps of a trial under one policy: the client and MAIL FROM, which many trials have in common, then the recipient.
 */
import {
  type AccessEffects,
  type Delivery,
  decideClient,
  decideMail,
  decideRcpt,
  everyPlugin,
  finalDeliveries,
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
import { noName, type Policy, sessionTls } from '../../policy/index.js';
import { accepted, type Verdict } from '../../smtp/index.js';
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

function clientOf({ client, port, name, helo, esmtp, tls, authUser }: Trial): SessionClient {
  return {
    client: { address: client, port: clientPort },
    server: { address: server, port },
    reverseName: name === null ? noName : { kind: 'confirmed', name },
    helo,
    esmtp,
    tls,
    authUser,
  };
}

/** The limits of a channel on sessions and messages that no trial has, without those on mail that is sent on it. */
function limitWords({ routingChannels }: Policy, channel: string): string {
  const { octetsSent, linesSent, ...others } = routingChannels.get(channel)?.limits ?? {};
  return Object.entries(others).join(' ');
}

/** The limits of channels on mail that is sent on them. */
function sendingLimitWords({ routingChannels }: Policy, channels: readonly string[]): string {
  return channels
    .map((name) => {
      const limits = routingChannels.get(name)?.limits;
      return [limits?.octetsSent, limits?.linesSent].join(' ');
    })
    .sort()
    .join();
}

/** A session up to MAIL FROM. */
export interface Begun {
  readonly session: OpenSession;
  readonly others: ReadonlyMap<string, string>;
  /** Null where the client is refused. */
  readonly from: SenderDecision | null;
  /** The first refusal; null where there was none. */
  readonly refusal: { readonly step: SessionPart; readonly verdict: Verdict } | null;
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
    ['limits', limitWords(policy, channel)],
    ['bare line ends', policy.settings.bareLineEnds],
    ...effectWords(decision.effects),
  ]);
  const { verdict } = decision;
  if (verdict.kind !== 'accept') return { session, others, from: null, refusal: { step: 'client', verdict } };
  const from = yield* decideMail(setup, session, trial.from);
  for (const event of from.trace) trace.push(event);
  const refusal =
    from.decision.verdict.kind === 'accept'
      ? null
      : { step: 'from' as const, verdict: from.decision.verdict };
  for (const [name, value] of effectWords(from.decision.effects)) others.set(name, value);
  if (from.decision.senderHeader !== null) others.set('Sender header', from.decision.senderHeader);
  return { session, others, from: from.decision, refusal };
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
