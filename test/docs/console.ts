/*
 * Sessions with the command `pmdf` in pages: a line with `$ ` is typed, the others are printed.
 * A line `...` matches any lines, `...` at the end of a line any text.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

/** One command and what it prints, without the final line end. */
export interface Typed {
  readonly command: string;
  readonly output: string;
  readonly line: number;
}

/** Reads the sessions of a block; `line` counts in the block, from 1. */
export function typedIn(text: string): readonly Typed[] {
  const typed: { command: string; output: string[]; line: number }[] = [];
  for (const [index, line] of text.replace(/\n$/, '').split('\n').entries()) {
    if (line.startsWith('$ ')) typed.push({ command: line.slice(2), output: [], line: index + 1 });
    else typed.at(-1)?.output.push(line);
  }
  return typed.map(({ command, output, line }) => ({ command, output: output.join('\n'), line }));
}

/** Runs a command line in an install whose config/pmdf holds `files`; returns everything that it printed. */
export function printed(command: string, files: ReadonlyMap<string, string>): string {
  const install = mkdtempSync(join(tmpdir(), 'pmdf-docs-'));
  try {
    for (const [name, text] of files) {
      const path = join(install, 'config/pmdf', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const program = join(projectRoot, 'dist/bin/pmdf.js');
    const script = `pmdf() { '${process.execPath}' '${program}' "$@"; }\n${command}`;
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { cwd: install, encoding: 'utf8' });
    return `${stderr}${stdout}`.trimEnd();
  } finally {
    rmSync(install, { recursive: true, force: true });
  }
}

function matchesLine(expected: string, line: string): boolean {
  const whole = line.trimEnd();
  return expected.endsWith('...') ? whole.startsWith(expected.slice(0, -3)) : whole === expected;
}

function matchesLines(expected: readonly string[], lines: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return lines.length === 0;
  if (first === '...') return lines.some((_, skipped) => matchesLines(rest, lines.slice(skipped + 1)));
  const [line, ...others] = lines;
  return line !== undefined && matchesLine(first, line) && matchesLines(rest, others);
}

/** Tells whether `actual` is `expected`; a line `...` matches any lines, `...` at the end of one any text. */
export function isAsShown(expected: string, actual: string): boolean {
  return matchesLines(expected.trimEnd().split('\n'), actual.trimEnd().split('\n'));
}
