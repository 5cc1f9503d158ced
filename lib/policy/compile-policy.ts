/*
 * Compiles everything that was configured into one policy, or says all that is wrong with it.
 */
import { builtInMappingTable } from '../access/built-in-table.js';
import { strictEntries } from '../access/strict.js';
import { foldDomain } from '../address/domain.js';
import { buildChannelTable } from '../channel/build-table.js';
import { type Channel, type ChannelTable, hasKeyword } from '../channel/channel.js';
import { isLocalChannelName } from '../channel/channel-names.js';
import { parseChannelBlocks } from '../channel/parse-channels.js';
import type { ChannelFile } from '../channel/syntax.js';
import { type Diagnostic, errorAt, hasErrors, type Parsed } from '../diagnostics/diagnostic.js';
import { type LogicalLine, type ReadInclude, readLogicalLines } from '../diagnostics/logical-lines.js';
import type { SourceFile } from '../diagnostics/source.js';
import { createAliasTable } from '../forwarding/alias-table.js';
import { checkForwardTables } from '../forwarding/check-tables.js';
import { parseAliases } from '../forwarding/parse-aliases.js';
import type { AliasFile } from '../forwarding/syntax.js';
import { findUnknownTables } from '../mapping/check-tables.js';
import { createMappings, type Mappings } from '../mapping/compile-tables.js';
import { parseMappings } from '../mapping/parse-file.js';
import { type MappingFile, tablesOf } from '../mapping/syntax.js';
import { parseRules } from '../rewrite/parse-rules.js';
import { printPattern } from '../rewrite/print-rules.js';
import { type RuleFile, rulesOf } from '../rewrite/rule.js';
import { compileRules } from '../rewrite/rule-index.js';
import { checkAccessTables } from './check-access-tables.js';
import { checkDelivery } from './check-delivery.js';
import { checkExpandChannels } from './check-expand-channels.js';
import { checkReferences } from './check-references.js';
import { checkTls } from './check-tls.js';
import { splitPmdfCnf } from './pmdf-cnf.js';
import type { Policy } from './policy.js';
import { routingView } from './routing-view.js';
import type { SettingsFile } from './settings.js';

/** Everything that was read, not yet compiled. */
export interface PolicySources {
  readonly settings: SettingsFile;
  /** Null when there is no such file. */
  readonly cnf: SourceFile | null;
  readonly mappings: SourceFile | null;
  /** Null, or left out, when there is no such file. */
  readonly aliases?: SourceFile | null;
  readonly readInclude: ReadInclude;
  /** How pmdf.cnf is called, for the diagnostic that there is none. */
  readonly cnfName: { readonly name: string; readonly shortName: string };
}

/** A policy with the syntax trees it was made of, for printers and checks. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** The settings with their places. */
  readonly settings: SettingsFile;
  readonly rules: RuleFile;
  readonly channels: ChannelFile;
  readonly mappings: MappingFile;
  readonly aliases: AliasFile;
}

/** The lines of a file, or none. */
function linesOf(
  source: SourceFile | null,
  readInclude: ReadInclude,
  diagnostics: Diagnostic[],
): readonly LogicalLine[] {
  if (source === null) return [];
  const lines = readLogicalLines(source, readInclude);
  diagnostics.push(...lines.diagnostics);
  return lines.value;
}

/** Puts a blank line in front, so that the last table before these lines ends. */
function separated(lines: readonly LogicalLine[]): readonly LogicalLine[] {
  const [first] = lines;
  return first === undefined ? [] : [{ kind: 'blank', text: '', pieces: first.pieces }, ...lines];
}

/** The blocks, rules and tables of pmdf.cnf, mappings and pmdf.yaml together, those of pmdf.yaml last. */
function parseAll(sources: PolicySources, diagnostics: Diagnostic[]): Omit<CompiledPolicy, 'policy'> {
  const { settings, cnf, readInclude } = sources;
  const cnfLines = linesOf(cnf, readInclude, diagnostics);
  const parts = cnf === null ? null : splitPmdfCnf(cnfLines, cnf);
  diagnostics.push(...(parts?.diagnostics ?? []));
  const rules = parseRules([...(parts?.ruleLines ?? []), ...settings.rules]);
  const channels = parseChannelBlocks([...(parts?.blocks ?? []), ...settings.channelBlocks]);
  const ownLines = linesOf(sources.mappings, readInclude, diagnostics);
  const mappings = parseMappings([...ownLines, ...separated(settings.mappingLines)]);
  diagnostics.push(...rules.diagnostics, ...channels.diagnostics, ...mappings.diagnostics);
  const aliasLines = linesOf(sources.aliases ?? null, readInclude, diagnostics);
  const aliases = parseAliases(aliasLines, readInclude);
  diagnostics.push(...aliases.diagnostics);
  return {
    settings,
    rules: rules.value,
    channels: channels.value,
    mappings: mappings.value,
    aliases: aliases.value,
  };
}

function localChannel(table: ChannelTable): Channel | undefined {
  return [...table.channels.values()].find((channel) => isLocalChannelName(channel.name));
}

/** Folded host names of the local channel, and the setting local_domains. */
function localDomainsOf(local: Channel, settings: SettingsFile): ReadonlySet<string> {
  const hosts = [local.officialHostName, ...local.hosts.map((host) => host.name), ...settings.localDomains];
  const alias = local.localHostAlias === null ? [] : [local.localHostAlias];
  return new Set([...hosts, ...alias].filter((host) => host !== '').map(foldDomain));
}

/** Folded official host names of the other channels that no rule names exactly: a rule makes one an ordinary host. */
function channelNamesOf(table: ChannelTable, local: Channel, rules: RuleFile): ReadonlySet<string> {
  const named = new Set(rulesOf(rules).map((rule) => foldDomain(printPattern(rule.pattern))));
  const others = [...table.channels.values()].filter((channel) => channel !== local);
  return new Set(
    others
      .map((channel) => foldDomain(channel.officialHostName))
      .filter((host) => host !== '' && !named.has(host)),
  );
}

/** The built-in entries for the channels that outsiders come in on. */
function builtInOf(
  table: ChannelTable,
  localDomains: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): Mappings {
  const outside = [...table.channels.values()].filter((channel) => hasKeyword(channel, 'switchchannel'));
  const names = outside.map((channel) => channel.name);
  const made = builtInMappingTable(names, [...localDomains]);
  diagnostics.push(...made.diagnostics);
  return createMappings([made.value]);
}

function nothingConfigured({ cnfName }: PolicySources): Diagnostic {
  const span = { source: { ...cnfName, text: '' }, offset: 0, length: 0 };
  return errorAt(
    span,
    'policy/nothing-configured',
    `there is no \`${cnfName.name}\`, and pmdf.yaml holds no channels`,
    {
      hint: 'copy pmdf.cnf and mappings into config/pmdf, or write `channels` and `rules` into pmdf.yaml',
    },
  );
}

/** Compiles a policy. The value is null when there are errors; all of them are in the diagnostics. */
export function compilePolicy(sources: PolicySources): Parsed<CompiledPolicy | null> {
  const diagnostics: Diagnostic[] = [];
  const { settings } = sources;
  if (sources.cnf === null && settings.channelBlocks.length === 0) {
    return { value: null, diagnostics: [nothingConfigured(sources)] };
  }
  const syntax = parseAll(sources, diagnostics);
  const table = buildChannelTable(syntax.channels);
  diagnostics.push(...table.diagnostics);
  const tables = tablesOf(syntax.mappings);
  diagnostics.push(
    ...findUnknownTables(tables),
    ...checkAccessTables(tables, table.value),
    ...checkForwardTables(tables, {
      forward: settings.databases.forward !== null,
      reverse: settings.databases.reverse !== null,
    }),
    ...checkExpandChannels(table.value),
    ...checkDelivery(settings, table.value),
    ...checkReferences({ settings, rules: syntax.rules, tables, channels: table.value }),
  );
  const local = localChannel(table.value);
  if (local === undefined) return { value: null, diagnostics };
  const localDomains = localDomainsOf(local, settings);
  const view = routingView(table.value);
  const policy: Policy = Object.freeze({
    settings,
    channels: table.value,
    routingChannels: view.channels,
    hosts: view.hosts,
    rules: compileRules(rulesOf(syntax.rules)),
    mappings: createMappings(tables),
    aliases: createAliasTable(syntax.aliases),
    builtIn: builtInOf(table.value, localDomains, diagnostics),
    strictEntries,
    localHost: settings.localHost ?? local.officialHostName,
    localDomains,
    channelNames: channelNamesOf(table.value, local, syntax.rules),
  });
  diagnostics.push(...checkTls(settings, policy));
  return { value: hasErrors(diagnostics) ? null : { policy, ...syntax }, diagnostics };
}
