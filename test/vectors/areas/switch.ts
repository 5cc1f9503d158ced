/*
 * Which source channel a client gets.
 *   input     config (`seed (192.168. internal, domain.com)`, or pmdf.cnf as text), ip, ptr, confirmed, helo, port,
 *             initial, override ({channel: keywords}), CHANNEL_adds (keywords), keywords (of the initial channel),
 *             tls and auth (what the session has done before `channel` is asked for)
 *   expected  channel, seedOrder, manualOrder, literalOnly, nameOnly, channelAfterAuth, channelAfterTls, switched
 * A name counts as confirmed unless the vector denies it. HELO is there to be ignored.
 */
import { switchAfterAuth, switchAfterTls } from '../../../lib/channel/switch-session.js';
import type { SwitchLookup } from '../../../lib/config/settings.js';
import { decideConnection } from '../../../lib/decide/decide-connection.js';
import { channelNamed, type Policy } from '../../../lib/policy/policy.js';
import type { Connection, ReverseName } from '../../../lib/policy/session.js';
import { type Area, computed } from '../area.js';
import { EngineRun, emptyWorld } from '../engine/engine-run.js';
import { policyOf } from '../engine/policy-text.js';
import { type AddedKeywords, readSeedSite, seedConfiguration } from '../engine/seed-configuration.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

const addsEnding = '_adds';

function readAdded(input: VectorInput, initial: string): AddedKeywords {
  const added = new Map<string, readonly string[]>();
  const add = (channel: string, words: readonly string[]): void => {
    added.set(channel, [...(added.get(channel) ?? []), ...words]);
  };
  add(initial, input.words('keywords'));
  const override = input.section('override');
  for (const channel of override?.unread() ?? []) add(channel, override?.words(channel) ?? []);
  for (const key of input.unread().filter((one) => one.endsWith(addsEnding))) {
    add(key.slice(0, -addsEnding.length), input.words(key));
  }
  return added;
}

function readName(input: VectorInput): ReverseName {
  const name = input.textOrNull('ptr');
  const key = input.nameAmong('confirmed', 'forwardConfirmed', 'ptrConfirmed');
  const confirmed = key === undefined || input.flag(key);
  if (name === null) return { kind: 'none', cause: 'the address has no name' };
  return confirmed
    ? { kind: 'confirmed', name }
    : { kind: 'unconfirmed', name, cause: 'the name does not lead back to the address' };
}

function readCnf(input: VectorInput, initial: string): string {
  const config = input.text('config');
  const added = readAdded(input, initial);
  if (!config.includes('\n')) return seedConfiguration(readSeedSite(config), added);
  if ([...added.values()].some((words) => words.length > 0)) {
    throw new VectorProblem('keywords can only be added to the seed configuration');
  }
  return config;
}

export const switchArea: Area = (input) => {
  const initial = input.textOr('initial', 'tcp_local');
  const cnf = readCnf(input, initial);
  input.textOrNull('helo');
  const connection: Connection = {
    client: { address: input.text('ip'), port: 4000 },
    server: { address: '192.0.2.1', port: input.number('port', 25) },
    reverseName: readName(input),
  };
  const underTls = input.flag('tls');
  const authenticated = input.flag('auth');
  const policyFor = (switchLookup: SwitchLookup): Policy =>
    policyOf({ cnf, settings: { switchLookup, listeners: { default: initial, ports: new Map() } } });
  const decide = (policy: Policy) => {
    const run = new EngineRun(emptyWorld);
    return run.drive(decideConnection(policy, connection, run.environment));
  };
  const policy = policyFor('name-else-literal');
  const { channel: name, switched } = decide(policy);
  const chosen = channelNamed(policy, name);
  const afterTls = switchAfterTls(policy.channels, chosen) ?? chosen;
  const beforeAuth = underTls ? afterTls : chosen;
  const afterAuth = switchAfterAuth(policy.channels, beforeAuth) ?? beforeAuth;
  return computed({
    channel: (authenticated ? afterAuth : beforeAuth).name,
    switched,
    seedOrder: decide(policy).channel,
    manualOrder: decide(policyFor('literal-then-name')).channel,
    literalOnly: decide(policyFor('literal')).channel,
    nameOnly: decide(policyFor('name')).channel,
    channelAfterTls: afterTls.name,
    channelAfterAuth: afterAuth.name,
  });
};
