/*
 * Prints a policy: as PMDF's own files, or as pmdf.yaml alone.
 */

import { printHostPort } from '../../lib/address/index.js';
import type { ModelChannel, ModelRule, ModelTable, PolicyModel } from './policy-model.js';
import type { MailHost, Site } from './site.js';

function fileText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

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

/** Prints pmdf.cnf. */
export function cnfText({ rules, channels }: PolicyModel): string {
  return fileText([
    '! pmdf.cnf: rewrite rules, which give addresses and clients a channel; then a blank line, then the channels.',
    '! There must be no blank line among the rules.',
    ...ruleLines(rules),
    ...channels.flatMap(channelLines),
  ]);
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

/** Prints the file of mapping tables. */
export function mappingsText({ tables }: PolicyModel): string {
  return fileText([
    '! mappings: tables of entries, each a pattern and a template. A blank line ends a table; write a blank in a template as `$ `.',
    ...tables.flatMap(tableLines),
  ]);
}

/** Prints the general database, without entries. */
export function generalText({ domains: [first = ''] }: Site): string {
  return `! general.txt: the general database, used for forwarding: a local part, blanks, and where its mail goes.
!
! To another site, jdoe@other.example, through the process channel:
! jane.doe   jdoe%other.example@PROCESS-DAEMON
!
! To another local user:
! sales   bob%${first}
!
! An entry applies to all our domains, and takes effect at once. For many thousands of entries use \`pmdf crdb\`.
`;
}

function quotedYaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function yamlRules(rules: readonly ModelRule[]): string[] {
  return [
    '',
    '# Rewrite rules: they give addresses and clients a channel.',
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

/** The delivery settings. */
export interface DeliveryLines {
  /** The queue plugin of `through`. */
  readonly throughPlugin: string;
  /** The mail server; null if the queue plugin has its own setting for it. */
  readonly nextHop: MailHost | null;
}

function deliveryLines({ throughPlugin, nextHop }: DeliveryLines): string[] {
  const hop = nextHop === null ? null : printHostPort(nextHop.host, nextHop.port);
  const route = hop === null ? '{ method: through }' : `{ method: through, next_hop: ${quotedYaml(hop)} }`;
  const where = hop === null ? `to the host in config/${throughPlugin}.ini` : `to ${hop}`;
  return [
    '',
    `# Delivery. Mail for l and tcp_internal is passed on while the client waits, ${where},`,
    "# whose reply the client gets. Mail for tcp_local, the outside, goes by MX records from Haraka's own queue.",
    'delivery:',
    ...(throughPlugin === 'smtp_forward' ? [] : [`  through_plugin: ${throughPlugin}`]),
    `  l: ${route}`,
    `  tcp_internal: ${route}`,
    '  tcp_local: queue',
  ];
}

const heading = [
  '# pmdf.yaml: the settings. Settings that are not here have their default; docs/settings.md of haraka-plugin-pmdf lists all.',
  '# yaml-language-server: $schema=../../node_modules/haraka-plugin-pmdf/config/pmdf.schema.json',
];

/** Settings converted from other files of PMDF or Messaging Server. */
export interface ConvertedSettings {
  /** The lines for option.dat. */
  readonly options: readonly string[];
  /** The initial channel for each port in dispatcher.cnf. */
  readonly channels: ReadonlyMap<number, string>;
  /** The connections that a worker serves at a time, from dispatcher.cnf; null if it does not say. */
  readonly connections: number | null;
}

function limitLines(connections: number | null): readonly string[] {
  if (connections === null) return [];
  return [
    '',
    '# The connections that a worker serves at a time, from dispatcher.cnf.',
    `limits: { connections: ${connections} }`,
  ];
}

/** Prints pmdf.yaml for copied files, whose channels keep their default delivery. */
export function copiedSettings(
  { throughPlugin, nextHop }: DeliveryLines,
  { options, channels, connections }: ConvertedSettings,
): string {
  const listeners = [...channels].map(([port, channel]) => `  ${port}: ${channel}`);
  const hop = nextHop === null ? null : quotedYaml(printHostPort(nextHop.host, nextHop.port));
  return fileText([
    ...heading,
    '',
    '# Delivery. Mail for l and for channels tcp_* without switchchannel is passed on while the client waits, to the mail',
    "# server (`through`); all other mail goes through Haraka's own queue (`queue`).",
    'delivery:',
    `  through_plugin: ${throughPlugin}`,
    ...(hop === null ? [] : [`  l: { method: through, next_hop: ${hop} }`]),
    ...(listeners.length === 0
      ? []
      : [
          '',
          '# The initial channel of the clients of a port, from dispatcher.cnf.',
          'listeners:',
          ...listeners,
        ]),
    ...limitLines(connections),
    ...(options.length === 0 ? [] : ['', ...options]),
  ]);
}

/** Prints pmdf.yaml; with `model` including rules, channels and tables. */
export function settingsText(
  { domains }: Site,
  delivery: DeliveryLines,
  { model, connections }: { readonly model: PolicyModel | null; readonly connections: number | null },
): string {
  const [, ...others] = domains;
  const local =
    others.length === 0
      ? []
      : ['', '# Our domains besides the host of channel l.', `local_domains: [${others.join(', ')}]`];
  return fileText([
    ...heading,
    '',
    '# Clients are recognized by their address only. With `name-else-literal` the confirmed reverse name of a client has',
    '# precedence; then anyone who controls a name below our domains may relay.',
    'switch_lookup: literal',
    ...local,
    ...deliveryLines(delivery),
    ...limitLines(connections),
    ...(model === null
      ? []
      : [...yamlRules(model.rules), ...yamlChannels(model.channels), ...yamlTables(model.tables)]),
  ]);
}
