/*
 * The whole configuration as syntax trees: the rules, blocks, tables and aliases of pmdf.cnf, mappings, aliases and
 * pmdf.yaml together, those of pmdf.yaml last. Reading continues after errors; the diagnostics have all of them.
 */
import { type ChannelFile, parseChannelBlocks } from '../channel/index.js';
import { type AliasFile, parseAliasesInSlices } from '../forwarding/index.js';
import {
  type MappingFile,
  type Mappings,
  parseMappingsInSlices,
  TableReader,
  tablesOf,
} from '../mapping/index.js';
import { parseRulesInSlices, type RuleFile } from '../rewrite/index.js';
import {
  atOnce,
  DiagnosticList,
  eachLineInSlices,
  type LogicalLine,
  type Parsed,
  type ReadInclude,
  readLinesInSlices,
  type Slices,
  type SourceFile,
} from '../text/index.js';
import type { SecurityFile } from '../tls/index.js';
import { splitPmdfCnf } from './pmdf-cnf.js';
import type { SettingsFile } from './settings.js';
import { withoutSiteRoutines } from './site-routines.js';
import { usedTables, withoutUnusedTables } from './used-tables.js';

/** The files of a configuration as they were read. */
export interface PolicySources {
  readonly settings: SettingsFile;
  /** Null when there is no such file. */
  readonly cnf: SourceFile | null;
  readonly mappings: SourceFile | null;
  /** Null or absent when there is no such file. */
  readonly aliases?: SourceFile | null;
  /** The credentials of this host as a client, from security.cnf. */
  readonly credentials?: SecurityFile;
  /** The files named by `authorityFiles` that could be read, in PEM. */
  readonly authorities?: ReadonlyMap<string, string>;
  readonly readInclude: ReadInclude;
  /** Reads a text of notices by its name relative to pmdf.cnf; null when it is not there. */
  readonly readNoticeText?: (file: string) => SourceFile | null;
  /** Reads the option file of a channel by its name relative to pmdf.cnf; null when it is not there. */
  readonly readOptionFile?: (file: string) => SourceFile | null;
  /** The name of pmdf.cnf, for the diagnostic when it is missing. */
  readonly cnfName: { readonly name: string; readonly shortName: string };
  /** Whether there is a config.xml of Messaging Server, for the same diagnostic; it is not read. */
  readonly hasUnifiedConfiguration?: boolean;
}

/** The syntax trees of a policy. */
export interface PolicySyntax {
  /** The settings with their places. */
  readonly settings: SettingsFile;
  readonly rules: RuleFile;
  /** The lines of the rules, with comments. */
  readonly ruleLines: readonly LogicalLine[];
  readonly channels: ChannelFile;
  readonly mappings: MappingFile;
  readonly aliases: AliasFile;
}

/** Edits the lines of one file before they are parsed. */
export type EditLines = (lines: readonly LogicalLine[], source: SourceFile) => readonly LogicalLine[];

/** Puts a blank line in front, which ends the last table or alias of the previous file. */
function separated(lines: readonly LogicalLine[]): readonly LogicalLine[] {
  const [first] = lines;
  return first === undefined ? [] : [{ kind: 'blank', text: '', pieces: first.pieces }, ...lines];
}

/** How sources are parsed. */
export interface ParseOptions {
  /** Applied to the lines of pmdf.cnf, mappings and aliases. */
  readonly edit?: EditLines;
  /** Whether the mapping tables are left out; `readTablesInSlices` reads them without a tree. */
  readonly withoutTables?: boolean;
}

/** Parses all sources. */
export function* parseSourcesInSlices(
  sources: PolicySources,
  { edit = (lines) => lines, withoutTables = false }: ParseOptions = {},
): Slices<Parsed<PolicySyntax>> {
  const { settings, cnf, readInclude } = sources;
  const diagnostics = new DiagnosticList();
  function* linesOf(source: SourceFile | null): Slices<readonly LogicalLine[]> {
    if (source === null) return [];
    const lines = yield* readLinesInSlices(source, readInclude);
    diagnostics.append(lines.diagnostics);
    return edit(lines.value, source);
  }
  const cnfLines = yield* linesOf(cnf);
  const parts = cnf === null ? null : splitPmdfCnf(cnfLines, cnf);
  diagnostics.append(parts?.diagnostics ?? []);
  const ruleLines = [...(parts?.ruleLines ?? []), ...settings.rules];
  const rules = yield* parseRulesInSlices(ruleLines);
  const channels = parseChannelBlocks([...(parts?.blocks ?? []), ...settings.channelBlocks]);
  const mappingLines = withoutTables
    ? []
    : [...(yield* linesOf(sources.mappings)), ...separated(settings.mappingLines)];
  const mappings = yield* parseMappingsInSlices(mappingLines);
  const tables = tablesOf(mappings.value);
  for (const parsed of [rules, channels]) diagnostics.append(parsed.diagnostics);
  diagnostics.append(
    withoutUnusedTables(withoutSiteRoutines(mappings.diagnostics, tables, settings.routines), tables, () =>
      usedTables(tables, rules.value),
    ),
  );
  const aliasLines = [...(yield* linesOf(sources.aliases ?? null)), ...separated(settings.aliasLines)];
  const aliases = yield* parseAliasesInSlices(aliasLines, readInclude);
  diagnostics.append(aliases.diagnostics);
  const value: PolicySyntax = {
    settings,
    rules: rules.value,
    ruleLines,
    channels: channels.value,
    mappings: mappings.value,
    aliases: aliases.value,
  };
  return { value, diagnostics: diagnostics.all };
}

/** The same in one go. */
export function parseSources(sources: PolicySources, edit?: EditLines): Parsed<PolicySyntax> {
  return atOnce(parseSourcesInSlices(sources, edit === undefined ? {} : { edit }));
}

/** Compiles the mapping tables of sources that were checked before. */
export function* readTablesInSlices({ settings, mappings, readInclude }: PolicySources): Slices<Mappings> {
  const reader = new TableReader();
  if (mappings !== null) yield* eachLineInSlices(mappings, readInclude, (line) => reader.read(line));
  for (const line of separated(settings.mappingLines)) reader.read(line);
  return yield* reader.finishInSlices();
}
