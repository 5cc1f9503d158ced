/*
 * The relay audit: every form of relaying that is known, made for the site's own domains and channels, is put to the
 * compiled policy as mail of a stranger on each channel for outsiders. A form gets through when it is accepted and
 *   - a delivery goes out to the host that the stranger named, or
 *   - a server that takes the delivery inside may read it as an address at that host.
 * The second is judged by a model of such servers that shares nothing with the built-in entries.
 * What cannot be decided, by a look-up or a limit, is counted: it is deferred, and so gets nowhere today.
 */
import { builtInTable } from '../../access/built-in-table.js';
import { findAccessTable } from '../../access/tables.js';
import { printAddress, splitAddress } from '../../address/split-address.js';
import type { Environment } from '../../lookup/environment.js';
import type { Lookup } from '../../lookup/lookup.js';
import type { TraceEvent } from '../../trace/trace.js';
import type { CompiledPolicy } from '../compile-policy.js';
import { demandOfAuth } from '../decide-auth.js';
import { decideRecipient } from '../decide-recipient.js';
import type { Delivery, RecipientDecision } from '../decision.js';
import { type Door, doorsOf, isSubmission, strangerAt } from '../doors.js';
import { goesOutside } from '../leads-outside.js';
import type { Policy } from '../policy.js';
import type { RecipientRequest, Session } from '../session.js';
import { plainForm } from './forms.js';
import { type Attempt, allAttempts, basicAttempts, plainAttempts } from './generate.js';
import { type AuditHosts, auditHosts, ordinaryHost } from './hosts.js';
import { mainSender, type Sender, sendersOn } from './senders.js';
import { type Reading, readingTowards } from './unwrap.js';

/** A form that gets through. */
export interface RelayLeak {
  /** What stands in MAIL FROM and RCPT TO, without brackets. */
  readonly from: string;
  readonly address: string;
  /** The channel that it came in on, and the one that it is delivered by. */
  readonly source: string;
  readonly channel: string;
  /** Whether that channel leads outside; otherwise a server inside unwraps the address. */
  readonly goesOut: boolean;
  /** The channel that the rules reached first: `process` where its second pass led on. */
  readonly reached: string | null;
  /** The address as delivered, and what it becomes until it names a host outside. */
  readonly reading: Reading;
  /** The last entry that let it pass; null when no entry matched. */
  readonly entry: string | null;
  /** The entry that would have stopped it, were its table not in shadow; null when there is none. */
  readonly shadowed: string | null;
  /** Whether it is the plain address of an ordinary host, from an ordinary sender: then everything gets through. */
  readonly plain: boolean;
}

/** What the audit found about one source channel. */
export interface ChannelAudit {
  readonly channel: string;
  /** The port that the channel stands for where it is one for submission; null for others. */
  readonly submission: number | null;
  /** Attempts that were put to the policy; 0 where no stranger gets so far. */
  readonly forms: number;
  /** Hosts of the site that no form was made for, since there are enough of their kind. */
  readonly hostsLeftOut: number;
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

/** Where a recipient ends up, those behind the process channel included. */
function finalDeliveries(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.flatMap((one) => (one.then === undefined ? [one] : finalDeliveries(one.then)));
}

/** What the next server is given: Haraka hands no route on. */
function handedOn(address: string): string {
  const { localPart, domain } = splitAddress(address);
  return printAddress({ route: [], localPart, domain });
}

/** How an accepted recipient reaches a host outside; null when it does not. */
function wayOut(
  policy: Policy,
  hosts: AuditHosts,
  { deliveries }: RecipientDecision,
): Pick<RelayLeak, 'channel' | 'goesOut' | 'reading'> | null {
  for (const { address, channel } of finalDeliveries(deliveries)) {
    const goesOut = goesOutside(policy, channel);
    const given = handedOn(address);
    const reading = readingTowards(given, hosts.foreign);
    if (reading !== null) return { channel, goesOut, reading };
    // A rule may have changed the name of the host on the way out.
    const text = given.toLowerCase();
    if (goesOut && [...hosts.foreign].some((host) => text.includes(host))) {
      return { channel, goesOut, reading: [given] };
    }
  }
  return null;
}

/** The last entry that accepted, of the built-in ones or of an access table, and one in shadow that would not have. */
function entriesThatLet(trace: readonly TraceEvent[]): Pick<RelayLeak, 'entry' | 'shadowed'> {
  const accepted = trace.findLast(
    (event) =>
      event.kind === 'decided' &&
      event.verdict === 'accept' &&
      event.place !== null &&
      (event.what === builtInTable || findAccessTable(event.what) !== undefined),
  );
  const stopper = trace.find(
    (event) => event.kind === 'shadowed' && event.verdict !== 'accept' && !event.applied,
  );
  return {
    entry: accepted?.kind === 'decided' ? accepted.place : null,
    shadowed: stopper?.kind === 'shadowed' ? stopper.entry : null,
  };
}

/** Whether one attempt stands for all others with its form, or each that gets through is kept. */
export type Witnesses = 'one of each form' | 'every attempt';

const ordinary = { far: ordinaryHost, end: '', near: '', channel: '' };

class DoorAudit {
  readonly #policy: Policy;
  readonly #session: Session;
  readonly #hosts: AuditHosts;
  readonly #newEnvironment: () => Environment;
  readonly #witnesses: Witnesses;
  readonly leaks: RelayLeak[] = [];
  forms = 0;
  undecided = 0;
  cause: string | null = null;

  constructor(
    policy: Policy,
    session: Session,
    hosts: AuditHosts,
    newEnvironment: () => Environment,
    witnesses: Witnesses,
  ) {
    this.#policy = policy;
    this.#session = session;
    this.#hosts = hosts;
    this.#newEnvironment = newEnvironment;
    this.#witnesses = witnesses;
  }

  *#ask(sender: Sender, { path }: Attempt, environment: Environment): Lookup<RecipientDecision> {
    const request: RecipientRequest = { to: path, originalRecipient: null, notify: new Set() };
    const options = { tables: true, bothPasses: true };
    const from = sender.envelopeFrom;
    return yield* decideRecipient(this.#policy, this.#session, from, request, options, environment);
  }

  *#explain(sender: Sender, attempt: Attempt): Lookup<Pick<RelayLeak, 'entry' | 'shadowed'>> {
    const trace: TraceEvent[] = [];
    const environment = { ...this.#newEnvironment(), trace: (event: TraceEvent) => void trace.push(event) };
    yield* this.#ask(sender, attempt, environment);
    return entriesThatLet(trace);
  }

  /** Puts attempts to the policy and keeps the witnesses. */
  *tryAll(sender: Sender, attempts: readonly Attempt[]): Lookup<void> {
    const through = new Set<Attempt['form']>();
    for (const attempt of attempts) {
      this.forms += 1;
      try {
        const decision = yield* this.#ask(sender, attempt, this.#newEnvironment());
        if (decision.verdict.kind === 'defer') this.note(decision.verdict.cause);
        if (decision.verdict.kind !== 'accept') continue;
        if (this.#witnesses === 'one of each form' && through.has(attempt.form)) continue;
        const way = wayOut(this.#policy, this.#hosts, decision);
        if (way === null) continue;
        through.add(attempt.form);
        this.leaks.push({
          from: sender.said,
          address: attempt.to,
          source: this.#session.sourceChannel,
          reached: decision.channel,
          ...way,
          ...(yield* this.#explain(sender, attempt)),
          plain: sender.said === mainSender && attempt.to === plainForm(ordinary),
        });
      } catch (error) {
        this.note(error instanceof Error ? error.message : String(error));
      }
    }
  }

  /** Counts what could not be decided. */
  note(cause: string): void {
    this.undecided += 1;
    this.cause ??= cause;
  }
}

function closedDoor({ channel, port }: Door, closed: string): ChannelAudit {
  const submission = isSubmission(port) ? port : null;
  return { channel, submission, forms: 0, hostsLeftOut: 0, closed, undecided: 0, cause: null, leaks: [] };
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
  const senders = yield* sendersOn(policy, session, newEnvironment);
  const [main, ...others] = senders;
  if (main === undefined) return closedDoor(door, 'FROM_ACCESS turns strangers away');
  const hosts = yield* auditHosts(compiled, door.channel, newEnvironment);
  if (hosts.far.length === 0) return closedDoor(door, 'every host leads inside, so nothing is outside');
  const audit = new DoorAudit(policy, session, hosts, newEnvironment, witnesses);
  for (const failure of hosts.failures) audit.note(failure);
  yield* audit.tryAll(main, plainAttempts(hosts));
  // Where the plain address passes every other one does.
  if (!audit.leaks.some(({ plain }) => plain)) {
    yield* audit.tryAll(main, allAttempts(hosts));
    for (const sender of others) yield* audit.tryAll(sender, basicAttempts(hosts));
  }
  const { forms, undecided, cause, leaks } = audit;
  const hostsLeftOut = hosts.leftOut;
  return { ...closedDoor(door, ''), closed: null, forms, hostsLeftOut, undecided, cause, leaks };
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
