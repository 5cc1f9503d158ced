/*
 * Decides for each channel that strangers come in on whether they can relay: by proof, and by the forms of the relay audit as a
 * cross-check.
 */
import { foldDomain, splitAddress } from '../../address/index.js';
import { databaseNames, type Environment, type Lookup } from '../../engine/index.js';
import {
  type CompiledPolicy,
  type EntryPoint,
  entryPointsByChannel,
  type Policy,
  strangerAt,
} from '../../policy/index.js';
import { auditRelaying, type RelayAudit } from '../audit/relay-audit.js';
import type { RelayLeak } from '../audit/relay-leak.js';
import type { WorkLimit } from '../inclusion/inclusion.js';
import { type AllowedNote, type AllowedNotes, allowedNotes, isMailOf } from './allowed-notes.js';
import { wayOfLeak } from './audited-ways.js';
import { type DatabaseContents, nothingRead } from './database-contents.js';
import { ProofGround } from './proof-ground.js';
import { proveChannel } from './prove-channel.js';
import { refusedDomains } from './refused-domains.js';
import { type ChannelProof, isSettled, openWays, type RelayProof, type RelayWay } from './relay-proof.js';
import { type DeliveredTrial, trySession } from './try-session.js';

/** Enough for the largest policies. */
const wholeWork = 100_000_000;
const mostAudited = 10;

function listed(ports: readonly number[]): string {
  return `${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`;
}

/** What every proof rests on. */
function restsOn({ settings }: Policy, { contents, ports }: Required<Surroundings>): string[] {
  const used = databaseNames.filter((name) => settings.databases[name] !== null);
  const read = used.filter((name) => contents(name) !== null);
  return [
    'DNS: only your own hosts have names in your domains that DNS confirms',
    'AUTH: clients that authenticate may relay, and are left out here',
    ...(ports === null ? [] : [`smtp.ini: Haraka listens on ${listed(ports)} alone`]),
    'no other plugin of Haraka accepts recipients or changes them',
    'servers inside read addresses with `%`, `!` or `@` in the local part as Postfix, Exim and Sendmail do',
    ...(read.length === 0
      ? []
      : [
          `the contents of the ${read.join(' and ')} ${read.length === 1 ? 'database' : 'databases'} as they are now`,
        ]),
  ];
}

/** Whether a leak goes to a host that is none of ours and not below one, as the audit's own hosts may be after rewriting. */
function leavesUs({ localDomains }: Policy, { isDirect, reading }: RelayLeak): boolean {
  const host = foldDomain(splitAddress(reading.at(-1) ?? '').domain ?? '');
  return !isDirect || ![...localDomains].some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** Whether the site allows a session that the audit found: by its addresses, or as it allows a way that the proof found. */
function isAllowed(
  notes: AllowedNotes,
  { channel, ways }: ChannelProof,
  { passed, rules, matched }: DeliveredTrial,
  { witness: { from, to } }: RelayWay,
): boolean {
  if (notes.mail.some((mail) => mail.channel === channel && isMailOf(mail, from, to))) return true;
  const all = new Set([...rules, ...matched, ...passed.map(({ place }) => place)]);
  return ways.some(
    ({ allowedAt, entries }) =>
      allowedAt.length > 0 &&
      allowedAt.every((place) => all.has(place)) &&
      passed.every(({ place }) => entries.includes(place)),
  );
}

/** Adds what the audit found where the proof found no way. The audit does not ask PORT_ACCESS, so each leak is tried whole. */
function* crossChecked(
  policy: Policy,
  entryPoint: EntryPoint,
  proof: ChannelProof,
  audit: RelayAudit,
  notes: AllowedNotes,
  newEnvironment: () => Environment,
): Lookup<ChannelProof> {
  if (openWays(proof).length > 0) return proof;
  const { client, server } = strangerAt(policy, entryPoint);
  const found = audit.channels.find(({ channel }) => channel === proof.channel)?.leaks ?? [];
  const ways: RelayWay[] = [];
  for (const leak of found) {
    if (ways.length === mostAudited) break;
    if (!leavesUs(policy, leak)) continue;
    const way = wayOfLeak(policy, entryPoint, leak);
    const trial = {
      witness: way.witness,
      server: server.address,
      clientPort: client.port,
      channel: proof.channel,
      earlierRecipients: 0,
    };
    const result = yield* trySession(policy, trial, newEnvironment);
    if (result.kind !== 'delivered') continue;
    if (!isAllowed(notes, proof, result, way)) ways.push(way);
  }
  return ways.length === 0 ? proof : { ...proof, answer: 'relays', ways: [...ways, ...proof.ways] };
}

/** Notes that allow nothing; none unless all is decided, since a search may end at a hole. */
function unusedIn(channels: readonly ChannelProof[], notes: AllowedNotes): readonly AllowedNote[] {
  if (!channels.every(isSettled)) return [];
  const used = new Set(channels.flatMap(({ ways }) => ways.flatMap(({ allowedAt }) => allowedAt)));
  return notes.all.filter(({ place }) => !used.has(place));
}

/** What a proof knows beside the policy. */
export interface Surroundings {
  /** The databases whose contents count; none by default. */
  readonly contents?: DatabaseContents;
  /** The ports that Haraka listens on; null, the default, where it may be any. */
  readonly ports?: readonly number[] | null;
}

/** Begins what is proved of a policy; `work` limits it. */
export function proofGround(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
  work: WorkLimit = { left: wholeWork },
  { contents = nothingRead, ports = null }: Surroundings = {},
): ProofGround {
  return new ProofGround({ compiled, newEnvironment, contents, ports, notes: allowedNotes(compiled), work });
}

/** Proves that strangers cannot relay, or finds how they can. Never throws. `audited` is the audit if it was made already. */
export function* proveOn(ground: ProofGround, audited: RelayAudit | null = null): Lookup<RelayProof> {
  const { compiled, newEnvironment, contents, ports, notes } = ground.setting;
  const { policy } = compiled;
  const audit = audited ?? (yield* auditRelaying(compiled, newEnvironment));
  const channels: ChannelProof[] = [];
  for (const entryPoints of entryPointsByChannel(policy).values()) {
    let proof = yield* proveChannel(ground, entryPoints);
    for (const one of entryPoints)
      proof = yield* crossChecked(policy, one, proof, audit, notes, newEnvironment);
    channels.push(proof);
  }
  const refusesAll = yield* refusedDomains(compiled, contents, newEnvironment);
  const unusedNotes = unusedIn(channels, notes);
  return { channels, restsOn: restsOn(policy, { contents, ports }), refusesAll, unusedNotes };
}

/** The same for a policy of which nothing else is proved. */
export function proveRelaying(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
  work?: WorkLimit,
  surroundings?: Surroundings,
  audited: RelayAudit | null = null,
): Lookup<RelayProof> {
  return proveOn(proofGround(compiled, newEnvironment, work, surroundings), audited);
}
