/*
 * People whose mail is forwarded out of the house, and whose forwarded mail the entry against relaying refuses: to the
 * table it comes in from outside and goes out again. The Tech Tip names this difficulty and its cure, the process
 * channel. Each candidate is asked of the policy as mail of a stranger, so an entry that refuses for another reason, or
 * a table that lets it pass, is seen as it is.
 * Ref: PMDF 26.7
 */
import { findAccessTable } from '../access/index.js';
import { parsePath } from '../address/index.js';
import { decideRecipient } from '../decide/index.js';
import { type Environment, type Lookup, StepBudget, type TraceEvent } from '../engine/index.js';
import { aliasesOf, forwardTable } from '../forwarding/index.js';
import { compilePattern, type Entry, tableKey, tablesOf } from '../mapping/index.js';
import {
  type CompiledPolicy,
  type Door,
  doorsOf,
  isReprocessing,
  leadsOutside,
  type Policy,
  processChannel,
  strangerAt,
  takesOutside,
} from '../policy/index.js';
import { askPolicy, exampleText, mainSender } from '../proof/index.js';
import { type Diagnostic, type Span, warningAt } from '../text/index.js';
import { type DatabaseEntry, lastHostOf } from './database-entries.js';
import { addProcess, processHost } from './unknown-routes.js';

/** Somebody whose mail is forwarded: by which address or local part, and where it goes, as written. */
interface Forward {
  readonly key: string;
  readonly value: string;
  readonly span: Span;
}

/** A refusal: of which address, where it would have gone, and by which entry. */
interface Refusal {
  readonly forward: Forward;
  readonly address: string;
  readonly place: string;
  readonly channel: string;
}

const matchWork = 10_000;
const mostHosts = 200;
const mostAsked = 200;
const mostRelated = 5;

/** `jdoe%other.com` of `jdoe%other.com@TCP-DAEMON`; null where the process channel takes it, which is the cure. */
function targetOf(policy: Policy, value: string): { user: string; host: string } | null {
  const last = lastHostOf(value);
  const owner = last === null ? undefined : policy.hosts.find(last.host);
  if (owner !== undefined && isReprocessing(owner.channel.name)) return null;
  const address = owner === undefined || last === null ? value : value.slice(0, last.offset - 1);
  const at = Math.max(address.lastIndexOf('%'), address.lastIndexOf('@'));
  const host = address.slice(at + 1);
  return at <= 0 || host === '' || /[$\s"<>]/.test(host) ? null : { user: address.slice(0, at), host };
}

/** An entry of FORWARD that says in plain text where mail goes; null for the others. */
function forwardOfEntry({ pattern, template }: Entry): Forward | null {
  const literals = template.flatMap((item) => (item.kind === 'literal' ? [item] : []));
  const [first] = literals;
  const isPlain = template.every(({ kind }) => kind === 'literal' || kind === 'flag' || kind === 'control');
  if (first === undefined || !isPlain) return null;
  const key = exampleText(pattern, compilePattern(pattern), () => 'ann', new StepBudget(matchWork));
  return key === null ? null : { key, value: literals.map(({ text }) => text).join(''), span: first.span };
}

function* forwardsIn(
  { aliases, mappings }: CompiledPolicy,
  entries: Iterable<DatabaseEntry>,
): Generator<Forward> {
  for (const { name, entries: written } of tablesOf(mappings)) {
    if (tableKey(name) !== forwardTable) continue;
    for (const entry of written) {
      const forward = forwardOfEntry(entry);
      if (forward !== null) yield forward;
    }
  }
  for (const { name, values } of aliasesOf(aliases)) {
    for (const value of values) {
      if (value.kind === 'address') yield { key: name, value: value.text, span: value.span };
    }
  }
  for (const { database, key, value, valueSpan } of entries) {
    if (database === 'domain' || database === 'reverse') continue;
    yield { key, value, span: valueSpan };
  }
}

/** The addresses by which a key is reached. */
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

/** Asks about one address; null where it is not refused for going out again. */
function* refusalOf(
  policy: Policy,
  door: Door,
  forward: Forward,
  address: string,
  environment: Environment,
): Lookup<Refusal | null> {
  const to = parsePath(`<${address}>`);
  if (to.kind !== 'path') return null;
  const events: TraceEvent[] = [];
  const traced = { ...environment, trace: (event: TraceEvent) => void events.push(event) };
  const request = { to: to.path, originalRecipient: null, notify: new Set<string>() };
  const options = { tables: true, bothPasses: false };
  const session = strangerAt(policy, door);
  const { verdict } = yield* decideRecipient(
    { policy, session, environment: traced },
    mainSender,
    request,
    options,
  );
  if (verdict.kind !== 'reject' || verdict.place === null || verdict.place.startsWith('built-in'))
    return null;
  const channel = probedChannel(policy, events);
  if (channel === null || !(yield* takesOutside(policy, door.channel, channel, environment))) return null;
  return { forward, address, place: verdict.place, channel };
}

function* refusals(
  compiled: CompiledPolicy,
  door: Door,
  entries: Iterable<DatabaseEntry>,
  newEnvironment: () => Environment,
): Lookup<Refusal[]> {
  const { policy } = compiled;
  const outside = new Map<string, boolean>();
  const found: Refusal[] = [];
  let asked = 0;
  for (const forward of forwardsIn(compiled, entries)) {
    if (found.length > mostRelated || asked >= mostAsked) break;
    const target = targetOf(policy, forward.value);
    if (target === null) continue;
    let leads = outside.get(target.host);
    if (leads === undefined) {
      if (outside.size >= mostHosts) continue;
      leads = yield* leadsOutside(policy, door.channel, target.host, newEnvironment());
      outside.set(target.host, leads);
    }
    if (!leads) continue;
    for (const address of addressesOf(policy, forward.key)) {
      asked += 1;
      const refusal = yield* refusalOf(policy, door, forward, address, newEnvironment());
      if (refusal === null) continue;
      found.push(refusal);
      break;
    }
  }
  return found;
}

function cure(policy: Policy, { value }: Forward): string {
  const target = targetOf(policy, value);
  const process = policy.channels.channels.get(processChannel);
  const host = process?.officialHostName ?? processHost;
  const written = target === null ? value : `${target.user}%${target.host}`;
  const write = `write \`${written}@${host}\`, so that the channel \`process\` sends it on`;
  return process === undefined ? `${write}, and ${addProcess}` : write;
}

/** Finds mail that is forwarded outside and then refused as relaying; one finding with the first of them. */
export function* lintRefusedForwards(
  compiled: CompiledPolicy,
  entries: Iterable<DatabaseEntry>,
  newEnvironment: () => Environment,
): Lookup<Diagnostic[]> {
  const { policy } = compiled;
  const [door] = doorsOf(policy);
  const [local] = [...policy.channels.channels.values()];
  if (door === undefined || local === undefined) return [];
  const asked = yield* askPolicy('where forwarded mail goes', local.span, newEnvironment, () =>
    refusals(compiled, door, entries, newEnvironment),
  );
  if ('finding' in asked) return [asked.finding];
  const [first, ...others] = asked.answer;
  if (first === undefined) return [];
  const { address, place, channel, forward } = first;
  return [
    warningAt(
      forward.span,
      'lint/forward-refused',
      `mail from outside for \`${address}\` is refused by \`${place}\`: forwarded, it goes out again by \`${channel}\``,
      {
        hint: cure(policy, forward),
        related: others
          .slice(0, mostRelated)
          .map((one) => ({ message: `so is mail for \`${one.address}\``, span: one.forward.span })),
      },
    ),
  ];
}
