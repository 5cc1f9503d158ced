/*
 * The scripts of `pmdf completion zsh` and `pmdf completion fish`, run by these shells with the words of a command line.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../bin/commands.js';
import { fishCompletion } from '../../bin/completion/fish.js';
import { zshCompletion } from '../../bin/completion/zsh.js';
import { describeWith } from '../support/programs.js';
import { CommandFolder } from './support/command-folder.js';
import { commandFile } from './support/command-server.js';

/** What the shells offer for a line; of several lines of candidates the words. */
const rows: readonly (readonly [string, readonly string[]])[] = [
  ['pmdf exp', ['explain']],
  ['pmdf test re', ['rewrite']],
  ['pmdf show --as ', ['dot', 'matrix', 'pmdf', 'svg', 'yaml']],
  ['pmdf test rewrite --direc', ['--direction']],
  ['pmdf test rewrite --source tcp_', ['tcp_internal', 'tcp_local']],
  ['pmdf test rewrite --config site --source tcp_t', ['tcp_tls']],
  ['pmdf --config site test mapping F', ['FROM_ACCESS']],
];

/** Prints a line of candidates for each line of standard input, those that begin with the last word. */
const zshDriver = `
compdef() { :; }
while IFS= read -r line; do
  words=(\${(z)line}); [[ $line == *' ' ]] && words+=('')
  CURRENT=$#words
  PREFIX=$words[-1]
  () {
    compadd() { [[ $1 == - ]] && shift; print -rn -- "\${(j: :)\${(M)@:#$PREFIX*}} " }
    _bash_complete -F _pmdf < /dev/null
    print
  }
done
`;

const fishDriver = `
while read --local line
    complete -C $line | string split --fields 1 \\t | string join ' '
end
`;

function candidatesIn(stdout: string): string[][] {
  return stdout
    .split('\n')
    .slice(0, rows.length)
    .map((line) => [...new Set(line.split(' ').filter((word) => !['', '-', '-S'].includes(word)))].sort());
}

function testShell(shell: 'zsh' | 'fish', options: readonly string[], text: string): void {
  describeWith([shell], `pmdf completion ${shell}`, function () {
    this.timeout(180_000);
    const command = new CommandFolder();

    it('completes commands, options, values and names', () => {
      const folder = command.path('bin');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'pmdf'), '#!/bin/sh\nexec "$NODE" "$PMDF" "$@"\n');
      chmodSync(join(folder, 'pmdf'), 0o755);
      const { stdout, stderr } = spawnSync(shell, [...options, '-c', text], {
        cwd: command.path('.'),
        input: rows.map(([line]) => `${line}\n`).join(''),
        encoding: 'utf8',
        env: {
          PATH: `${folder}:${process.env['PATH'] ?? ''}`,
          HOME: command.path('.'),
          NODE: process.execPath,
          PMDF: commandFile,
        },
      });
      assert.equal(stderr, '');
      assert.deepEqual(
        candidatesIn(stdout),
        rows.map(([, words]) => words),
      );
    });
  });
}

const zshStart = 'autoload -Uz compinit && compinit -u -D\n';
testShell('zsh', ['-f'], zshStart + zshCompletion(commands).join('\n') + zshDriver);
testShell('fish', ['--no-config'], fishCompletion(commands).join('\n') + fishDriver);
