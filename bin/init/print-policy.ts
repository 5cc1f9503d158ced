/*
 * Writes a policy down: in PMDF's own files, or in pmdf.yaml alone.
 */

import type { ModelChannel, ModelRule, ModelTable, PolicyModel } from './policy-model.js';
import { endpointText, type MailHost, type Site } from './site.js';

function comments(lines: readonly string[], sign: string): string[] {
  return lines.map((line) => `${sign} ${line}`);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

function ruleLines(rules: readonly ModelRule[]): string[] {
  const width = widest(rules.map(({ pattern }) => pattern));
  return rules.flatMap(({ comment, pattern, template }) => [
    ...(comment.length === 0 ? [] : ['!', ...comments(comment, '!')]),
    `${pattern.padEnd(width)}   ${template}`,
  ]);
}

function channelLines({ comment, name, keywords, host }: ModelChannel): string[] {
  return ['', ...comments(comment, '!'), `${name} ${keywords}`.trimEnd(), ...(host === null ? [] : [host])];
}

/** Writes pmdf.cnf. */
export function cnfText({ rules, channels }: PolicyModel): string {
  const lines = [
    '! pmdf.cnf: rewrite rules first, which say where an address or a client belongs; then a blank line, then the channels.',
    '! No blank line may stand among the rules.',
    ...ruleLines(rules),
    ...channels.flatMap(channelLines),
  ];
  return `${lines.join('\n')}\n`;
}

function tableLines({ comment, name, entries }: ModelTable): string[] {
  const width = widest(entries.map(([pattern]) => pattern));
  return [
    '',
    ...comments(comment, '!'),
    name,
    '',
    ...entries.map(([pattern, template]) => `  ${pattern.padEnd(width)}   ${template}`),
  ];
}

/** Writes the file of mapping tables. */
export function mappingsText({ tables }: PolicyModel): string {
  const lines = [
    '! mappings: tables of entries, each a pattern and a template. A blank line ends a table; a blank in a template is `$ `.',
    ...tables.flatMap(tableLines),
  ];
  return `${lines.join('\n')}\n`;
}

/** Writes the general database, without an entry. */
export function generalText({ domains: [first = ''] }: Site): string {
  return `! general.txt: the general database. Here it forwards: a local part, blanks, and where its mail goes.
!
! Out of the house, to jdoe@other.example, by way of the process channel:
! jane.doe   jdoe%other.example@PROCESS-DAEMON
!
! To somebody else here:
! sales   bob%${first}
!
! An entry counts for all our domains, and at once. For very many: \`pmdf crdb\`.
`;
}

function quotedYaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function yamlRules(rules: readonly ModelRule[]): string[] {
  return [
    '',
    '# Rewrite rules: where an address or a client belongs.',
    'rules:',
    ...rules.flatMap(({ comment, pattern, template }) => [
      ...comments(comment, '  #'),
      `  - { pattern: ${quotedYaml(pattern)}, template: ${quotedYaml(template)} }`,
    ]),
  ];
}

function yamlChannels(channels: readonly ModelChannel[]): string[] {
  const lines = channels.flatMap(({ comment, name, keywords, host }) => [
    ...comments(comment, '  #'),
    ...(host === null
      ? [`  - ${name}: ${keywords}`]
      : [
          `  - name: ${name}`,
          ...(keywords === '' ? [] : [`    keywords: ${keywords}`]),
          `    host: ${host}`,
        ]),
  ]);
  return ['', 'channels:', ...lines];
}

function yamlTables(tables: readonly ModelTable[]): string[] {
  const lines = tables.flatMap(({ comment, name, entries }) => [
    ...comments(comment, '  #'),
    `  ${name}:`,
    ...entries.map(
      ([pattern, template]) =>
        `    - [${quotedYaml(pattern)}, ${quotedYaml(template.replaceAll('$ ', ' '))}]`,
    ),
  ]);
  return ['', '# Mapping tables.', 'mappings:', ...lines];
}

/** How mail leaves, as far as it is not Haraka's own files that say it. */
export interface DeliveryLines {
  /** The queue plugin that hands mail on. */
  readonly throughPlugin: string;
  /** The mail server behind, where the queue plugin does not name it. */
  readonly nextHop: MailHost | null;
}

function deliveryLines({ throughPlugin, nextHop }: DeliveryLines): string[] {
  const hop = nextHop === null ? null : endpointText(nextHop.host, nextHop.port);
  const way = hop === null ? '{ method: through }' : `{ method: through, next_hop: ${quotedYaml(hop)} }`;
  const where = hop === null ? `to the host that config/${throughPlugin}.ini names` : `to ${hop}`;
  return [
    '',
    `# How mail leaves. l and tcp_internal are handed on at once, ${where};`,
    "# its answer is the client's. tcp_local, the outside, goes by MX records from Haraka's own queue.",
    'delivery:',
    ...(throughPlugin === 'smtp_forward' ? [] : [`  through_plugin: ${throughPlugin}`]),
    `  l: ${way}`,
    `  tcp_internal: ${way}`,
    '  tcp_local: queue',
  ];
}

const heading = [
  '# pmdf.yaml: the settings. Whatever is not here has its default; all of them: docs/settings.md of haraka-plugin-pmdf.',
  '# yaml-language-server: $schema=../../node_modules/haraka-plugin-pmdf/config/pmdf.schema.json',
];

/** What the other files of PMDF or Messaging Server come to in pmdf.yaml. */
export interface TakenOver {
  /** Lines that option.dat comes to. */
  readonly options: readonly string[];
  /** The channel that clients of a port begin on, as dispatcher.cnf says. */
  readonly channels: ReadonlyMap<number, string>;
}

/** Writes the settings for files that are taken over, whose channels have the ways that they have by default. */
export function takenOverSettings(
  { throughPlugin, nextHop }: DeliveryLines,
  { options, channels }: TakenOver,
): string {
  const listeners = [...channels].map(([port, channel]) => `  ${port}: ${channel}`);
  const hop = nextHop === null ? null : quotedYaml(endpointText(nextHop.host, nextHop.port));
  const lines = [
    ...heading,
    '',
    '# How mail leaves: l and the channels tcp_* without switchchannel are handed on at once, to the mail server behind',
    "# (`through`); all others go by Haraka's own queue (`queue`).",
    'delivery:',
    `  through_plugin: ${throughPlugin}`,
    ...(hop === null ? [] : [`  l: { method: through, next_hop: ${hop} }`]),
    ...(listeners.length === 0
      ? []
      : [
          '',
          '# The channel that clients of a port begin on, from dispatcher.cnf.',
          'listeners:',
          ...listeners,
        ]),
    ...(options.length === 0 ? [] : ['', ...options]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Writes pmdf.yaml; with `model` the rules, channels and tables too. */
export function settingsText({ domains }: Site, delivery: DeliveryLines, model: PolicyModel | null): string {
  const [, ...others] = domains;
  const local =
    others.length === 0
      ? []
      : [
          '',
          '# Domains that are ours beside the host of channel l.',
          `local_domains: [${others.join(', ')}]`,
        ];
  const lines = [
    ...heading,
    '',
    '# By which name a client is put to the rules: here by its address alone. `name-else-literal` lets its confirmed',
    '# reverse name count first; whoever controls a name below our domains may then relay.',
    'switch_lookup: literal',
    ...local,
    ...deliveryLines(delivery),
    ...(model === null
      ? []
      : [...yamlRules(model.rules), ...yamlChannels(model.channels), ...yamlTables(model.tables)]),
  ];
  return `${lines.join('\n')}\n`;
}
