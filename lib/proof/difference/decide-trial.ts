/*
 * Decides one session under one policy, and gives all of the answer that somebody outside the gateway can tell: replies, where the
 * mail goes and how, what is added to it, what STARTTLS and AUTH are offered. Chance is tried at both of its ends.
 */
import { foldDomain, printAddress, splitAddress } from '../../address/index.js';
import {
  type AccessEffects,
  type Delivery,
  decideClient,
  decideMail,
  decideRcpt,
  everyPlugin,
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
  channelLeadsOutside,
  deliveryRoute,
  deliverySasl,
  deliveryTls,
  isStranger,
  leadsOutside,
  noName,
  type Policy,
  sessionTls,
} from '../../policy/index.js';
import { accepted, type Verdict } from '../../smtp/index.js';
import { readingTowards } from '../audit/readings.js';
import { canonicalText } from './canonical.js';
import type { Side, SideAnswer, Trial } from './policy-difference.js';

/** The server that clients of trials are connected to. Ref: RFC 5737 3 */
const server = '192.0.2.2';
const clientPort = 4000;
/** Hosts that are read in one address at most. */
const mostNamed = 8;
/** Hosts that no site has, which forms of address in the trials lead to. Ref: RFC 2606 2 */
export const foreignHosts: readonly string[] = ['relay.example', 'recipient.invalid'];

/** The answer to a trial with one outcome of chance. */
export interface Outcome {
  readonly answer: SideAnswer;
  /** Where accepted mail goes, and how it is sent there. */
  readonly sent: string;
  /** All else that can be told apart, in words; the order counts. */
  readonly others: ReadonlyMap<string, string>;
  /** Whether the client may be anyone. */
  readonly isStranger: boolean;
  /** Whether mail goes outside that was not sent there by forwarding of the site. */
  readonly leaves: boolean;
  readonly trace: readonly TraceEvent[];
}

/** What no policy does: the trial could not be decided. */
export interface Undecided {
  readonly cause: string;
}

interface Decided {
  readonly session: OpenSession;
  readonly step: SessionPart;
  readonly verdict: Verdict;
  readonly deliveries: readonly Delivery[];
  readonly effects: AccessEffects;
  readonly others: ReadonlyMap<string, string>;
}

interface Run {
  readonly policy: Policy;
  readonly environment: Environment;
  /** Whether a host is outside, by source channel and host. */
  readonly outside: Map<string, boolean>;
}

/** A setup whose steps have budgets of their own, and the same chance and unique strings for both policies. */
function setupFor(
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

/** A session up to MAIL FROM. */
interface Begun {
  readonly session: OpenSession;
  readonly others: ReadonlyMap<string, string>;
  /** Null where the client is refused. */
  readonly from: SenderDecision | null;
  /** The first refusal; null where there was none. */
  readonly refusal: { readonly step: SessionPart; readonly verdict: Verdict } | null;
}

function* begin(setup: SessionSetup, trial: Trial, trace: TraceEvent[]): Lookup<Begun> {
  const { policy } = setup;
  const connected = yield* decideClient(setup, clientOf(trial));
  trace.push(...connected.trace);
  const { session, decision } = connected;
  const channel = session.sourceChannel;
  const others = new Map<string, string>([
    ['source channel', channel],
    ['relaying', String(session.relaying)],
    ['STARTTLS', canonicalText(sessionTls(policy, channel, false))],
    ['AUTH', canonicalText(offerOfAuth(policy, { sourceChannel: channel, tls: trial.tls }))],
    ['answer to AUTH', canonicalText(decision.auth?.refusal ?? null)],
    ...effectWords(decision.effects),
  ]);
  const { verdict } = decision;
  if (verdict.kind !== 'accept') return { session, others, from: null, refusal: { step: 'client', verdict } };
  const from = yield* decideMail(setup, session, trial.from);
  trace.push(...from.trace);
  const refusal =
    from.decision.verdict.kind === 'accept'
      ? null
      : { step: 'from' as const, verdict: from.decision.verdict };
  for (const [name, value] of effectWords(from.decision.effects)) others.set(name, value);
  if (from.decision.senderHeader !== null) others.set('Sender header', from.decision.senderHeader);
  return { session, others, from: from.decision, refusal };
}

function* goOn(setup: SessionSetup, trial: Trial, begun: Begun, trace: TraceEvent[]): Lookup<Decided> {
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
  trace.push(...to.trace);
  const { verdict, deliveries, effects } = to.decision;
  const others = new Map([...begun.others, ...effectWords(effects)]);
  if (verdict.kind === 'accept') {
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

/** The deliveries of a recipient, with those of a later pass in place of the first. */
function finalDeliveries(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.flatMap((one) => (one.then === undefined ? [one] : finalDeliveries(one.then)));
}

/** Whether a delivery leads outside, or may where a server inside reads it as relaying servers do. */
function* goesAway(
  { policy, environment, outside }: Run,
  session: OpenSession,
  delivery: Delivery,
  named: readonly string[],
): Lookup<boolean> {
  const { sourceChannel } = session;
  const { address, channel } = delivery;
  const { localPart, domain } = splitAddress(address);
  const host = domain ?? '';
  if (
    host !== '' &&
    (yield* channelLeadsOutside(policy, sourceChannel, channel, environment)) &&
    (yield* leadsOutside(policy, sourceChannel, host, environment))
  ) {
    return true;
  }
  // Without a mark of routing, no server reads another address in it.
  if (!/[@%!"+]/.test(localPart)) return false;
  const hosts = new Set<string>();
  for (const one of named) {
    const key = `${sourceChannel} ${one}`;
    const isOutside = outside.get(key) ?? (yield* leadsOutside(policy, sourceChannel, one, environment));
    outside.set(key, isOutside);
    if (isOutside) hosts.add(one);
  }
  return readingTowards(printAddress({ route: [], localPart, domain }), hosts) !== null;
}

/** The hosts that may be read in an address, apart from its own. */
function hostsNamedIn(to: string): readonly string[] {
  const { domain } = splitAddress(to);
  const own = foldDomain(domain ?? '');
  const parts = to
    .split(/[@%!:,"<>+\\]/)
    .filter((part) => /^(?:[0-9a-z][0-9a-z.-]*|\[[^\]]*\])$/i.test(part));
  return [...new Set(parts.map(foldDomain))].filter((host) => host !== own).slice(0, mostNamed);
}

/** A text that is in no address of a trial: it shows whether a delivery keeps what the client says. */
const mark = 'q7q';

/** The recipient with another user; null where it has none that can be told. */
function marked(to: string): string | null {
  const { route, localPart, domain } = splitAddress(to);
  if (localPart === '') return null;
  const user = localPart.startsWith('"') ? `"${mark}${localPart.slice(1)}` : `${mark}${localPart}`;
  return printAddress({ route, localPart: user, domain });
}

/** Whether mail goes outside to an address of the client's choice, and not where forwarding of the site sends it. */
function* isRelayed(
  run: Run,
  setup: SessionSetup,
  trial: Trial,
  begun: Begun,
  decided: Decided,
): Lookup<boolean> {
  const away: Delivery[] = [];
  const named = hostsNamedIn(trial.to);
  const { bitbucket, hold } = decided.effects;
  if (decided.verdict.kind !== 'accept' || bitbucket || hold) return false;
  for (const one of finalDeliveries(decided.deliveries)) {
    if (yield* goesAway(run, decided.session, one, named)) away.push(one);
  }
  if (away.length === 0) return false;
  if (away.some(({ address }) => address.toLowerCase() === trial.to.toLowerCase())) return true;
  const other = marked(trial.to);
  if (other === null) return true;
  const again = yield* goOn(setup, { ...trial, to: other }, begun, []);
  return finalDeliveries(again.deliveries).some(({ address }) => address.includes(mark));
}

function printDelivery({ address, channel, then }: Delivery): string {
  const here = `${address} on ${channel}`;
  return then === undefined ? here : `${here}, then ${then.map(printDelivery).join(' and ')}`;
}

/** Where mail goes, with next hops, TLS and AUTH. */
function sentWords(policy: Policy, { verdict, deliveries, effects }: Decided): string {
  if (verdict.kind !== 'accept') return '';
  const hops = finalDeliveries(deliveries).map(({ address, channel }) => {
    const { domain } = splitAddress(address);
    return [
      address,
      canonicalText(deliveryRoute(policy, channel)),
      canonicalText(deliveryTls(policy, channel, domain ?? '')),
      canonicalText(deliverySasl(policy, channel)),
    ].join(' ');
  });
  const { hold, bitbucket } = effects;
  return [deliveries.map(printDelivery).join(), ...hops.sort(), String(hold), String(bitbucket)].join('\n');
}

/** The rules that fired and the entries that decided. */
function placesOf(trace: readonly TraceEvent[]): readonly string[] {
  const places = trace.flatMap((event) => {
    if (event.kind === 'rule-tried') return event.fired ? [event.place] : [];
    return event.kind === 'entry-matched' ? [event.place] : [];
  });
  return [...new Set(places)];
}

function answerOf(decided: Decided, trace: readonly TraceEvent[]): SideAnswer {
  const { session, step, verdict, deliveries, effects } = decided;
  const reply =
    verdict.kind === 'accept'
      ? ''
      : [String(verdict.reply.code), verdict.reply.enhanced, verdict.reply.text]
          .filter((part) => part !== '')
          .join(' ');
  const kept = effects.bitbucket ? ', discarded' : effects.hold ? ', held' : '';
  return {
    source: session.sourceChannel,
    step,
    verdict: verdict.kind,
    reply,
    deliveries: deliveries.map((one) => printDelivery(one) + kept),
    places: placesOf(trace),
  };
}

/** Sessions up to MAIL FROM that are kept at most; most trials begin like others. */
const mostBegun = 2_000;

/** Decides trials under one policy. */
export class Decider {
  readonly #side: Side;
  readonly #begun = new Map<string, { readonly begun: Begun; readonly isRandom: boolean }>();
  readonly #outside = new Map<string, boolean>();

  constructor(side: Side) {
    this.#side = side;
  }

  /** Decides a trial: an outcome for each end of chance, one where nothing is left to chance. Never throws. */
  decide(trial: Trial, traced = false): readonly Outcome[] | Undecided {
    try {
      return this.#side.run((newEnvironment) => this.#outcomes(trial, newEnvironment, traced));
    } catch (error) {
      return { cause: error instanceof Error ? error.message : String(error) };
    }
  }

  *#outcomes(trial: Trial, newEnvironment: () => Environment, traced: boolean): Lookup<readonly Outcome[]> {
    const { policy } = this.#side.compiled;
    const found: Outcome[] = [];
    let isRandom = false;
    const onRandom = (): void => {
      isRandom = true;
    };
    for (const chance of [0, 1 - Number.EPSILON]) {
      if (chance > 0 && !isRandom) break;
      const setup = setupFor(policy, newEnvironment, chance, onRandom, traced);
      const trace: TraceEvent[] = [];
      const { to, originalRecipient, notify, ...start } = trial;
      const key = JSON.stringify([chance, start]);
      const known = traced ? undefined : this.#begun.get(key);
      const begun = known?.begun ?? (yield* begin(setup, trial, trace));
      if (known?.isRandom === true) isRandom = true;
      if (known === undefined && !traced) {
        if (this.#begun.size === mostBegun) this.#begun.clear();
        this.#begun.set(key, { begun, isRandom });
      }
      const decided = yield* goOn(setup, trial, begun, trace);
      const plain = { ...setup, traced: false };
      const run = { policy, environment: plain.newEnvironment(), outside: this.#outside };
      found.push({
        answer: answerOf(decided, trace),
        sent: sentWords(policy, decided),
        others: decided.others,
        isStranger: isStranger(policy, decided.session),
        leaves: yield* isRelayed(run, plain, trial, begun, decided),
        trace,
      });
    }
    return found;
  }
}
