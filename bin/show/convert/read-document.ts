/*
 * The whole configuration with its comments: those of PMDF's files, and those of pmdf.yaml in the same form.
 */
import {
  type EditLines,
  type PolicySources,
  type PolicySyntax,
  parseSources,
  readYaml,
} from '../../../lib/config/index.js';
import {
  type Diagnostic,
  type LogicalLine,
  type SourceFile,
  type Span,
  sourceChain,
  spanOfLine,
} from '../../../lib/text/index.js';
import { weaveComments } from './weave-comments.js';
import { findYamlComments } from './yaml-comments.js';
import { partYaml } from './yaml-sections.js';

/** A configuration to be written in another form. */
export interface PolicyDocument {
  readonly syntax: PolicySyntax;
  readonly diagnostics: readonly Diagnostic[];
  /** The text of pmdf.yaml without the policy in it. */
  readonly settings: string;
  /** The first physical line of each continued line. */
  readonly continuedLines: readonly Span[];
  /** The included files; each knows the line that included it. */
  readonly included: readonly SourceFile[];
}

/** The keys of pmdf.yaml that have a counterpart in PMDF's files. */
const policyKeys = ['rules', 'channels', 'mappings', 'aliases'];

/** The keys that name PMDF's files, which become part of the result. */
const fileNames = ['files'];

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

/** Reads the sources again, with comments; `yaml` is pmdf.yaml, null when there is none. */
export function readDocument(sources: PolicySources, yaml: SourceFile | null): PolicyDocument {
  const continuedLines: Span[] = [];
  const included: SourceFile[] = [];
  const edit: EditLines = (lines, main) => {
    for (const line of lines) if (line.pieces.length > 1) continuedLines.push(spanOfLine(line));
    for (const one of sourcesOf(lines)) included.push(one);
    return markIncludes(lines, main);
  };
  const read = (from: PolicySources, settings: string): PolicyDocument => {
    const { value, diagnostics } = parseSources(from, edit);
    return { syntax: value, diagnostics, settings, continuedLines, included };
  };
  if (yaml === null) return read(sources, '');
  const root = readYaml(yaml).value;
  const comments = findYamlComments(yaml, root);
  const parts = partYaml(yaml, root, comments, { taken: policyKeys, commentsOnly: fileNames });
  const settings = weaveComments(sources.settings, yaml, parts.sections, comments);
  return read({ ...sources, settings }, parts.settings);
}
