/*
 * Postfix as the judge of databases in SQL: `postmap -q` with the same store, the same query and the same keys.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './program.js';

/** The kinds of tables of Postfix. */
export type MapKind = 'pgsql' | 'mysql' | 'sqlite';

export interface SqlJudge {
  /**
   * The answers to all keys, values joined by commas; a key without an answer is absent. `lines` are the settings of the
   * table. Rejects if Postfix says anything else.
   */
  answers(
    kind: MapKind,
    lines: readonly string[],
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  /** Whether Postfix cannot answer. */
  fails(kind: MapKind, lines: readonly string[], key: string): Promise<boolean>;
  stop(): void;
}

export function makeSqlJudge(): SqlJudge {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-judge-'));
  writeFileSync(join(folder, 'main.cf'), 'compatibility_level = 3.6\n');
  let count = 0;

  function map(kind: MapKind, lines: readonly string[]): string {
    count += 1;
    const file = join(folder, `map${count}.cf`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return `${kind}:${file}`;
  }

  return {
    answers: async (kind, lines, keys) => {
      const input = `${keys.join('\n')}\n`;
      const { stdout, stderr } = await runProgram(
        '/usr/sbin/postmap',
        ['-c', folder, '-q', '-', map(kind, lines)],
        { input },
      );
      // An empty value is none, with a warning.
      const trouble = stderr.split('\n').filter((line) => line !== '' && !/empty lookup result/.test(line));
      if (trouble.length > 0) throw new Error(stderr);
      const found = stdout.split('\n').filter((line) => line !== '');
      return new Map(
        found.map((line) => {
          const at = line.indexOf('\t');
          return [line.slice(0, at), line.slice(at + 1)];
        }),
      );
    },
    fails: async (kind, lines, key) => {
      const { code, stderr } = await runProgram('/usr/sbin/postmap', [
        '-c',
        folder,
        '-q',
        key,
        map(kind, lines),
      ]);
      return code !== 0 && /\b(?:fatal|error|warning)\b/.test(stderr);
    },
    stop: () => rmSync(folder, { recursive: true, force: true }),
  };
}
