/*
 * The whole configuration with its comments: those of PMDF's files, and those of pmdf.yaml in the same form.
 */
import {
  defaultSettings,
  type EditLines,
  type PolicySources,
  type PolicySyntax,
  parseSettings,
  parseSources,
  readYaml,
  type SettingsFile,
} from '../../../lib/config/index.js';
import { optionFileOf } from '../../../lib/directory/index.js';
import {
  type Diagnostic,
  type LogicalLine,
  type SourceFile,
  type Span,
  sourceChain,
  spanOfLine,
} from '../../../lib/text/index.js';
import type { Configuration } from '../../../runtime/index.js';
import { printScalar } from './print-scalar.js';
import { weaveComments } from './weave-comments.js';
import { findYamlComments } from './yaml-comments.js';
import { partYaml } from './yaml-sections.js';

/** What a conversion needs of a configuration. */
export type Convertible = Pick<Configuration, 'sources' | 'yaml' | 'optionFile'>;

/** A configuration to be written in another form. */
export interface PolicyDocument {
  /** Its settings are those of pmdf.yaml alone, without the option file. */
  readonly syntax: PolicySyntax;
  readonly diagnostics: readonly Diagnostic[];
  /** The text of pmdf.yaml without the policy in it. */
  readonly settings: string;
  /** The first physical line of each continued line. */
  readonly continuedLines: readonly Span[];
  /** The included files; each knows the line that included it. */
  readonly included: readonly SourceFile[];
  /** The names of files that are not converted. */
  readonly otherFiles: readonly string[];
}

/** The keys of pmdf.yaml that have a counterpart in PMDF's files. */
const policyKeys = ['rules', 'channels', 'mappings', 'aliases'];

/** The names of PMDF's files: most become part of the result; for those that stay, `stayingFiles` writes the names. */
const fileNames = ['files'];

const stays = ['security', 'options'] as const;

/** The setting `files` for the files that are not converted; empty when they have their usual names. */
function stayingFiles({ files }: SettingsFile): string {
  const named = stays.filter((file) => files[file] !== defaultSettings.files[file]);
  if (named.length === 0) return '';
  return `files: { ${named.map((file) => `${file}: ${printScalar(files[file])}`).join(', ')} }\n`;
}

function isIncluded(source: SourceFile | undefined): source is SourceFile {
  return source?.includedFrom !== undefined;
}

function sourcesOf(lines: readonly LogicalLine[]): SourceFile[] {
  return [...new Set(lines.map((line) => line.pieces[0]?.source).filter(isIncluded))];
}

function includeComment(text: string, at: LogicalLine): LogicalLine {
  return { kind: 'comment', text, pieces: at.pieces };
}

/** Replaces includes by the included lines, with a comment before the first and after the last one. */
function markIncludes(lines: readonly LogicalLine[], main: SourceFile): readonly LogicalLine[] {
  const marked: LogicalLine[] = [];
  let open = [main];
  const goTo = (chain: readonly SourceFile[], at: LogicalLine): void => {
    let shared = 0;
    while (shared < chain.length && open[shared] === chain[shared]) shared += 1;
    for (const left of open.slice(shared).reverse()) {
      marked.push(includeComment(`! end of <${left.shortName}`, at));
    }
    for (const entered of chain.slice(shared))
      marked.push(includeComment(`! from <${entered.shortName}`, at));
    open = [...chain];
  };
  for (const line of lines) {
    const source = line.pieces[0]?.source ?? main;
    if (source !== open.at(-1)) goTo(sourceChain(source), line);
    marked.push(line);
  }
  const last = lines.at(-1);
  if (last !== undefined) goTo([main], last);
  return marked;
}

/** The names of the option files of channels that exist. */
function channelOptionFiles({ channels }: PolicySyntax, { readOptionFile }: PolicySources): string[] {
  return channels.blocks
    .flatMap((block) => (block.kind === 'channel' ? [optionFileOf(block.name.text)] : []))
    .filter((file) => (readOptionFile?.(file) ?? null) !== null);
}

/** Reads the sources again, with comments. */
export function readDocument({ sources, yaml, optionFile }: Convertible): PolicyDocument {
  const plain = parseSettings(yaml).value;
  const continuedLines: Span[] = [];
  const included: SourceFile[] = [];
  const edit: EditLines = (lines, main) => {
    for (const line of lines) if (line.pieces.length > 1) continuedLines.push(spanOfLine(line));
    for (const one of sourcesOf(lines)) included.push(one);
    return markIncludes(lines, main);
  };
  const read = (from: PolicySources, settings: string): PolicyDocument => {
    const { value, diagnostics } = parseSources(from, edit);
    const otherFiles = [
      ...(optionFile === null ? [] : [plain.files.options]),
      ...((sources.credentials?.size ?? 0) === 0 ? [] : [plain.files.security]),
      ...channelOptionFiles(value, sources),
    ];
    return { syntax: value, diagnostics, settings, continuedLines, included, otherFiles };
  };
  if (yaml === null) return read({ ...sources, settings: plain }, '');
  const root = readYaml(yaml).value;
  const comments = findYamlComments(yaml, root);
  const parts = partYaml(yaml, root, comments, { taken: policyKeys, commentsOnly: fileNames });
  const settings = weaveComments(plain, yaml, parts.sections, comments);
  return read({ ...sources, settings }, `${parts.settings}${stayingFiles(plain)}`);
}
