/*
 * Whether a decided trial sends mail outside to an address of the client's choice: by a channel that leads outside, or to a server
 * inside that may read an address outside in it; and not where forwarding of the site alone sends it.
 */
import { foldDomain, printAddress, splitAddress } from '../../address/index.js';
import { type Delivery, finalDeliveries, type OpenSession, type SessionSetup } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import { channelLeadsOutside, goesOutside, leadsOutside, type Policy } from '../../policy/index.js';
import { readingTowards } from '../audit/readings.js';
import type { Trial } from './policy-difference.js';
import { type Begun, type Decided, goOn } from './run-trial.js';

/** Hosts that are read in one address at most. */
const mostNamed = 8;

/** A policy that is asked. */
export interface Run {
  readonly policy: Policy;
  readonly environment: Environment;
  /** Whether a host is outside, by source channel and host. */
  readonly outside: Map<string, boolean>;
}

/** Whether a host is outside; each is asked for once. */
function* isOutside({ policy, environment, outside }: Run, source: string, host: string): Lookup<boolean> {
  const key = `${source} ${host}`;
  const known = outside.get(key) ?? (yield* leadsOutside(policy, source, host, environment));
  outside.set(key, known);
  return known;
}

/** Whether a delivery leads outside, or may where a server inside reads it as relaying servers do. */
function* goesAway(
  run: Run,
  session: OpenSession,
  delivery: Delivery,
  named: readonly string[],
): Lookup<boolean> {
  const { sourceChannel } = session;
  const { address, channel } = delivery;
  const { localPart, domain } = splitAddress(address);
  const host = domain ?? '';
  // Where a rule makes every address one of ours, a local domain leads where unknown hosts do.
  const { localDomains } = run.policy;
  const isLocal = localDomains.has(foldDomain(host)) && !goesOutside(run.policy, channel);
  if (host !== '' && !isLocal && (yield* isOutside(run, sourceChannel, host))) {
    // A rule may have taken the host out of the address, for a channel inside.
    if (named.includes(foldDomain(host))) return true;
    if (yield* channelLeadsOutside(run.policy, sourceChannel, channel, run.environment)) return true;
  }
  // Without a mark of routing, no server reads another address in it.
  if (!/[@%!"+]/.test(localPart)) return false;
  const hosts = new Set<string>();
  for (const one of named) {
    if (!localDomains.has(one) && (yield* isOutside(run, sourceChannel, one))) hosts.add(one);
  }
  return readingTowards(printAddress({ route: [], localPart, domain }), hosts) !== null;
}

/** The hosts that may be read in what an address becomes; its own too, since a channel may write `host!user` or `user%host`. */
function hostsNamedIn(to: string): readonly string[] {
  const parts = to
    .split(/[@%!:,"<>+\\]/)
    .filter((part) => /^(?:[0-9a-z][0-9a-z.-]*|\[[^\]]*\])$/i.test(part));
  return [...new Set(parts.map(foldDomain))].slice(-mostNamed);
}

/** A text that is in no address of a trial: it shows whether a delivery keeps what the client says. */
const mark = 'q7q';

/** The recipient with another user; null where it has none that can be told. */
function marked(to: string): string | null {
  const { route, localPart, domain } = splitAddress(to);
  if (localPart === '') return null;
  // In a bang path the user is last.
  const at = Math.max(localPart.lastIndexOf('!') + 1, localPart.startsWith('"') ? 1 : 0);
  const user = `${localPart.slice(0, at)}${mark}${localPart.slice(at)}`;
  return printAddress({ route, localPart: user, domain });
}

/** Whether the client spelled an address out, such as `u@b` in `u%b@a`. */
function isSpelledOut(to: string, address: string): boolean {
  const { domain } = splitAddress(address);
  const read = readingTowards(to, new Set([foldDomain(domain ?? '')]))?.at(-1);
  return read !== undefined && read.toLowerCase() === address.toLowerCase();
}

/** Whether mail goes outside to an address of the client's choice, and not where forwarding of the site sends it. */
export function* isRelayed(
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
  if (away.some(({ address }) => isSpelledOut(trial.to, address))) return true;
  const other = marked(trial.to);
  if (other === null) return true;
  const again = yield* goOn(setup, { ...trial, to: other }, begun, []);
  for (const one of finalDeliveries(again.deliveries)) {
    if (one.address.includes(mark) && (yield* goesAway(run, decided.session, one, named))) return true;
  }
  return false;
}
