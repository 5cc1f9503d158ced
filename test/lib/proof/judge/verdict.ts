/*
 * The judge's verdict on one session, decided by the real engine: whether it relays. Where reasonable people could differ, because
 * the message is held, or a host is both ours and outside, the verdict is `unclear`, and any answer of the prover is right.
 */
import { parsePath } from '../../../../lib/address/parse-path.js';
import type { Delivery, RecipientDecision } from '../../../../lib/decide/decision.js';
import { type ClientStep, decideClient } from '../../../../lib/decide/session-client.js';
import { decideMail, decideRcpt } from '../../../../lib/decide/session-envelope.js';
import { everyPlugin, type SessionSetup, type Step } from '../../../../lib/decide/session-setup.js';
import { type Environment, StepBudget } from '../../../../lib/engine/environment.js';
import { driveNow, type Lookup } from '../../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../../lib/engine/trace.js';
import { reachableHosts, withoutRoute } from './reach.js';
import { type CompiledSite, ownerOf, withoutAccess } from './site.js';

/** A client of a stranger, up to MAIL FROM. */
export interface TriedClient {
  readonly client: string;
  readonly port: number;
  readonly name: string | null;
  readonly helo: string | null;
  readonly esmtp: boolean;
  readonly tls: boolean;
}

/** A session with one recipient. */
export interface TriedSession extends TriedClient {
  readonly from: string;
  readonly to: string;
  readonly originalRecipient: string | null;
  readonly notify: readonly string[];
}

/** How tests of chance come out: the numbers in turn, the last one again and again. */
export type Chance = readonly number[];
const loses = 1 - Number.EPSILON;
export const chances: readonly Chance[] = [[0], [loses], [0, loses], [loses, 0]];

const steps = 200_000;

function environmentOf(chance: Chance): Environment {
  let test = 0;
  const random = (): number => {
    const number = chance[Math.min(test, chance.length - 1)] ?? 0;
    test += 1;
    return number;
  };
  return { random, uniqueString: () => 'unique', budget: new StepBudget(steps) };
}

function setupOf({ compiled }: CompiledSite, chance: Chance, traced: boolean): SessionSetup {
  return {
    policy: compiled.policy,
    plugins: everyPlugin,
    bothPasses: true,
    traced,
    onError: 'defer',
    newEnvironment: (trace) => {
      const environment = environmentOf(chance);
      return trace === undefined ? environment : { ...environment, trace };
    },
  };
}

function run<T>({ answer }: CompiledSite, lookup: Lookup<T>): T {
  return driveNow(lookup, answer);
}

/** Whether some rule names a network that a client is in, by one number at least. */
function isNamed({ text }: CompiledSite, address: string): boolean {
  const numbers = address.split(/[.:]/);
  return [...(text.cnf ?? '').matchAll(/^\[(?:ipv6:)?([0-9a-f.:*]+)\]/gim)].some(([, network = '']) => {
    const named = network.split(/[.:]/).filter((one) => one !== '');
    return (
      named.some((one) => one !== '*') &&
      named.every((one, n) => one === '*' || one.toLowerCase() === numbers[n])
    );
  });
}

/** Decides a client; null where it is refused, or is on a channel where nobody is a stranger. */
export function acceptClient(site: CompiledSite, tried: TriedClient, chance: Chance): ClientStep | null {
  const { client, port, name, helo, esmtp, tls } = tried;
  const step = run(
    site,
    decideClient(setupOf(site, chance, false), {
      client: { address: client, port: 4000 },
      server: { address: '203.0.113.25', port },
      reverseName: name === null ? { kind: 'none', cause: 'it has none' } : { kind: 'confirmed', name },
      helo,
      esmtp,
      tls,
      authUser: null,
    }),
  );
  const { sourceChannel } = step.session;
  const { outside, settings } = site.compiled.policy;
  const faces = outside.facing.has(sourceChannel);
  // An address that a rule names is known on the channel to which it is switched, but not on the one where it begins.
  const begins = sourceChannel === (settings.listeners.ports.get(port) ?? settings.listeners.default);
  const isByTls = new RegExp(`tlsswitchchannel\\s+${sourceChannel}\\b`).test(site.text.cnf ?? '');
  const isStranger =
    name === null
      ? (faces && (begins || isByTls || outside.switched.has(sourceChannel))) || !isNamed(site, client)
      : faces;
  return step.decision.verdict.kind === 'accept' && isStranger ? step : null;
}

/** Decides MAIL FROM: the envelope From to go on with, or null where it is refused. */
export function acceptSender(
  site: CompiledSite,
  { session }: ClientStep,
  from: string,
  chance: Chance,
): string | null {
  const { decision } = run(site, decideMail(setupOf(site, chance, false), session, from));
  return decision.verdict.kind === 'accept' ? decision.envelopeFrom : null;
}

/** What is said at RCPT TO. */
export type TriedRecipient = Pick<TriedSession, 'to' | 'originalRecipient' | 'notify'>;

export function decideTo(
  site: CompiledSite,
  { session }: ClientStep,
  envelopeFrom: string,
  { to, originalRecipient, notify }: TriedRecipient,
  chance: Chance,
  traced = false,
): Step<RecipientDecision> {
  return run(
    site,
    decideRcpt(setupOf(site, chance, traced), session, envelopeFrom, {
      to,
      originalRecipient,
      notify: new Set(notify),
    }),
  );
}

function finalOf(deliveries: readonly Delivery[]): readonly Delivery[] {
  return deliveries.flatMap((one) => (one.then === undefined ? [one] : finalOf(one.then)));
}

/**
 * How a delivery leaves, if it does: by a channel that leads outside; since a server inside may read a host outside in its local
 * part; or since its own host is outside, on a channel inside. In the last case it is the stranger's only if he chose the host.
 */
export type Leaving = 'by its channel' | 'by a reading' | 'by its host' | 'unclear';

function hostOf(address: string): string {
  const given = withoutRoute(address);
  return given.slice(given.lastIndexOf('@') + 1).toLowerCase();
}

function leavingOf({ truth }: CompiledSite, { channel, address, candidates }: Delivery): Leaving | null {
  if (channel === 'bitbucket' || candidates !== undefined) return null;
  const given = withoutRoute(address);
  const own = hostOf(address);
  const owner = ownerOf(truth, own);
  if (truth.leaving.has(channel)) return owner === 'foreign' ? 'by its channel' : 'unclear';
  const hosts = reachableHosts(given);
  const owners = [...hosts].map((host) => ownerOf(truth, host));
  if (owners.includes('foreign')) {
    const isOther = [...hosts].some((host) => host !== own && ownerOf(truth, host) === 'foreign');
    return owner !== 'foreign' || isOther ? 'by a reading' : 'by its host';
  }
  return owners.includes('unclear') ? 'unclear' : null;
}

/** A delivery that leaves. */
export interface Left {
  readonly address: string;
  readonly channel: string;
  readonly how: Leaving;
}

/** The deliveries of an accepted recipient that leave, those of its last pass. */
export function leftBy(site: CompiledSite, { verdict, deliveries }: RecipientDecision): readonly Left[] {
  if (verdict.kind !== 'accept') return [];
  return finalOf(deliveries).flatMap((one) => {
    const how = leavingOf(site, one);
    return how === null ? [] : [{ address: one.address, channel: one.channel, how }];
  });
}

/** Whether an alias, FORWARD or a database had a part in where the mail goes, by the trace. */
function isForwarded(trace: readonly TraceEvent[]): boolean {
  let rewriting = 0;
  return trace.some((event) => {
    if (event.kind === 'rewrite-begins') rewriting += 1;
    if (event.kind === 'rewrite-ends') rewriting -= 1;
    if (event.kind === 'entry-matched') return event.table === 'aliases';
    if (event.kind === 'table-ends') return event.table === 'FORWARD' && event.flags.includes('Y');
    if (event.kind !== 'lookup' || event.answer.kind !== 'found') return false;
    const { request } = event;
    if (request.kind !== 'database') return true;
    return request.database !== 'general' || rewriting > 0;
  });
}

/** Whether a delivery leaves to where a text of the recipient says. */
function leavesBy({ address, how }: Left, text: string): boolean {
  const counts = how === 'by its host' ? hostOf(address) : address.toLowerCase();
  return how !== 'unclear' && counts.includes(text.toLowerCase());
}

/** Whether a text of the recipient is anywhere in the address that a delivery leaves to. */
function namesText({ address }: Left, text: string): boolean {
  return address.toLowerCase().includes(text.toLowerCase());
}

/** The parts of an address that a stranger could have chosen differently. */
function partsOf(text: string): readonly { readonly at: number; readonly length: number }[] {
  return [...text.matchAll(/[0-9a-z]+/gi)].map((match) => ({ at: match.index, length: match[0].length }));
}

/** In no file of any site. */
const strange = ['qx', '47', 'q', '4', 'Q.qx'];

/**
 * Tells whether some part of the recipient, changed to a text that no site has, gets outside in a delivery: the stranger chooses
 * where the mail goes. A part of the host may be the whole of it.
 */
function isChosen(
  site: CompiledSite,
  client: ClientStep,
  envelopeFrom: string,
  tried: TriedRecipient,
  chance: Chance,
  leaves: (left: Left, text: string) => boolean = leavesBy,
): boolean {
  const { to } = tried;
  for (const { at, length } of partsOf(to)) {
    for (const text of strange) {
      const changed = to.slice(0, at) + text + to.slice(at + length);
      if (parsePath(changed).kind !== 'path') continue;
      const { decision } = decideTo(site, client, envelopeFrom, { ...tried, to: changed }, chance);
      if (leftBy(site, decision).some((left) => leaves(left, text))) return true;
    }
  }
  return false;
}

/** What the judge says of a session. */
export type Judgement =
  | { readonly kind: 'relays' | 'unclear'; readonly channel: string; readonly left: Left }
  | { readonly kind: 'refused' | 'inside' | 'forwarded'; readonly channel: string };

/** Judges one recipient of an accepted sender. */
export function judgeRecipient(
  site: CompiledSite,
  client: ClientStep,
  envelopeFrom: string,
  tried: TriedRecipient,
  chance: Chance,
): Judgement {
  const channel = client.session.sourceChannel;
  const { decision } = decideTo(site, client, envelopeFrom, tried, chance);
  if (decision.verdict.kind !== 'accept') return { kind: 'refused', channel };
  const all = leftBy(site, decision);
  const [first] = all;
  if (first === undefined) {
    // Where a channel has mail for everybody, only local domains count as ours.
    const { forAll } = site.truth;
    const back = finalOf(decision.deliveries).find((one) => forAll?.has(one.channel));
    return back === undefined
      ? { kind: 'inside', channel }
      : { kind: 'unclear', channel, left: { ...back, how: 'unclear' } };
  }
  const { hold, bitbucket } = decision.effects;
  if (hold || bitbucket) return { kind: 'unclear', channel, left: first };
  const fresh = all.find((left) => site.trials.fresh.some((one) => leavesBy(left, one)));
  if (fresh !== undefined) return { kind: 'relays', channel, left: fresh };
  const certain = all.filter(({ how }) => how !== 'unclear');
  const sure = certain.find(({ how }) => how !== 'by its host') ?? certain[0];
  if (sure === undefined) return { kind: 'unclear', channel, left: first };
  const { trace } = decideTo(site, client, envelopeFrom, tried, chance, true);
  const isSitesOwn = sure.how === 'by its host' || isForwarded(trace);
  // Another address that leaves another way says nothing of a host that a rule spells out.
  const leavesSo = (left: Left, text: string): boolean =>
    leavesBy(left, text) &&
    (sure.how !== 'by its host' || (left.how === sure.how && left.channel === sure.channel));
  // That other hosts are refused does not make a host one that a rule spells out.
  const asked = sure.how === 'by its host' ? withoutAccess(site) : site;
  if (!isSitesOwn || isChosen(asked, client, envelopeFrom, tried, chance, leavesSo))
    return { kind: 'relays', channel, left: sure };
  // Mail for everybody goes that way, so a host of nobody counts there even if the site spells it out.
  const isByDefinition =
    site.truth.forAll?.has(sure.channel) === true &&
    (!isForwarded(trace) || isChosen(site, client, envelopeFrom, tried, chance, namesText));
  return isByDefinition ? { kind: 'unclear', channel, left: sure } : { kind: 'forwarded', channel };
}

/** Judges a whole session, with any outcome of chance. */
export function judgeSession(site: CompiledSite, session: TriedSession): Judgement | null {
  let best: Judgement | null = null;
  for (const chance of chances) {
    const client = acceptClient(site, session, chance);
    const envelopeFrom = client === null ? null : acceptSender(site, client, session.from, chance);
    if (client === null || envelopeFrom === null) continue;
    const judgement = judgeRecipient(site, client, envelopeFrom, session, chance);
    if (judgement.kind === 'relays') return judgement;
    if (best === null || judgement.kind === 'unclear') best = judgement;
  }
  return best;
}
