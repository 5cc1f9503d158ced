/*
 * The relay audit: every known form of relaying, made for the site's own domains and channels, is tried on the compiled
 * policy as mail of a stranger on each channel that faces the outside, and a few of each form with the claims that the
 * site's entries ask for. It is a search, not a proof. A form gets through when it is accepted and
 *   - a delivery goes out to the host that the stranger named, or
 *   - a server inside that gets the delivery may read it as an address at that host.
 * The second is judged on purpose by a model of such servers of its own (readings.ts), not by the built-in entries or
 * the tests for outside hosts that the gateway uses, so that a mistake in those is found too. What cannot be decided,
 * because of a look-up or a limit, is counted: such mail is deferred.
 */
import { demandOfAuth } from '../../decide/index.js';
import type { Environment, Lookup } from '../../engine/index.js';
import {
  type CompiledPolicy,
  type EntryPoint,
  entryPointsOf,
  isSubmission,
  strangerAt,
} from '../../policy/index.js';
import { AttemptRunner, type Witnesses } from './attempt-runner.js';
import { allAttempts, attemptsWithClaims, basicAttempts, plainAttempts } from './attempts.js';
import { auditHosts } from './audit-hosts.js';
import { type EntryClaims, entryClaims } from './entry-claims.js';
import type { RelayLeak } from './relay-leak.js';
import { type Sender, sendFrom, usualClaims } from './senders.js';
import { countServerQuestions } from './server-questions.js';

/** What the audit found about one source channel. */
export interface ChannelAudit {
  readonly channel: string;
  /** The port of a submission channel; null for others. */
  readonly submission: number | null;
  /** Requests that the policy decided on; 0 when no stranger gets that far. */
  readonly forms: number;
  /** Different recipients and senders in them. */
  readonly addresses: number;
  readonly senders: number;
  /** Hosts of the site that were not tried, since there are enough of their kind. */
  readonly hostsLeftOut: number;
  /** Senders that entries name and that were not tried, since there are enough. */
  readonly sendersLeftOut: number;
  /** Why no stranger gets that far; null when strangers were tried. */
  readonly closed: string | null;
  /** Attempts and hosts that could not be decided, and the cause of the first. */
  readonly undecided: number;
  readonly cause: string | null;
  /** Look-ups for servers, to which the audit does not connect. */
  readonly serverLookups: number;
  /** Addresses that get through, one of each form. */
  readonly leaks: readonly RelayLeak[];
}

export interface RelayAudit {
  readonly channels: readonly ChannelAudit[];
}

function closedChannel({ channel, port }: EntryPoint, closed: string): ChannelAudit {
  const submission = isSubmission(port) ? port : null;
  const counts = { forms: 0, addresses: 0, senders: 0, hostsLeftOut: 0, sendersLeftOut: 0, undecided: 0 };
  return { channel, submission, ...counts, closed, cause: null, serverLookups: 0, leaks: [] };
}

function* auditChannel(
  compiled: CompiledPolicy,
  entryPoint: EntryPoint,
  { claims, leftOut }: EntryClaims,
  newEnvironment: () => Environment,
  witnesses: Witnesses,
): Lookup<ChannelAudit> {
  const { policy } = compiled;
  const session = strangerAt(policy, entryPoint);
  if (demandOfAuth(policy, session) !== null)
    return closedChannel(entryPoint, 'clients have to authenticate');
  const senders: Sender[] = [];
  for (const one of [...usualClaims(policy), ...claims]) {
    const sender = yield* sendFrom(policy, session, one, newEnvironment());
    if (sender !== null) senders.push(sender);
  }
  const [first, ...others] = senders;
  if (first === undefined) return closedChannel(entryPoint, 'FROM_ACCESS rejects strangers');
  const hosts = yield* auditHosts(compiled, entryPoint.channel, newEnvironment);
  if (hosts.targets.length === 0) return closedChannel(entryPoint, 'every host leads inside');
  const runner = new AttemptRunner(policy, hosts, newEnvironment, witnesses);
  for (const failure of hosts.failures) runner.note(failure);
  yield* runner.run(first, plainAttempts(hosts));
  // When the plain address gets through, all others do.
  if (!runner.leaks.some(({ plain }) => plain)) {
    yield* runner.run(first, allAttempts(hosts));
    for (const sender of others) {
      const isForEntry = claims.includes(sender.claims);
      const attempts = isForEntry ? attemptsWithClaims(hosts, sender.claims.host) : basicAttempts(hosts);
      yield* runner.run(sender, attempts);
    }
  }
  const { forms, addresses, undecided, cause, leaks } = runner;
  const counts = { forms, addresses, senders: runner.senders, undecided };
  const omitted = { hostsLeftOut: hosts.leftOut, sendersLeftOut: leftOut };
  return { ...closedChannel(entryPoint, ''), closed: null, ...counts, ...omitted, cause, leaks };
}

/** Audits a policy. Never throws: a channel that cannot be audited is undecided. */
export function* auditRelaying(
  compiled: CompiledPolicy,
  newEnvironment: () => Environment,
  witnesses: Witnesses = 'one of each form',
): Lookup<RelayAudit> {
  const channels: ChannelAudit[] = [];
  let claims: EntryClaims | null = null;
  for (const entryPoint of entryPointsOf(compiled.policy)) {
    try {
      claims ??= entryClaims(compiled);
      const audit = auditChannel(compiled, entryPoint, claims, newEnvironment, witnesses);
      const { value, counted } = yield* countServerQuestions(compiled.policy, audit);
      channels.push({ ...value, serverLookups: counted });
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      channels.push({ ...closedChannel(entryPoint, ''), closed: null, undecided: 1, cause });
    }
  }
  return { channels };
}
