/*
 * Everything that was written, as syntax trees: the rules, blocks, tables and aliases of pmdf.cnf, mappings, aliases and
 * pmdf.yaml together, those of pmdf.yaml last. Reading goes on after errors; all of them are in the diagnostics.
 */
import { type ChannelFile, parseChannelBlocks } from '../channel/index.js';
import { type AliasFile, parseAliasesInSlices } from '../forwarding/index.js';
import { type MappingFile, parseMappingsInSlices, tablesOf } from '../mapping/index.js';
import { parseRulesInSlices, type RuleFile } from '../rewrite/index.js';
import {
  atOnce,
  DiagnosticList,
  type LogicalLine,
  type Parsed,
  type ReadInclude,
  readLinesInSlices,
  type Slices,
  type SourceFile,
} from '../text/index.js';
import type { SecurityFile } from '../tls/index.js';

import { askedTables, withoutUnasked } from './asked-tables.js';
import { splitPmdfCnf } from './pmdf-cnf.js';
import type { SettingsFile } from './settings.js';

/** Everything that was read, not yet compiled. */
export interface PolicySources {
  readonly settings: SettingsFile;
  /** Null when there is no such file. */
  readonly cnf: SourceFile | null;
  readonly mappings: SourceFile | null;
  /** Null, or left out, when there is no such file. */
  readonly aliases?: SourceFile | null;
  /** Whom this host is to servers, as security.cnf says; left out: nobody. */
  readonly credentials?: SecurityFile;
  /** What `authorityFiles` names, as far as it could be read, in PEM; left out: nothing. */
  readonly authorities?: ReadonlyMap<string, string>;
  readonly readInclude: ReadInclude;
  /** How pmdf.cnf is called, for the diagnostic that there is none. */
  readonly cnfName: { readonly name: string; readonly shortName: string };
  /** Whether there is a config.xml of Messaging Server, which is not read; for the same diagnostic. */
  readonly hasUnifiedConfiguration?: boolean;
}

/** The syntax trees of a policy. */
export interface PolicySyntax {
  /** The settings with their places. */
  readonly settings: SettingsFile;
  readonly rules: RuleFile;
  /** The lines that the rules were read from, comments among them. */
  readonly ruleLines: readonly LogicalLine[];
  readonly channels: ChannelFile;
  readonly mappings: MappingFile;
  readonly aliases: AliasFile;
}

/** Changes the lines of one file before they are parsed, as comments are added. */
export type EditLines = (lines: readonly LogicalLine[], source: SourceFile) => readonly LogicalLine[];

/** Puts a blank line in front, so that the last table or alias before these lines ends. */
function separated(lines: readonly LogicalLine[]): readonly LogicalLine[] {
  const [first] = lines;
  return first === undefined ? [] : [{ kind: 'blank', text: '', pieces: first.pieces }, ...lines];
}

/** Parses all sources; `edit` sees the lines of pmdf.cnf, mappings and aliases first. */
export function* parseSourcesInSlices(
  sources: PolicySources,
  edit: EditLines = (lines) => lines,
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
  const mappings = yield* parseMappingsInSlices([
    ...(yield* linesOf(sources.mappings)),
    ...separated(settings.mappingLines),
  ]);
  const tables = tablesOf(mappings.value);
  for (const parsed of [rules, channels]) diagnostics.append(parsed.diagnostics);
  diagnostics.append(withoutUnasked(mappings.diagnostics, tables, askedTables(tables, rules.value)));
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

/** The same at once. */
export function parseSources(sources: PolicySources, edit?: EditLines): Parsed<PolicySyntax> {
  return atOnce(parseSourcesInSlices(sources, edit));
}
