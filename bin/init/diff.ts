/*
 * A file and its proposed form as a unified diff. The edits are known line by line, so no search for differences
 * is needed.
 */

/** The edit of one line: lines to add before and after it, and its replacement; undefined leaves it. */
export interface LineEdit {
  readonly before: readonly string[];
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
    const { before, replacement, after } = edits.get(index) ?? { before: [], after: [] };
    const added = (texts: readonly string[]): DiffLine[] => texts.map((one) => ({ sign: '+', text: one }));
    const own: DiffLine[] =
      replacement === undefined ? [{ sign: ' ', text }] : [{ sign: '-', text }, ...added([replacement])];
    return [...added(before), ...own, ...added(after)];
  });
}

/** Applies the edits. */
export function editedLines(lines: readonly string[], edits: ReadonlyMap<number, LineEdit>): string[] {
  return diffLines(lines, edits).flatMap(({ sign, text }) => (sign === '-' ? [] : [text]));
}

function countOf(lines: readonly DiffLine[], sign: '-' | '+'): number {
  return lines.reduce((count, one) => count + (one.sign === ' ' || one.sign === sign ? 1 : 0), 0);
}

/** Prints the diff, without final line end; no lines if nothing changes. */
export function unifiedDiff(
  [oldName, newName]: readonly [string, string],
  lines: readonly string[],
  edits: ReadonlyMap<number, LineEdit>,
): string[] {
  const all = diffLines(lines, edits);
  const output: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (let at = 0; at < all.length; ) {
    // A hunk ends where more unchanged lines follow than two contexts have.
    const first = all.findIndex(({ sign }, index) => index >= at && sign !== ' ');
    if (first === -1) break;
    let end = first;
    for (let index = first; index < all.length && index <= end + 2 * context + 1; index += 1)
      if (all[index]?.sign !== ' ') end = index;
    const start = Math.max(at, first - context);
    const stop = Math.min(all.length, end + 1 + context);
    oldLine += start - at;
    newLine += start - at;
    const hunk = all.slice(start, stop);
    const removed = countOf(hunk, '-');
    const added = countOf(hunk, '+');
    output.push(`@@ -${oldLine},${removed} +${newLine},${added} @@`);
    for (const { sign, text } of hunk) output.push(`${sign}${text}`);
    oldLine += removed;
    newLine += added;
    at = stop;
  }
  return output.length === 0 ? [] : [`--- ${oldName}`, `+++ ${newName}`, ...output];
}
