/*
 * The relay audit: every form of relaying that is known, made for the site's own domains and channels, is put to the
 * compiled policy as mail of a stranger on each channel that faces the outside, and a few of each form as strangers who
 * say what the site's entries ask for. It is a search, not a proof. A form gets through when it is accepted and
 *   - a delivery goes out to the host that the stranger named, or
 *   - a server that takes the delivery inside may read it as an address at that host.
 * The second is judged by a model of such servers that shares nothing with the built-in entries.
 * What cannot be decided, by a look-up or a limit, is counted: it is deferred, and so gets nowhere today.
 */
import { demandOfAuth } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import { type CompiledPolicy, type Door, doorsOf, isSubmission, strangerAt } from '../../policy/index.js';
import { DoorAudit, type Witnesses } from './door-audit.js';
import { allAttempts, basicAttempts, guiseAttempts, plainAttempts } from './generate.js';
import { guisesOf } from './guises.js';
import { auditHosts } from './hosts.js';
import type { RelayLeak } from './relay-leak.js';
import { type Sender, senderIn, usualGuises } from './senders.js';

export type { Witnesses } from './door-audit.js';
export type { RelayLeak } from './relay-leak.js';

/** What the audit found about one source channel. */
export interface ChannelAudit {
  readonly channel: string;
  /** The port that the channel stands for where it is one for submission; null for others. */
  readonly submission: number | null;
  /** Requests that the policy decided on; 0 where no stranger gets so far. */
  readonly forms: number;
  /** Different recipients in them, and different senders. */
  readonly addresses: number;
  readonly senders: number;
  /** Hosts of the site that no form was made for, since there are enough of their kind. */
  readonly hostsLeftOut: number;
  /** Senders that entries name and that were not tried, since there are enough. */
  readonly sendersLeftOut: number;
  /** Why no stranger gets so far; null where strangers were tried. */
  readonly closed: string | null;
  /** Attempts, and hosts of the site, that could not be decided, and why the first could not. */
  readonly undecided: number;
  readonly cause: string | null;
  /** Those that get through: one of each form. */
  readonly leaks: readonly RelayLeak[];
}

/** What the audit found. */
export interface RelayAudit {
  readonly channels: readonly ChannelAudit[];
}

function closedDoor({ channel, port }: Door, closed: string): ChannelAudit {
  const submission = isSubmission(port) ? port : null;
  const counts = { forms: 0, addresses: 0, senders: 0, hostsLeftOut: 0, sendersLeftOut: 0, undecided: 0 };
  return { channel, submission, ...counts, closed, cause: null, leaks: [] };
}

function* auditDoor(
  compiled: CompiledPolicy,
  door: Door,
  newEnvironment: () => Environment,
  witnesses: Witnesses,
): Lookup<ChannelAudit> {
  const { policy } = compiled;
  const session = strangerAt(policy, door);
  if (demandOfAuth(policy, session) !== null) return closedDoor(door, 'nobody sends without AUTH there');
  const { guises, leftOut } = guisesOf(compiled);
  const senders: Sender[] = [];
  for (const guise of [...usualGuises(policy), ...guises]) {
    const sender = yield* senderIn(policy, session, guise, newEnvironment());
    if (sender !== null) senders.push(sender);
  }
  const [main, ...others] = senders;
  if (main === undefined) return closedDoor(door, 'FROM_ACCESS turns strangers away');
  const hosts = yield* auditHosts(compiled, door.channel, newEnvironment);
  if (hosts.far.length === 0) return closedDoor(door, 'every host leads inside, so nothing is outside');
  const audit = new DoorAudit(policy, hosts, newEnvironment, witnesses);
  for (const failure of hosts.failures) audit.note(failure);
  yield* audit.tryAll(main, plainAttempts(hosts));
  // Where the plain address passes every other one does.
  if (!audit.leaks.some(({ plain }) => plain)) {
    yield* audit.tryAll(main, allAttempts(hosts));
    for (const sender of others) {
      const { guise } = sender;
      const attempts = guises.includes(guise) ? guiseAttempts(hosts, guise.host) : basicAttempts(hosts);
      yield* audit.tryAll(sender, attempts);
    }
  }
  const { forms, addresses, undecided, cause, leaks } = audit;
  const counts = { forms, addresses, senders: audit.senders, undecided };
  const omitted = { hostsLeftOut: hosts.leftOut, sendersLeftOut: leftOut };
  return { ...closedDoor(door, ''), closed: null, ...counts, ...omitted, cause, leaks };
}

/** Audits a policy; what cannot be asked at all is a closed door with its cause. Never throws. */
export function* auditRelaying(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
  witnesses: Witnesses = 'one of each form',
): Lookup<RelayAudit> {
  const channels: ChannelAudit[] = [];
  for (const door of doorsOf(compiled.policy)) {
    try {
      channels.push(yield* auditDoor(compiled, door, newEnvironment, witnesses));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      channels.push({ ...closedDoor(door, ''), closed: null, undecided: 1, cause });
    }
  }
  return { channels };
}
