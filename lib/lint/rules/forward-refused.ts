/*
 * Mail from outside that is forwarded outside and then rejected as relaying: access tables see it come in from outside
 * and go out again. PMDF's cures are the process channel, and a directory channel that is not inline. Each forwarded
 * address is tried as mail from a stranger, so that only a rejection by such an entry is reported.
 * Ref: PMDF 3.2.2, 26.7
 */
import { findAccessTable } from '../../access/index.js';
import { quote } from '../../address/index.js';
import { hasKeyword } from '../../channel/index.js';
import { auditSetup, decideRcpt } from '../../decide/index.js';
import { type Environment, type Lookup, StepBudget, type TraceEvent } from '../../engine/index.js';
import { aliasesOf, forwardTable } from '../../forwarding/index.js';
import { compilePattern, type Entry, tableKey, tablesOf } from '../../mapping/index.js';
import {
  channelLeadsOutside,
  channelNamed,
  type EntryPoint,
  entryPointsOf,
  isReprocessing,
  leadsOutside,
  type Policy,
  processChannel,
  strangerAt,
} from '../../policy/index.js';
import { exampleText, plainSender } from '../../proof/index.js';
import type { Span } from '../../text/index.js';
import { lastHostOf } from '../database-entries.js';
import { addProcessChannel, processHost } from '../process-channel.js';
import { oneFinding, type RequestRule } from '../rule.js';
import type { LintSubject } from '../subject.js';

/** A forwarded address or local part, and where its mail goes, as written. */
interface Forward {
  readonly key: string;
  readonly value: string;
  readonly span: Span;
  /** The directory channel that it is an entry of. */
  readonly directory?: string;
}

/** A rejected address, the place of the entry that rejects it, and the channel that its mail would leave by. */
interface Rejection extends Forward {
  readonly address: string;
  readonly place: string;
  readonly channel: string;
}

const matchWork = 10_000;
const mostHosts = 200;
const mostTried = 200;
const mostFound = 6;

/** `jdoe%other.com` of `jdoe%other.com@TCP-DAEMON`; null when it goes by the process channel. */
function targetOf(policy: Policy, value: string): { user: string; host: string } | null {
  const last = lastHostOf(value);
  const owner = last === null ? undefined : policy.hosts.find(last.host);
  if (owner !== undefined && isReprocessing(owner.channel.name)) return null;
  const address = owner === undefined || last === null ? value : value.slice(0, last.offset - 1);
  const at = Math.max(address.lastIndexOf('%'), address.lastIndexOf('@'));
  const host = address.slice(at + 1);
  return at <= 0 || host === '' || /[$\s"<>]/.test(host) ? null : { user: address.slice(0, at), host };
}

/** An entry of FORWARD whose template is plain text; null for the others. */
function forwardOfEntry({ pattern, template }: Entry): Forward | null {
  const literals = template.flatMap((item) => (item.kind === 'literal' ? [item] : []));
  const [first] = literals;
  const isPlain = template.every(({ kind }) => kind === 'literal' || kind === 'flag' || kind === 'control');
  if (first === undefined || !isPlain) return null;
  const key = exampleText(pattern, compilePattern(pattern), () => anyMailbox, new StepBudget(matchWork));
  return key === null ? null : { key, value: literals.map(({ text }) => text).join(''), span: first.span };
}

/** A mailbox that any default entry is for. */
const anyMailbox = 'ann';

function* forwardsIn({ compiled, databaseEntries, directoryEntries }: LintSubject): Generator<Forward> {
  for (const { name, entries } of tablesOf(compiled.mappings)) {
    if (tableKey(name) !== forwardTable) continue;
    for (const entry of entries) {
      const forward = forwardOfEntry(entry);
      if (forward !== null) yield forward;
    }
  }
  for (const { name, values } of aliasesOf(compiled.aliases)) {
    for (const value of values) {
      if (value.kind === 'address') yield { key: name, value: value.text, span: value.span };
    }
  }
  for (const { database, key, value, valueSpan } of databaseEntries()) {
    if (database === 'domain' || database === 'reverse') continue;
    yield { key, value, span: valueSpan };
  }
  for (const { channel, domain, key, value, valueSpan } of directoryEntries()) {
    const mailbox = key === '*' ? anyMailbox : quote(key);
    yield { key: `${mailbox}@${domain}`, value, span: valueSpan, directory: channel };
  }
}

/** The addresses that a key stands for. */
function addressesOf({ localDomains }: Policy, key: string): string[] {
  if (key.includes('@')) return [key];
  return [...localDomains].slice(0, 2).map((domain) => `${key}@${domain}`);
}

/** The channel of a recipient in the last probe of a table. */
function probedChannel({ settings }: Policy, events: readonly TraceEvent[]): string | null {
  const last = events.findLast(
    (event) => event.kind === 'table-probed' && findAccessTable(event.table) !== undefined,
  );
  if (last?.kind !== 'table-probed') return null;
  const isSend = last.table.endsWith('SEND_ACCESS');
  return last.probe.split('|').at(isSend && settings.access.orcpt ? -3 : -2) ?? null;
}

/** Tries one address; null unless it is rejected for going out again. */
function* rejectionOf(
  policy: Policy,
  entryPoint: EntryPoint,
  [forward, address]: readonly [Forward, string],
  environment: Environment,
): Lookup<Rejection | null> {
  const setup = { ...auditSetup(policy, environment), bothPasses: false, traced: true };
  const session = { ...strangerAt(policy, entryPoint), relaying: false };
  const { decision, trace } = yield* decideRcpt(setup, session, plainSender, { to: address });
  const { verdict } = decision;
  if (verdict.kind !== 'reject' || verdict.place === null) return null;
  const { place } = verdict;
  const channel = place.startsWith('built-in') ? null : probedChannel(policy, trace);
  if (channel === null || !(yield* channelLeadsOutside(policy, entryPoint.channel, channel, environment)))
    return null;
  return { ...forward, address, place, channel };
}

function* rejections(subject: LintSubject, entryPoint: EntryPoint): Lookup<Rejection[]> {
  const { policy, newEnvironment } = subject;
  const outside = new Map<string, boolean>();
  const found: Rejection[] = [];
  let tried = 0;
  for (const forward of forwardsIn(subject)) {
    if (found.length === mostFound || tried >= mostTried) break;
    const target = targetOf(policy, forward.value);
    if (target === null) continue;
    let isOutside = outside.get(target.host);
    if (isOutside === undefined) {
      if (outside.size >= mostHosts) continue;
      isOutside = yield* leadsOutside(policy, entryPoint.channel, target.host, newEnvironment());
      outside.set(target.host, isOutside);
    }
    if (!isOutside) continue;
    for (const address of addressesOf(policy, forward.key)) {
      tried += 1;
      const rejection = yield* rejectionOf(policy, entryPoint, [forward, address], newEnvironment());
      if (rejection === null) continue;
      found.push(rejection);
      break;
    }
  }
  return found;
}

function cureOfDirectory(policy: Policy, directory: string, channel: string): string {
  return hasKeyword(channelNamed(policy, directory), 'inline')
    ? `remove \`inline\` from the channel \`${directory}\`: what it finds then comes in on it, and not from outside`
    : `let the table permit \`${directory}|*|${channel}|*\`, what the channel \`${directory}\` sends on`;
}

function cure(policy: Policy, { value, directory, channel }: Rejection): string {
  if (directory !== undefined) return cureOfDirectory(policy, directory, channel);
  const target = targetOf(policy, value);
  const process = policy.channels.channels.get(processChannel);
  const host = process?.officialHostName ?? processHost;
  const address = target === null ? value : `${target.user}%${target.host}`;
  const write = `write \`${address}@${host}\`, so that the channel \`process\` sends it on`;
  return process === undefined ? `${write}, and ${addProcessChannel}` : write;
}

export const forwardRefused = {
  code: 'lint/forward-refused',
  about:
    'Mail from outside is forwarded to an outside address, and the entry against relaying rejects it, since it comes in from outside and goes out again. Forward it through the process channel or a directory channel without `inline`, as the hint shows.',
  *check(subject) {
    const { policy } = subject;
    const [entryPoint] = entryPointsOf(policy);
    const [local] = [...policy.channels.channels.values()];
    if (entryPoint === undefined || local === undefined) return [];
    const asked = yield* subject.ask('whether forwarded mail is rejected', local.span, () =>
      rejections(subject, entryPoint),
    );
    const describe = (rejection: Rejection) => ({
      message: `mail from outside for \`${rejection.address}\` is rejected by \`${rejection.place}\`: it is forwarded outside, through the channel \`${rejection.channel}\`, which looks like relaying`,
      hint: cure(policy, rejection),
    });
    return oneFinding(
      asked?.answer ?? [],
      describe,
      ({ address }) => `mail for \`${address}\` is rejected too`,
    );
  },
} as const satisfies RequestRule;
