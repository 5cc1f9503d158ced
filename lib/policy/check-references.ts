/*
 * Checks names that one part of the configuration uses and another defines: channels in settings and rules, mapping
 * tables in rules, and tables that nothing probes.
 */
import {
  type ChannelTable,
  isLocalChannelName,
  isReservedChannelName,
  isSmtpChannel,
} from '../channel/index.js';
import { namedTables, type SettingsFile, tablesCalledBy } from '../config/index.js';
import { type MappingTable, tableKey } from '../mapping/index.js';
import { everyItem, type RuleFile, rulesOf } from '../rewrite/index.js';
import {
  type Diagnostic,
  type DiagnosticCode,
  errorAt,
  nearest,
  type Span,
  warningAt,
} from '../text/index.js';

/** Everything that names something, and everything that is named. */
export interface References {
  readonly settings: SettingsFile;
  readonly rules: RuleFile;
  readonly tables: readonly MappingTable[];
  readonly channels: ChannelTable;
  /** The keys of the tables that something uses. */
  readonly asked: ReadonlySet<string>;
}

/** Tables of PMDF and Messaging Server for programs that do not exist here. */
const foreignTables = new Set([
  ...['AUTH_ACCESS', 'AUTH_DEACCESS', 'AUTH_REWRITE', 'CHARSET-CONVERSION', 'COMMENT_STRINGS', 'CONVERSIONS'],
  ...['CONVERSION_TAG', 'DEQUEUE_ACCESS', 'DISPOSITION_LANGUAGE', 'DOMAIN_ACCESS', 'ETRN_ACCESS'],
  ...['FROM_ORIG_ACCESS', 'HEADER_ACCESS', 'IP_ACCESS', 'LOG_ACTION', 'MESSAGE-SAVE-COPY', 'MX_ACCESS'],
  ...['NAME_CONVERSION', 'PAGER', 'PERSONAL_NAMES', 'SIEVE_EXTLISTS', 'SMS_CHANNEL'],
  ...['SPAMFILTER_ACCESS', 'SPAMFILTER_COPY', 'TLS_ACCESS', 'X-ATT-NAMES', 'X-REWRITE-SMS-ADDRESS'],
]);

function suggestion(name: string, known: Iterable<string>): { hint?: string } {
  const meant = nearest(name, known);
  return meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` };
}

function unknownChannel(span: Span, code: DiagnosticCode, name: string, channels: ChannelTable): Diagnostic {
  return errorAt(span, code, `there is no channel \`${name}\``, suggestion(name, channels.channels.keys()));
}

/** No setting names the channel that connections begin with, and the usual one is not there. */
function noListenerChannel(usual: string, { channels }: ChannelTable): Diagnostic[] {
  const all = [...channels.values()].filter(({ name }) => !isReservedChannelName(name));
  const meant = nearest(usual, channels.keys());
  // Connections come in by SMTP; failing that the line of the first channel will do.
  const smtp = all.filter((one) => isSmtpChannel(one) && !isLocalChannelName(one.name));
  const place = (meant === undefined ? undefined : channels.get(meant)) ?? smtp[0] ?? all[0];
  if (place === undefined) return [];
  const isCandidate = smtp.includes(place);
  const cure = isCandidate
    ? `set \`listeners: { default: ${place.name} }\` in pmdf.yaml if that is the one, or name the channel \`${usual}\``
    : `add a channel \`${usual}\`, or name another one in pmdf.yaml: \`listeners: { default: CHANNEL }\``;
  const message = `there is no channel \`${usual}\`, on which connections begin unless \`listeners.default\` names another`;
  return [errorAt(place.span, 'policy/unknown-channel', message, { hint: cure })];
}

/** Channels that pmdf.yaml names. */
function checkSettings({ settings, channels }: References): Diagnostic[] {
  const { listeners, delivery, tlsVerify, shadow, auth, relayingChannels } = settings;
  const under = (path: string, names: Iterable<string>) =>
    [...names].map((name) => [`${path}.${name}`, name] as const);
  const named: readonly (readonly [path: string, channel: string])[] = [
    ['listeners.default', listeners.default],
    ...[...listeners.ports].map(([port, channel]) => [`listeners.${port}`, channel] as const),
    ...under('delivery', delivery.channels.keys()),
    ...under('tls_verify.channels', tlsVerify.channels.keys()),
    ...under('shadow.channels', shadow.channels),
    ...under('auth.without_tls', auth.withoutTls),
    ...under('auth.client_without_tls', auth.clientWithoutTls),
    ...under('relaying_channels', relayingChannels === 'switched' ? [] : relayingChannels),
  ];
  const diagnostics: Diagnostic[] = [];
  for (const [path, channel] of named) {
    if (channels.channels.has(channel)) continue;
    const span = settings.places.get(path);
    if (span !== undefined) {
      diagnostics.push(unknownChannel(span, 'policy/unknown-channel', channel, channels));
    } else if (path === 'listeners.default') {
      for (const one of noListenerChannel(channel, channels)) diagnostics.push(one);
    }
  }
  return diagnostics;
}

/** Channels of mail that `prove.allowed` allows. */
function checkAllowed({ settings, channels }: References): Diagnostic[] {
  return settings.prove.allowed
    .filter(({ channel }) => !channels.channels.has(channel))
    .map(({ channel, span }) => unknownChannel(span, 'policy/unknown-channel', channel, channels));
}

/** Tables in shadow that do not exist: most likely misspelt in the mapping file. */
function checkShadow({ settings, tables }: References): Diagnostic[] {
  const known = new Map(tables.map(({ name }) => [tableKey(name), name]));
  return settings.shadow.tables.flatMap((table) => {
    const span = settings.places.get(`shadow.tables.${table}`);
    if (span === undefined || known.has(table)) return [];
    const message = `\`${table}\` is in shadow, but there is no such table`;
    return [warningAt(span, 'policy/shadow-without-table', message, suggestion(table, known.values()))];
  });
}

/** Channels that `$M`, `$N`, `$Q` and `$C` name, and tables that `${table,argument}` names. */
function checkRules({ rules, tables, channels }: References): Diagnostic[] {
  const known = new Map(tables.map((table) => [tableKey(table.name), table.name]));
  const diagnostics: Diagnostic[] = [];
  for (const { template } of rulesOf(rules)) {
    for (const item of everyItem(template.items)) {
      if (item.kind === 'channel-control' && !channels.channels.has(item.channel.toLowerCase())) {
        diagnostics.push(unknownChannel(item.span, 'policy/unknown-channel', item.channel, channels));
      }
      if (item.kind === 'mapping' && !known.has(tableKey(item.table))) {
        const message = `there is no table \`${item.table}\``;
        diagnostics.push(
          errorAt(item.span, 'policy/unknown-table', message, suggestion(item.table, known.values())),
        );
      }
    }
  }
  return diagnostics;
}

/** Tables that `throttle` and `greylisting` of check_metermaid count in. */
function checkCounters({ settings: { metermaid }, tables, asked }: References): Diagnostic[] {
  const inUse = tables.filter(({ name }) => asked.has(tableKey(name)));
  return inUse.flatMap(({ entries }) =>
    entries.flatMap(({ template }) =>
      template.flatMap((item) => {
        if (item.kind !== 'routine' || item.run?.routine !== 'attempt') return [];
        const { table, type } = item.run;
        const known = metermaid.get(table.toLowerCase());
        if (known?.type === type) return [];
        const written = type === 'throttle' ? '{ quota: 10 }' : '{ type: greylisting }';
        const hint =
          (known === undefined ? suggestion(table, metermaid.keys()).hint : undefined) ??
          `write \`metermaid: { ${known === undefined ? table : 'ANOTHER'}: ${written} }\` into pmdf.yaml`;
        const message =
          known === undefined
            ? `pmdf.yaml has no table \`${table}\` under \`metermaid\``
            : `the table \`${table}\` under \`metermaid\` is of type ${known.type}, not ${type}`;
        return [errorAt(item.span, 'policy/unknown-counter', message, { hint })];
      }),
    ),
  );
}

/** Tables that nothing uses: usually a mistyped name, or a table of a program that does not exist here. */
function checkUnusedTables({ tables, asked }: References): Diagnostic[] {
  const named = new Set(tables.flatMap(tablesCalledBy));
  const unasked = tables.filter(({ name }) => !asked.has(tableKey(name)) && !named.has(tableKey(name)));
  const foreign = unasked.filter(({ name }) => foreignTables.has(tableKey(name)));
  const [first] = foreign;
  const names = foreign.map(({ name }) => `\`${name}\``).join(', ');
  const message = `nothing here uses ${names}, which ${foreign.length === 1 ? 'is a table' : 'are tables'} of other programs`;
  return [
    ...(first === undefined ? [] : [warningAt(first.span, 'policy/foreign-table', message)]),
    ...unasked
      .filter((table) => !foreign.includes(table))
      .map(({ name, span }) =>
        warningAt(
          span,
          'policy/unasked-table',
          `nothing uses the table \`${name}\``,
          suggestion(name, namedTables),
        ),
      ),
  ];
}

/** Checks all references; a name that is nowhere defined is an error with the nearest known name. */
export function checkReferences(references: References): Diagnostic[] {
  return [
    ...checkSettings(references),
    ...checkShadow(references),
    ...checkAllowed(references),
    ...checkRules(references),
    ...checkCounters(references),
    ...checkUnusedTables(references),
  ];
}
