/*
 * Decides one session under one policy, and gives all of the answer that somebody outside the gateway can tell: replies, where the
 * mail goes and how, what is added to it, what STARTTLS and AUTH are offered. Chance is tried at both of its ends.
 */
import { splitAddress } from '../../address/index.js';
import { type Delivery, finalDeliveries } from '../../decide/index.js';
import type { Environment, Lookup, TraceEvent } from '../../engine/index.js';
import { deliveryRoute, deliverySasl, deliveryTls, isStranger, type Policy } from '../../policy/index.js';
import { replyLine } from '../../smtp/index.js';
import { canonicalText } from './canonical.js';
import type { Side, SideAnswer, Trial } from './policy-difference.js';
import { isRelayed } from './relayed.js';
import { type Begun, begin, type Decided, goOn, setupFor } from './run-trial.js';

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
  /** Whether the client cannot be authenticated as the trial says. */
  readonly isAuthRefused: boolean;
  /** Whether mail goes outside that was not sent there by forwarding of the site. */
  readonly leaves: boolean;
  readonly trace: readonly TraceEvent[];
}

/** What no policy does: the trial could not be decided. */
export interface Undecided {
  readonly cause: string;
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
  const reply = verdict.kind === 'accept' ? '' : replyLine(verdict.reply);
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
        isStranger: trial.authUser === null && isStranger(policy, decided.session),
        isAuthRefused: begun.isAuthRefused,
        leaves: yield* isRelayed(run, plain, trial, begun, decided),
        trace,
      });
    }
    return found;
  }
}
