/*
 * Whether a file that was read again is what somebody meant it to be, or what a copy or an editor has written of it so far.
 * A file counts as cut when the policy in force was made with more, and
 *   - nothing is left in it but comments and blank lines,
 *   - its last line has no line end, and it had one before,
 *   - it ended with the comment `end`, and does not any more, or
 *   - it was written in place and is the beginning of what it was.
 * A file that was put in the place of another one by a rename is whole, so the last does not concern it.
 */
import { type Diagnostic, errorAt, type SourceFile } from '../../lib/text/index.js';
import { isSameFile } from './regular-file.js';

/** A file as it was read. */
export interface FileRead {
  readonly source: SourceFile;
  /** What tells it from its successors, see `fileMark`. */
  readonly mark: string;
}

/** Files by their path. */
export type FilesRead = ReadonlyMap<string, FileRead>;

/** How lines without meaning begin: `#` in YAML, `!` in the files of PMDF. */
function commentSign({ shortName }: SourceFile): string {
  return /\.ya?ml$/i.test(shortName) ? '#' : '!';
}

/** Whether a line from `start` on says something. */
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

/** Whether the last line says in a comment that it is the last. */
function isMarkedWhole(source: SourceFile): boolean {
  const last = source.text.trimEnd();
  const line = last.slice(last.lastIndexOf('\n') + 1);
  return line.startsWith(commentSign(source)) && line.slice(1).trim().toLowerCase() === 'end';
}

/** Whether `now` is the beginning of `before`, and what is lost says something. */
function isBeginningOf(before: SourceFile, now: SourceFile): boolean {
  const kept = now.text.trimEnd();
  if (kept.length >= before.text.trimEnd().length || !before.text.startsWith(kept)) return false;
  // A line that was cut in two is lost, unless all of it is there.
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
    return { what: `${name} is empty`, hint: 'write it again, or restart Haraka if it is meant to be empty' };
  }
  if (before.source.text.endsWith('\n') && !source.text.endsWith('\n')) {
    return {
      what: `the last line of ${name} has no line end`,
      hint: 'write the rest, or end the last line if this is all',
    };
  }
  if (isMarkedWhole(before.source) && !isMarkedWhole(source)) {
    return {
      what: `${name} does not end with the line \`${sign} end\` any more`,
      hint: `write the rest, or put \`${sign} end\` at the end of it if this is all`,
    };
  }
  if (isSameFile(before.mark, now.mark) && isBeginningOf(before.source, source)) {
    return {
      what: `${name} is only the beginning of what it was`,
      hint: `write the rest, or put the line \`${sign} end\` at the end of it if this is all`,
    };
  }
  return null;
}

/** Reports every file that is cut, at its end; `before` are the files of the policy in force. */
export function findCutFiles(before: FilesRead, now: FilesRead): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [path, file] of now) {
    const earlier = before.get(path);
    const cut = earlier === undefined ? null : cutOf(earlier, file);
    if (cut === null) continue;
    const { source } = file;
    const span = { source: { ...source, text: '' }, offset: 0, length: 0 };
    const message = `${cut.what}, and the file in force has more`;
    diagnostics.push(errorAt(span, 'file/cut', message, { hint: cut.hint }));
  }
  return diagnostics;
}
