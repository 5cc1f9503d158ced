/*
 * Splits pmdf.cnf into its two halves: rewrite rules, up to the first blank line, and channel blocks, separated by blank
 * lines. Several blank lines count as one; comments on their own belong to the block after them.
 * Ref: PMDF 2.4.1
 */
import {
  charactersOf,
  type Diagnostic,
  errorAt,
  type LogicalLine,
  type SourceFile,
  spanOfLine,
  warningAt,
} from '../text/index.js';

/** The parts of pmdf.cnf; no line in them is blank. */
export interface PmdfCnf {
  /** Rules with their comments. */
  readonly ruleLines: readonly LogicalLine[];
  /** One for each channel block; comments after the last block are a further one. */
  readonly blocks: readonly (readonly LogicalLine[])[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether a line is blank, which may also be so after joining continued lines. */
function isBlank(line: LogicalLine): boolean {
  return line.kind !== 'comment' && line.text.trim() === '';
}

/** Groups the lines between blank lines; comments on their own go to the next group. */
function groupBlocks(lines: readonly LogicalLine[]): LogicalLine[][] {
  const blocks: LogicalLine[][] = [];
  let block: LogicalLine[] = [];
  for (const line of lines) {
    if (!isBlank(line)) {
      block.push(line);
    } else if (block.some((one) => one.kind === 'text')) {
      blocks.push(block);
      block = [];
    }
  }
  if (block.length > 0) blocks.push(block);
  return blocks;
}

/** Splits the logical lines of pmdf.cnf; `source` is the file itself, for errors about what is missing. */
export function splitPmdfCnf(lines: readonly LogicalLine[], source: SourceFile): PmdfCnf {
  const firstBlank = lines.findIndex(isBlank);
  const ruleLines = firstBlank === -1 ? [...lines] : lines.slice(0, firstBlank);
  const blocks = firstBlank === -1 ? [] : groupBlocks(lines.slice(firstBlank));
  const diagnostics: Diagnostic[] = [];
  const blank = lines[firstBlank];
  if (blank !== undefined && !ruleLines.some((line) => line.kind === 'text')) {
    const message = 'there is no rewrite rule before this blank line';
    const hint = 'remove the blank line if rewrite rules follow it; the first blank line ends them';
    diagnostics.push(warningAt(spanOfLine(blank), 'cnf/no-rules', message, { hint }));
  }
  if (!blocks.some((block) => block.some((line) => line.kind === 'text'))) {
    const at = { source, offset: charactersOf(source).length, length: 0 };
    const hint =
      firstBlank === -1
        ? 'end the rewrite rules with a blank line and define the channel `l` after it'
        : 'define at least the channel `l`';
    diagnostics.push(errorAt(at, 'cnf/no-channels', 'there is no channel block', { hint }));
  }
  return { ruleLines, blocks, diagnostics };
}
