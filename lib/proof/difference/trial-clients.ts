/*
 * The clients of trials: strangers on every port, and for every channel that clients are switched to, by address, name, TLS or AUTH,
 * under either policy, some that are. Of those that both policies treat alike a few are enough.
 */
import { accessTables, probeFields } from '../../access/index.js';
import { parseAddressLiteral } from '../../address/index.js';
import { confirmationOf } from '../../channel/index.js';
import { tableKey } from '../../mapping/index.js';
import { type CompiledPolicy, listenerChannels } from '../../policy/index.js';
import { examplePartsOf, type RewriteRule, rulesOf } from '../../rewrite/index.js';
import type { Decider } from './decide-trial.js';
import type { Trial } from './policy-difference.js';

/** A client, and what it did before MAIL FROM. */
export type TrialClient = Pick<
  Trial,
  'client' | 'port' | 'name' | 'isUnconfirmed' | 'helo' | 'esmtp' | 'tls' | 'authUser'
>;

/** A client with the source channel that each policy gives it. */
export interface PlacedClient {
  readonly client: TrialClient;
  readonly before: string;
  readonly now: string;
}

/** A name that no rule has. Ref: RFC 2606 2 */
export const strangerName = 'client.invalid';

/** Of an unknown client. Ref: RFC 5737 3 */
export const strangerAddress = '192.0.2.1';
const mostLiterals = 200;
const mostNames = 100;
/** Addresses that are also tried with a name that no rule has. */
const mostNamed = 12;
/** Clients that both policies treat alike. */
const mostAlike = 2;

/** An address that a rule for a literal fits; null for other rules. */
export function clientAddressOf({ pattern }: RewriteRule): string | null {
  if (!pattern.text.startsWith('[') || pattern.text === '[]') return null;
  for (const { host, domain } of examplePartsOf(pattern)) {
    const literal = parseAddressLiteral(host + domain);
    if (literal !== null && literal.kind !== 'general') return literal.address;
  }
  return null;
}

/** A host name that a rule fits; null for rules for literals and for all hosts. */
export function hostOf({ pattern }: RewriteRule): string | null {
  switch (pattern.kind) {
    case 'host':
      return pattern.text.startsWith('[') ? null : pattern.text;
    case 'suffix':
      return `sub${pattern.text}`;
    case 'stars':
      return pattern.text.startsWith('[') ? null : pattern.text.replaceAll('*', 'sub');
    default:
      return null;
  }
}

/** The port of submission. Ref: RFC 6409 3.1 */
const submissionPort = 587;

/** Whether an access table is told the port. */
function tellsPort({ policy: { mappings } }: CompiledPolicy): boolean {
  return accessTables.some(
    ({ table }) =>
      mappings.has(tableKey(table)) &&
      probeFields(table, { overTcp: true, orcpt: false }).includes('serverPort'),
  );
}

function portsOf(compiled: CompiledPolicy): number[] {
  const { ports } = compiled.policy.settings.listeners;
  return [25, ...ports.keys(), ...(tellsPort(compiled) ? [submissionPort] : [])];
}

/** Whether names that do not lead back to the client switch it. */
function trustsAnyName({ policy }: CompiledPolicy): boolean {
  return listenerChannels(policy).some((channel) => confirmationOf(channel) === 'none');
}

function hasAuth({ policy }: CompiledPolicy): boolean {
  return [...policy.channels.channels.values()].some(({ keywords }) =>
    [...keywords.keys()].some((name) => name.includes('sasl') && !name.startsWith('no')),
  );
}

/** All clients that might be treated differently, the most ordinary first. */
function candidates(policies: readonly CompiledPolicy[], edited: readonly RewriteRule[]): TrialClient[] {
  const rules = [...edited, ...policies.flatMap((one) => rulesOf(one.rules))];
  const addresses = new Set([strangerAddress, '2001:db8::1']);
  const names = new Set<string>();
  for (const rule of rules) {
    const address = clientAddressOf(rule);
    const host = hostOf(rule);
    if (address !== null && addresses.size < mostLiterals) addresses.add(address);
    if (host !== null && names.size < mostNames) names.add(host);
  }
  const ports = [...new Set(policies.flatMap(portsOf))];
  const plain = { name: null, helo: strangerName, esmtp: true, authUser: null };
  const found: TrialClient[] = [];
  for (const client of addresses) {
    for (const port of ports) for (const tls of [false, true]) found.push({ ...plain, client, port, tls });
  }
  for (const name of names) {
    for (const port of ports) found.push({ ...plain, client: strangerAddress, name, port, tls: false });
  }
  if (policies.some(trustsAnyName)) {
    for (const name of names) {
      for (const port of ports)
        found.push({ ...plain, client: strangerAddress, name, isUnconfirmed: true, port, tls: false });
    }
  }
  for (const client of [...addresses].slice(0, mostNamed)) {
    for (const port of ports) found.push({ ...plain, client, name: strangerName, port, tls: false });
  }
  if (policies.some(hasAuth)) {
    for (const client of [strangerAddress, ...addresses].slice(0, 12)) {
      for (const port of ports) {
        for (const tls of [true, false]) found.push({ ...plain, client, port, tls, authUser: 'user' });
      }
    }
  }
  found.push({ ...plain, client: strangerAddress, port: 25, tls: false, esmtp: false });
  return found;
}

/** Finds the clients. */
export function trialClients(
  before: Decider,
  now: Decider,
  policies: readonly CompiledPolicy[],
  edited: readonly RewriteRule[],
): readonly PlacedClient[] {
  const counts = new Map<string, number>();
  const found: PlacedClient[] = [];
  for (const client of candidates(policies, edited)) {
    const trial: Trial = { ...client, from: '', to: 'postmaster', originalRecipient: null, notify: [] };
    const [one, other] = [before.decide(trial), now.decide(trial)];
    if ('cause' in one || 'cause' in other) continue;
    const [was, is] = [one[0]?.answer, other[0]?.answer];
    if (was === undefined || is === undefined) continue;
    if ([one[0], other[0]].every((outcome) => outcome?.isAuthRefused === true)) continue;
    const refusal = ({ step, reply }: { step: string; reply: string }) => (step === 'client' ? reply : '');
    const key = JSON.stringify([
      was.source,
      is.source,
      refusal(was),
      refusal(is),
      client.tls,
      client.authUser,
      client.esmtp,
      client.port,
    ]);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (count < mostAlike) found.push({ client, before: was.source, now: is.source });
  }
  return found;
}
