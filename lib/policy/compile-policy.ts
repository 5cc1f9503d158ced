/*
 * Compiles everything that was configured into one policy, or says all that is wrong with it.
 */
import {
  builtInMappingTable,
  checkAccessTable,
  findAccessTable,
  planAccessInSlices,
  strictEntryNames,
} from '../access/index.js';
import { foldDomain } from '../address/index.js';
import {
  buildChannelTable,
  type Channel,
  type ChannelTable,
  isLocalChannelName,
  namesSender,
} from '../channel/index.js';
import {
  type PolicySources,
  type PolicySyntax,
  parseSourcesInSlices,
  readTablesInSlices,
  type SettingsFile,
  usedTables,
  withoutUnusedTables,
} from '../config/index.js';
import type { Directory } from '../directory/index.js';
import { aliasesOf, checkForwardTables, forwardTable, makeAliasTableInSlices } from '../forwarding/index.js';
import { limitsRecipients } from '../limits/index.js';
import {
  compileTablesInSlices,
  createMappings,
  findUnknownTables,
  type Mappings,
  type MappingTable,
  tablesOf,
} from '../mapping/index.js';
import { compileRulesInSlices, printPattern, type RewriteRule, rulesOf } from '../rewrite/index.js';
import {
  atOnce,
  type Diagnostic,
  DiagnosticList,
  eachInSlices,
  errorAt,
  hasErrors,
  type Parsed,
  type Slices,
} from '../text/index.js';
import type { Credentials } from '../tls/index.js';
import { checkDelivery } from './check-delivery.js';
import { checkDirectory } from './check-directory.js';
import { checkExpandChannels } from './check-expand-channels.js';
import { checkLdap } from './check-ldap.js';
import { checkReferences } from './check-references.js';
import { checkSasl } from './check-sasl.js';
import { checkStores } from './check-stores.js';
import { checkTls } from './check-tls.js';
import { compileChannels } from './compiled-channel.js';
import { directoriesInSlices } from './directories.js';
import { readTextFolders } from './notice-texts.js';
import { listenerChannels, outsideChannelsOf } from './outside-channels.js';
import type { Policy } from './policy.js';
import { channelsReachedByNameInSlices } from './reached-by-name.js';
import { serverOptionsOf } from './server-options.js';
import { switchedStrangersInSlices } from './switched-strangers.js';

/** A policy with the syntax trees it was made of, for printers and checks. */
export interface CompiledPolicy extends Omit<PolicySyntax, 'ruleLines'> {
  readonly policy: Policy;
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
function* channelNamesInSlices(
  table: ChannelTable,
  local: Channel,
  rules: readonly RewriteRule[],
): Slices<ReadonlySet<string>> {
  const others = [...table.channels.values()].filter((channel) => channel !== local);
  const names = new Set(others.map((channel) => foldDomain(channel.officialHostName)));
  names.delete('');
  yield* eachInSlices(rules, (rule) => names.delete(foldDomain(printPattern(rule.pattern))));
  return names;
}

/** The built-in entries for the channels that strangers come in on. */
function builtInOf(
  channels: ReadonlySet<string>,
  localDomains: ReadonlySet<string>,
  diagnostics: DiagnosticList,
): Mappings {
  const made = builtInMappingTable([...channels], [...localDomains]);
  diagnostics.append(made.diagnostics);
  return createMappings([made.value]);
}

function nothingConfigured({ cnfName, hasUnifiedConfiguration }: PolicySources): Diagnostic {
  const span = { source: { ...cnfName, text: '' }, offset: 0, length: 0 };
  const message = `there is no \`${cnfName.name}\`, and pmdf.yaml has no channels`;
  const hint =
    hasUnifiedConfiguration === true
      ? 'config.xml, a Unified Configuration, is not read: write what `msconfig` shows of it into imta.cnf and mappings'
      : 'copy pmdf.cnf or imta.cnf, and mappings, into config/pmdf, or write `channels` and `rules` into pmdf.yaml';
  return errorAt(span, 'policy/nothing-configured', message, { hint });
}

/** What can be said of a policy only when all of its parts are known. */
function checkParts(
  { settings }: PolicySources,
  { rules, aliases }: Pick<PolicySyntax, 'rules' | 'aliases'>,
  tables: readonly MappingTable[],
  channels: ChannelTable,
): DiagnosticList {
  const found = new DiagnosticList();
  const used = {
    forward: settings.databases.forward !== null,
    reverse: settings.databases.reverse !== null,
  };
  const asked = usedTables(tables, rules);
  found.append(withoutUnusedTables(findUnknownTables(tables), tables, () => asked));
  const authrewrite = [...channels.channels.values()].some(namesSender);
  for (const table of tables) {
    const access = findAccessTable(table.name);
    if (access !== undefined) found.append(checkAccessTable(access.table, table, { authrewrite }));
  }
  found.append(checkForwardTables(tables, used));
  found.append(checkExpandChannels(channels));
  found.append(checkDelivery(settings, channels));
  found.append(checkReferences({ settings, rules, tables, channels, asked }));
  found.append(checkLdap({ settings, rules, tables, asked }));
  found.append(checkStores(settings));
  found.append(checkDirectory({ settings, rules, channels, hasAliases: aliasesOf(aliases).length > 0 }));
  return found;
}

/**
 * Whether everything is checked, or was before, so that only the policy itself is wanted: then the syntax tree of the mapping
 * tables is left out, by far the largest of all.
 */
export type Checks = 'all' | 'made before';

/** What became of the sources of a policy. */
export interface CompiledSources extends Parsed<CompiledPolicy | null> {
  /** The directory channels, as far as they are known, even where there are errors: their databases are looked for too. */
  readonly directories: ReadonlyMap<string, Directory>;
}

const noDirectories: ReadonlyMap<string, Directory> = new Map();

/** Compiles a policy. The value is null when there are errors; all of them are in the diagnostics. */
export function* compileInSlices(sources: PolicySources, checks: Checks = 'all'): Slices<CompiledSources> {
  const { settings } = sources;
  if (sources.cnf === null && settings.channelBlocks.length === 0) {
    return { value: null, diagnostics: [nothingConfigured(sources)], directories: noDirectories };
  }
  const { value: parsed, diagnostics: found } = yield* parseSourcesInSlices(sources, {
    withoutTables: checks === 'made before',
  });
  // Lines are of use while they are parsed; a policy lives long.
  const { ruleLines, ...syntax } = parsed;
  const diagnostics = new DiagnosticList();
  diagnostics.append(found);
  const table = buildChannelTable(syntax.channels);
  diagnostics.append(table.diagnostics);
  const tables = tablesOf(syntax.mappings);
  if (checks === 'all') diagnostics.append(checkParts(sources, syntax, tables, table.value).all);
  const local = localChannel(table.value);
  if (local === undefined) return { value: null, diagnostics: diagnostics.all, directories: noDirectories };
  const localDomains = localDomainsOf(local, settings);
  const options = serverOptionsOf(sources, listenerChannels({ settings, channels: table.value }));
  diagnostics.append(options.diagnostics);
  const view = compileChannels(table.value, options.value);
  yield;
  const rulesWritten = rulesOf(syntax.rules);
  yield;
  const directories = yield* directoriesInSlices(sources, table.value, rulesWritten, view.hosts);
  diagnostics.append(directories.diagnostics);
  const mappings = yield* checks === 'all' ? compileTablesInSlices(tables) : readTablesInSlices(sources);
  const accessPlan = yield* planAccessInSlices(mappings, settings.access);
  const aliases = yield* makeAliasTableInSlices(syntax.aliases);
  const rules = yield* compileRulesInSlices(rulesWritten);
  const channelNames = yield* channelNamesInSlices(table.value, local, rulesWritten);
  const reachedByName = yield* channelsReachedByNameInSlices(rulesWritten, table.value);
  const noticeTexts = readTextFolders(tables, sources.readNoticeText ?? (() => null));
  const switching = {
    settings,
    channels: table.value,
    routingChannels: view.channels,
    hosts: view.hosts,
    rules,
    mappings,
    localHost: settings.localHost ?? local.officialHostName,
    localDomains,
  };
  const switched = yield* switchedStrangersInSlices(switching, listenerChannels(switching), rulesWritten);
  const outside = outsideChannelsOf(switching, switched, rulesWritten, view.hosts);
  const policy: Policy = Object.freeze({
    ...switching,
    accessPlan,
    aliases,
    hasForwarding:
      aliases.size > 0 ||
      mappings.has(forwardTable) ||
      settings.databases.alias !== null ||
      settings.ldap.aliasUrls.length > 0 ||
      settings.databases.forward !== null,
    limitsRecipients: [...view.channels.values()].some(limitsRecipients),
    directories: directories.value,
    outside,
    builtIn: builtInOf(outside.facing, localDomains, diagnostics),
    strictEntryNames,
    credentials: sources.credentials ?? new Map<string, Credentials>(),
    authorities: sources.authorities ?? new Map<string, string>(),
    channelNames,
    reachedByName,
    noticeTexts: noticeTexts.value,
  });
  yield;
  if (checks === 'all') {
    if (sources.readNoticeText !== undefined) diagnostics.append(noticeTexts.diagnostics);
    diagnostics.append(checkTls(settings, policy));
    diagnostics.append(checkSasl(settings, policy));
  }
  const { all } = diagnostics;
  const value = hasErrors(all) ? null : { policy, ...syntax };
  return { value, diagnostics: all, directories: directories.value };
}

/** The same at once. */
export function compilePolicy(sources: PolicySources): Parsed<CompiledPolicy | null> {
  return atOnce(compileInSlices(sources));
}
