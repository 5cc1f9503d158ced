/*
 * A file and its proposed form as a unified diff. Only the part of the package that writes patches is loaded, since every call of the
 * command loads it.
 */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff/lib/patch/create.js';

/** The edit of one line: lines to add before and after it, and its replacement; undefined leaves it. */
export interface LineEdit {
  readonly before: readonly string[];
  readonly replacement?: string;
  readonly after: readonly string[];
}

/** Applies the edits. */
export function editedLines(lines: readonly string[], edits: ReadonlyMap<number, LineEdit>): string[] {
  return lines.flatMap((line, index) => {
    const { before, replacement = line, after } = edits.get(index) ?? { before: [], after: [] };
    return [...before, replacement, ...after];
  });
}

/** The diff of two texts, each with its final line end; no lines if they are equal. */
export function unifiedDiff(
  [oldName, newName]: readonly [string, string],
  oldText: string,
  newText: string,
): readonly string[] {
  if (oldText === newText) return [];
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch(oldName, newName, oldText, newText, undefined, undefined, options);
  return patch.replace(/\n$/, '').split('\n');
}
