/*
 * Detects a configuration file that was reloaded while a copy or an editor had written only part of it. A file
 * counts as truncated if the policy in force was made from a longer one and
 *   - only comments and blank lines are left,
 *   - its last line has no line end, and had one before,
 *   - it ended with the comment `end`, and no longer does, or
 *   - it was written in place and is a prefix of the former file.
 * A file that replaced the former one by a rename is complete, so the last rule does not apply to it.
 */
import { type Diagnostic, errorAt, type SourceFile, spanOfFile } from '../../lib/text/index.js';
import { isSameFile } from './regular-file.js';

export interface FileRead {
  readonly source: SourceFile;
  /** Identifies this version of the file, see `fileMark`. */
  readonly mark: string;
}

/** Files by their path. */
export type FilesRead = ReadonlyMap<string, FileRead>;

/** What begins a comment: `#` in YAML, `!` in PMDF's files. */
function commentSign({ shortName }: SourceFile): string {
  return /\.ya?ml$/i.test(shortName) ? '#' : '!';
}

/** Whether there is more than comments and blank lines from `start` on. */
function holdsContent(source: SourceFile, start: number): boolean {
  const { text } = source;
  const sign = commentSign(source);
  for (let at = start; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, end).trim();
    if (line !== '' && !line.startsWith(sign)) return true;
    at = end + 1;
  }
  return false;
}

/** Whether the last line is the comment `end`. */
function isMarkedWhole(source: SourceFile): boolean {
  const last = source.text.trimEnd();
  const line = last.slice(last.lastIndexOf('\n') + 1);
  return line.startsWith(commentSign(source)) && line.slice(1).trim().toLowerCase() === 'end';
}

/** Whether `now` is a prefix of `before` that lacks some content. */
function isBeginningOf(before: SourceFile, now: SourceFile): boolean {
  const kept = now.text.trimEnd();
  if (kept.length >= before.text.trimEnd().length || !before.text.startsWith(kept)) return false;
  // Part of a line counts as no line.
  const next = before.text.charAt(kept.length);
  const isWholeLine = next === '\n' || next === '\r' || kept === '';
  return holdsContent(before, isWholeLine ? kept.length : kept.lastIndexOf('\n') + 1);
}

type Cut = { readonly what: string; readonly hint: string };

function cutOf(before: FileRead, now: FileRead): Cut | null {
  const { source } = now;
  if (source.text === before.source.text || !holdsContent(before.source, 0)) return null;
  const name = `\`${source.name}\``;
  const sign = commentSign(source);
  if (!holdsContent(source, 0)) {
    return { what: `${name} is empty`, hint: 'restore it, or restart Haraka if it is meant to be empty' };
  }
  if (before.source.text.endsWith('\n') && !source.text.endsWith('\n')) {
    return {
      what: `the last line of ${name} has no line end`,
      hint: 'write the rest, or end the last line if the file is complete',
    };
  }
  if (isMarkedWhole(before.source) && !isMarkedWhole(source)) {
    return {
      what: `${name} no longer ends with the line \`${sign} end\``,
      hint: `write the rest, or put \`${sign} end\` at its end if the file is complete`,
    };
  }
  if (isSameFile(before.mark, now.mark) && isBeginningOf(before.source, source)) {
    return {
      what: `${name} is only the beginning of the former file`,
      hint: `write the rest, or put the line \`${sign} end\` at its end if the file is complete`,
    };
  }
  return null;
}

/** Reports every truncated file; `before` are the files of the policy in force. */
export function findCutFiles(before: FilesRead, now: FilesRead): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [path, file] of now) {
    const earlier = before.get(path);
    const cut = earlier === undefined ? null : cutOf(earlier, file);
    if (cut === null) continue;
    const { source } = file;
    const span = spanOfFile(source);
    const message = `${cut.what}, and the file in force is longer`;
    diagnostics.push(errorAt(span, 'file/cut', message, { hint: cut.hint }));
  }
  return diagnostics;
}
