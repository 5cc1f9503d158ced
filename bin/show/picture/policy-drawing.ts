/*
 * The policy as a drawing, in the order in which mail comes through it: listeners, source channels, the tables asked before any
 * recipient, the rewrite rules by the channel that they lead to, the tables asked about recipients, and the channels that
 * mail leaves by.
 */
import { accessTables } from '../../../lib/access/index.js';
import {
  isSmtpChannel,
  mayBeSwitchedTo,
  switchAfterAuth,
  switchAfterTls,
  switchesClients,
} from '../../../lib/channel/index.js';
import { type MappingTable, tablesOf } from '../../../lib/mapping/index.js';
import {
  type CompiledPolicy,
  channelNamed,
  channelOfTemplate,
  listenerChannels,
} from '../../../lib/policy/index.js';
import {
  printPattern,
  printTemplate,
  type RewriteRule,
  rulesInOrder,
  rulesOf,
} from '../../../lib/rewrite/index.js';
import { placeOf } from '../../../lib/text/index.js';
import { type ChannelView, channelViews } from '../channel-views.js';
import { deliveryWords } from '../channels.js';
import type { Box, Drawing, Edge } from './dot.js';

/** The rules that lead to one channel; null for those whose channel a look-up decides. */
type RuleGroups = ReadonlyMap<string | null, readonly RewriteRule[]>;

function ruleGroups({ policy, rules }: CompiledPolicy): RuleGroups {
  const groups = new Map<string | null, RewriteRule[]>();
  for (const rule of rulesInOrder(rulesOf(rules))) {
    const channel = channelOfTemplate(rule, policy.hosts);
    const known = groups.get(channel);
    if (known === undefined) groups.set(channel, [rule]);
    else known.push(rule);
  }
  return groups;
}

function rulesBox(channel: string | null, rules: readonly RewriteRule[]): Box {
  return {
    id: rulesId(channel),
    kind: 'rules',
    title: channel === null ? 'rules with a channel of their own' : `rules to ${channel}`,
    notes: [],
    rows: rules.map(({ pattern, template, span }) => [
      placeOf(span),
      printPattern(pattern),
      printTemplate(template),
    ]),
  };
}

function rulesId(channel: string | null): string {
  return channel === null ? 'rules' : `rules ${channel}`;
}

function tableBox({ name, span, entries }: MappingTable): Box {
  return {
    id: `table ${name.toUpperCase()}`,
    kind: 'table',
    title: name,
    notes: [placeOf(span)],
    rows: entries.map((entry) => [placeOf(entry.span), entry.patternText, entry.templateText]),
  };
}

function sourceBox(name: string): Box {
  return { id: `from ${name}`, kind: 'channel', title: name, notes: ['source channel'], rows: [] };
}

function destinationBox(view: ChannelView): Box {
  const { name, officialHostName } = view.channel;
  return {
    id: `to ${name}`,
    kind: 'channel',
    title: name,
    notes: [officialHostName, ...deliveryWords(view).flatMap((words) => words.split(', '))],
    rows: [],
  };
}

function edge(from: string, to: string, label = '', dashed = false): Edge {
  return { from, to, label, dashed };
}

const mostPatterns = 3;

/** The patterns by which clients are switched to a channel, the first of them. */
function patternsTo(rules: readonly RewriteRule[]): string {
  const shown = rules.slice(0, mostPatterns).map(({ pattern }) => printPattern(pattern));
  const left = rules.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`${left} more`])].join(', ');
}

/** Where sessions come in: edges from listeners to source channels, and between these. */
function sourceEdges(compiled: CompiledPolicy, groups: RuleGroups): Edge[] {
  const { policy } = compiled;
  const { listeners } = policy.settings;
  const edges = [
    edge('clients', `from ${listeners.default}`),
    ...[...listeners.ports].map(([port, channel]) => edge('clients', `from ${channel}`, `port ${port}`)),
  ];
  const initial = listenerChannels({ settings: policy.settings, channels: policy.channels });
  for (const first of initial.filter(switchesClients)) {
    for (const [name, rules] of groups) {
      const target = name === null ? undefined : policy.channels.channels.get(name);
      if (target === undefined || target.name === first.name) continue;
      const ofClients = rules.filter(({ pattern }) => pattern.kind !== 'all' && pattern.kind !== 'first');
      if (!mayBeSwitchedTo(target) || !isSmtpChannel(target) || ofClients.length === 0) continue;
      edges.push(edge(`from ${first.name}`, `from ${target.name}`, patternsTo(ofClients), true));
    }
  }
  // Switches by TLS and AUTH lead on from every channel that a session may be on.
  const reached = new Set(edges.map(({ to }) => to.slice('from '.length)));
  for (const name of reached) {
    const channel = channelNamed(policy, name);
    for (const [label, target] of [
      ['TLS', switchAfterTls(policy.channels, channel)],
      ['AUTH', switchAfterAuth(policy.channels, channel)],
    ] as const) {
      if (target === null) continue;
      edges.push(edge(`from ${name}`, `from ${target.name}`, label, true));
      reached.add(target.name);
    }
  }
  return edges;
}

function calledTables({ entries }: MappingTable): string[] {
  const called = entries.flatMap(({ template }) =>
    template.flatMap((item) => (item.kind === 'sub-table' ? [item.table.toUpperCase()] : [])),
  );
  return [...new Set(called)];
}

/** Each of these to each of those. */
function between(these: readonly string[], those: readonly string[]): Edge[] {
  return these.flatMap((from) => those.map((to) => edge(from, to)));
}

/** The tables that mail comes by, in order: those before recipients, and those about them. */
function stages({ mappings, policy }: CompiledPolicy): readonly [Box[], Box[]] {
  const tables = tablesOf(mappings);
  const boxesWhere = (isFor: (recipient: 'none' | 'before-aliases' | 'after-aliases') => boolean): Box[] =>
    accessTables
      .filter(({ recipient }) => isFor(recipient))
      .flatMap(({ table }) => tables.find(({ name }) => name.toUpperCase() === table) ?? [])
      .map(tableBox);
  const aliases: Box[] =
    policy.aliases.size === 0
      ? []
      : [
          {
            id: 'aliases',
            kind: 'table',
            title: 'aliases',
            notes: [],
            rows: [...policy.aliases.values()].map(({ name, addresses }) => [name, addresses.join(', ')]),
          },
        ];
  const forward = tables.filter(({ name }) => name.toUpperCase() === 'FORWARD').map(tableBox);
  return [
    boxesWhere((recipient) => recipient === 'none'),
    [
      ...boxesWhere((recipient) => recipient === 'before-aliases'),
      ...aliases,
      ...forward,
      ...boxesWhere((recipient) => recipient === 'after-aliases'),
    ],
  ];
}

/** Draws a policy. */
export function policyDrawing(compiled: CompiledPolicy, title: string): Drawing {
  const groups = ruleGroups(compiled);
  const incoming = sourceEdges(compiled, groups);
  const sources = [...new Set(incoming.map(({ to }) => to))];
  const [before, about] = stages(compiled);
  const ruleBoxes = [...groups].map(([channel, rules]) => rulesBox(channel, rules));
  const destinations = channelViews(compiled).map(destinationBox);
  const drawn = new Set([...before, ...about].map(({ id }) => id));
  const tables = tablesOf(compiled.mappings);
  const called = tables.flatMap((table) =>
    calledTables(table).map((name) => edge(`table ${table.name.toUpperCase()}`, `table ${name}`, '', true)),
  );
  const others = tables.filter(({ name }) => !drawn.has(`table ${name.toUpperCase()}`));
  const chain = [
    sources,
    ...before.map(({ id }) => [id]),
    ruleBoxes.map(({ id }) => id),
    ...about.map(({ id }) => [id]),
  ].filter((stage) => stage.length > 0);
  const last = chain.at(-1) ?? [];
  const toDestinations =
    about.length > 0
      ? between(
          last,
          destinations.map(({ id }) => id),
        )
      : [...groups.keys()].flatMap((name) =>
          name === null
            ? between(
                [rulesId(null)],
                destinations.map(({ id }) => id),
              )
            : [edge(rulesId(name), `to ${name}`)],
        );
  return {
    title,
    boxes: [
      { id: 'clients', kind: 'outside', title: 'clients', notes: [], rows: [] },
      ...sources.map((id) => sourceBox(id.slice('from '.length))),
      ...before,
      ...ruleBoxes,
      ...about,
      ...others.map(tableBox),
      ...destinations,
    ],
    edges: [
      ...incoming,
      ...chain.slice(1).flatMap((stage, index) => between(chain[index] ?? [], stage)),
      ...toDestinations,
      ...called,
    ],
  };
}
