/*
 * A recipient at a pseudo domain, looked up by a directory channel.
 *   input     to, source, from, inline, inline_ambiguous, setup (DIR1, DIR2 or DIR3, below), rules and database in place of its own,
 *             tables (RELAY, or an entry of one table), alias_file, address_as (`envelope-from`);
 *             with type 2: servers (`down|up`), entries (how many), mail (null for none), filter
 *   expected  verdict, reply, class, to, channel, orig_channel, orig_probe, second_probe, second_pass_rule, candidates, listed, notice,
 *             orcpt, from, asked, filter
 */
import { parsePath } from '../../../lib/address/parse-path.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideSender } from '../../../lib/decide/decide-sender.js';
import type { RecipientDecision } from '../../../lib/decide/decision.js';
import { parseDirectoryFilter } from '../../../lib/directory/search-filter.js';
import { absent, type DirectoryEntry, failed, type LookupRequest } from '../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../lib/engine/trace.js';
import { notaryFor } from '../../../lib/notary/pass-on.js';
import { noRecipientNotary } from '../../../lib/notary/request.js';
import type { Policy } from '../../../lib/policy/policy.js';
import { type Area, computed } from '../area.js';
import { EngineRun, type OutsideWorld } from '../engine/engine-run.js';
import { policyOf } from '../engine/policy-text.js';
import { relayBlock } from '../engine/relay-table.js';
import { requestFor, sessionOn } from '../engine/session.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

const usualRules = [
  'example.com  $U%example.com@DIRECTORY-DAEMON',
  '.example.com  $U%$H$D@TCP-INTERNAL',
  '.  $U%$H@TCP-DAEMON',
];

const usualLines = [
  'john.doe  ariel@host1.example.com',
  'j.smith  js1@host1.example.com',
  'j.smith  js2@host2.example.com',
  'far.away  me@other.com',
  'loop  loop@example.com',
  'bad  not an address',
];

const defaults: ReadonlyMap<string, readonly string[]> = new Map([
  ['DIR1', []],
  ['DIR2', ['*  *@legacy.example.com']],
  ['DIR3', ['*  newmailbox@legacy.example.com']],
]);

function databaseOf(input: VectorInput): ReadonlyMap<string, readonly string[]> {
  const own = input.textOrNull('database');
  const more = defaults.get(input.textOr('setup', 'DIR1'));
  if (more === undefined) throw new VectorProblem('`input.setup` is DIR1, DIR2 or DIR3');
  const values = new Map<string, string[]>();
  for (const line of own === null ? [...usualLines, ...more] : [own]) {
    const [key = '', ...words] = line.split(/\s+/);
    values.set(key, [...(values.get(key) ?? []), words.join(' ')]);
  }
  return values;
}

function mappingsOf(input: VectorInput): string | null {
  const tables = input.textOrNull('tables');
  if (tables === null) return null;
  if (tables === 'RELAY') return `ORIG_SEND_ACCESS\n\n  ${relayBlock.join('  ')}\n`;
  const [table = '', pattern = '', template = ''] = tables.split(' ', 3);
  const rest = tables.slice(table.length + pattern.length + template.length + 2);
  return `${table}\n\n  ${pattern}  ${template}${rest}\n`;
}

function optionsOf(input: VectorInput, isLdap: boolean): string {
  const lines = [`example.com=${isLdap ? 2 : 0}`];
  if (input.has('inline_ambiguous')) lines.push(`INLINE_AMBIGUOUS=${input.number('inline_ambiguous', 1)}`);
  const servers = input.textOrNull('servers') ?? 'up';
  if (isLdap) lines.push(`LDAP_SERVERS=${servers}`, 'LDAP_BASE=o=x');
  return `${lines.join('\n')}\n`;
}

function policyFor(input: VectorInput, isLdap: boolean): Policy {
  const own = input.texts('rules');
  const rules = own.length === 0 ? usualRules : [...own, '.example.com  $U%$H$D@TCP-INTERNAL'];
  const cnf = [
    ...rules,
    '',
    'l',
    'gateway.example.com',
    ...(own.length === 0 ? [] : ['example.com']),
    '',
    'tcp_local smtp switchchannel',
    'TCP-DAEMON',
    '',
    'tcp_internal smtp allowswitchchannel',
    'TCP-INTERNAL',
    '',
    `directory ${input.has('inline') && !input.flag('inline') ? '' : 'inline'}`,
    'DIRECTORY-DAEMON',
    '',
  ].join('\n');
  const mappings = mappingsOf(input);
  const aliases = input.textOrNull('alias_file');
  const policy = policyOf({
    cnf,
    ...(mappings === null ? {} : { mappings }),
    ...(aliases === null ? {} : { aliases: `${aliases}\n` }),
    optionFiles: new Map([['directory_option', optionsOf(input, isLdap)]]),
  });
  const filter = input.textOrNull('filter');
  return filter === null ? policy : withFilter(policy, filter);
}

/** The option file has no option for the filter. */
function withFilter(policy: Policy, text: string): Policy {
  const parsed = parseDirectoryFilter(text);
  if ('error' in parsed) throw new VectorProblem(parsed.error.message);
  const filter = parsed.value;
  const directories = new Map(
    [...policy.directories].map(([name, one]) => {
      const domains = new Map(
        [...one.domains].map(([domain, source]) => [
          domain,
          source.kind === 'ldap' ? { ...source, search: { ...source.search, filter } } : source,
        ]),
      );
      return [name, { ...one, domains }];
    }),
  );
  return { ...policy, directories };
}

/** A directory that answers by the servers of the channel, each `up` or `down`. */
function ldapWorld(
  input: VectorInput,
  policy: Policy,
  asked: string[],
  filters: string[],
): OutsideWorld['ldap'] {
  const count = input.number('entries', 0);
  const hasMail = !input.has('mail') || input.textOrNull('mail') !== null;
  return (request) => {
    filters.push(request.search.filter);
    for (const { host } of policy.directories.get(request.channel ?? '')?.servers?.servers ?? []) {
      asked.push(host);
      if (host === 'down') continue;
      if (count === 0) return absent;
      const entries = Array.from(
        { length: Math.min(count, request.search.most) },
        (_, at): DirectoryEntry => {
          const mail = [`person${at}@host1.example.com`];
          return new Map(
            hasMail
              ? [
                  ['mail', mail],
                  ['cn', [`Person ${at}`]],
                ]
              : [['cn', [`Person ${at}`]]],
          );
        },
      );
      return { kind: 'entries', entries, isCut: count > request.search.most };
    }
    return failed('no server answers');
  };
}

function replyOf({ verdict }: RecipientDecision): string | null {
  if (verdict.kind === 'accept') return null;
  const { code, enhanced, text } = verdict.reply;
  return verdict.kind === 'defer' ? `${code} ${enhanced}` : `${code} ${enhanced} ${text}`;
}

/** The rule, counted from 1, that fired last after the message was reprocessed. */
function secondPassRule(events: readonly TraceEvent[]): number | null {
  const start = events.findIndex(({ kind }) => kind === 'pass-begins');
  const fired = events
    .slice(Math.max(0, start))
    .findLast((event) => event.kind === 'rule-tried' && event.fired);
  if (start === -1 || fired?.kind !== 'rule-tried') return null;
  return Number(fired.place.split(':')[1]);
}

/** The sender after MAIL FROM: only recipients are looked up. */
function senderOf(input: VectorInput, policy: Policy, run: EngineRun): string {
  const parsed = parsePath(input.text('from'));
  if (parsed.kind === 'malformed') throw new VectorProblem('`input.from` is not a path');
  const session = sessionOn(input.textOr('source', 'tcp_local'));
  const { environment } = run;
  return run.drive(decideSender({ policy, session, environment }, parsed.path, { tables: true }))
    .envelopeFrom;
}

export const directory: Area = (input) => {
  const isLdap = input.number('type', 0) === 2;
  const policy = policyFor(input, isLdap);
  const values = isLdap ? new Map<string, string[]>() : databaseOf(input);
  const asked: string[] = [];
  const filters: string[] = [];
  const ldap = isLdap ? ldapWorld(input, policy, asked, filters) : undefined;
  const world: OutsideWorld = {
    databases: new Map(),
    random: 0.5,
    directory: ({ domain, key }: Extract<LookupRequest, { kind: 'directory' }>) => {
      const found = domain === 'example.com' ? values.get(key.toLowerCase()) : undefined;
      return found === undefined ? absent : { kind: 'values', values: found };
    },
    ...(ldap === undefined ? {} : { ldap }),
  };
  const run = new EngineRun(world);
  if (input.textOrNull('address_as') === 'envelope-from')
    return computed({ from: senderOf(input, policy, run) });
  const source = input.textOr('source', 'tcp_internal');
  const to = input.text('to');
  const decision = run.drive(
    decideRecipient(
      { policy, session: sessionOn(source), environment: run.environment },
      input.textOr('from', 'a@b.example'),
      requestFor(to),
      { tables: true, bothPasses: true },
    ),
  );
  const [first] = decision.deliveries;
  const last = first?.then?.[0] ?? first;
  const candidates = first?.candidates ?? null;
  const probes = run.events.flatMap((event) => (event.kind === 'table-probed' ? [event] : []));
  const { orcpt } = notaryFor(noRecipientNotary, to, last?.address ?? '');
  const { verdict } = decision;
  return computed({
    verdict: verdict.kind,
    reply: replyOf(decision),
    class: verdict.kind === 'accept' ? null : Math.floor(verdict.reply.code / 100),
    when: verdict.kind === 'accept' ? null : 'rcpt',
    to: candidates === null ? (last?.address ?? null) : null,
    channel: last?.channel ?? null,
    orig_channel: decision.channel,
    orig_probe: probes.find(({ table }) => table.startsWith('ORIG_'))?.probe ?? null,
    second_probe: probes.find(({ probe }) => probe.startsWith('directory|'))?.probe ?? null,
    second_pass_rule: secondPassRule(run.events),
    notice: candidates !== null,
    candidates: candidates === null ? null : [...candidates],
    listed: candidates?.length ?? null,
    orcpt: orcpt === null ? null : `${orcpt.type};${orcpt.address}`,
    asked,
    filter: filters[0] ?? null,
  });
};
