/*
 * A file and its proposed form as a unified diff. The changes are known line by line, so nothing is searched for.
 */

/** What becomes of one line of the file, and what comes in front of it and behind it. */
export interface LineEdit {
  readonly before: readonly string[];
  /** What stands in its place; undefined leaves it. */
  readonly replacement?: string;
  readonly after: readonly string[];
}

interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

const context = 3;

function diffLines(lines: readonly string[], edits: ReadonlyMap<number, LineEdit>): DiffLine[] {
  return lines.flatMap((text, index): DiffLine[] => {
    const edit = edits.get(index);
    if (edit === undefined) return [{ sign: ' ', text }];
    const added = (texts: readonly string[]): DiffLine[] => texts.map((one) => ({ sign: '+', text: one }));
    const own: DiffLine[] =
      edit.replacement === undefined
        ? [{ sign: ' ', text }]
        : [{ sign: '-', text }, ...added([edit.replacement])];
    return [...added(edit.before), ...own, ...added(edit.after)];
  });
}

/** Gives the lines that come of the edits. */
export function editedLines(lines: readonly string[], edits: ReadonlyMap<number, LineEdit>): string[] {
  return diffLines(lines, edits).flatMap(({ sign, text }) => (sign === '-' ? [] : [text]));
}

/** Marks the lines that a diff shows: changed ones, and three on each side. */
function shownLines(lines: readonly DiffLine[]): boolean[] {
  const shown = lines.map(() => false);
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    for (let at = Math.max(0, index - context); at <= Math.min(lines.length - 1, index + context); at += 1)
      shown[at] = true;
  }
  return shown;
}

/** Writes the diff, without final line end; no lines where nothing changes. */
export function unifiedDiff(
  oldName: string,
  newName: string,
  lines: readonly string[],
  edits: ReadonlyMap<number, LineEdit>,
): string[] {
  const all = diffLines(lines, edits);
  const shown = shownLines(all);
  const output: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  let hunk: { readonly oldStart: number; readonly newStart: number; readonly lines: DiffLine[] } | null =
    null;
  const close = (): void => {
    if (hunk === null) return;
    const count = (sign: '-' | '+'): number =>
      hunk?.lines.filter((one) => one.sign === ' ' || one.sign === sign).length ?? 0;
    output.push(`@@ -${hunk.oldStart},${count('-')} +${hunk.newStart},${count('+')} @@`);
    for (const { sign, text } of hunk.lines) output.push(`${sign}${text}`);
    hunk = null;
  };
  for (const [index, line] of all.entries()) {
    if (shown[index] === true) {
      hunk ??= { oldStart: oldLine, newStart: newLine, lines: [] };
      hunk.lines.push(line);
    } else close();
    if (line.sign !== '+') oldLine += 1;
    if (line.sign !== '-') newLine += 1;
  }
  close();
  return output.length === 0 ? [] : [`--- ${oldName}`, `+++ ${newName}`, ...output];
}
