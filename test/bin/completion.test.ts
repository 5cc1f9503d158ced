/*
 * The script of `pmdf completion bash`, run by bash with the words of a command line.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { commands } from '../../bin/commands.js';
import { bashCompletion } from '../../bin/completion/bash.js';
import { commonOptions } from '../../bin/support/command.js';
import { describeWith } from '../support/programs.js';
import { CommandFolder } from './support/command-folder.js';
import { commandFile } from './support/command-server.js';

/** Completes each line of standard input, split at blanks; prints the replies on one line. */
const driver = `
pmdf() { "$NODE" "$PMDF" "$@"; }
while IFS= read -r line; do
  read -ra COMP_WORDS <<< "$line"
  case $line in *' ') COMP_WORDS+=('') ;; esac
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _pmdf < /dev/null
  echo "\${COMPREPLY[*]}"
done
`;

describeWith(['bash'], 'pmdf completion bash', function () {
  this.timeout(180_000);
  const command = new CommandFolder();
  const script = bashCompletion(commands).join('\n');

  function complete(lines: readonly string[]): string[] {
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script + driver], {
      cwd: command.path('.'),
      input: lines.map((line) => `${line}\n`).join(''),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NODE: process.execPath, PMDF: commandFile },
    });
    assert.equal(stderr, '');
    return stdout.split('\n').slice(0, -1);
  }

  /** Bash passes `=` as a separate word. */
  const rows: readonly (readonly [string, string])[] = [
    ['pmdf exp', 'explain'],
    ['pmdf test ', 'rewrite mapping match -rewrite -mapping -match'],
    ['pmdf test -ma', '-mapping -match'],
    ['pmdf --config config test re', 'rewrite'],
    ['pmdf db ', 'get set delete copy'],
    ['pmdf test rewrite --di', '--direction'],
    ['pmdf test rewrite --direction ', 'forward backward'],
    ['pmdf test rewrite --direction = b', 'backward'],
    ['pmdf test rewrite --direction =', 'forward backward'],
    ['pmdf test rewrite --direction backward --so', '--source'],
    ['pmdf test rewrite --source tcp_', 'tcp_local tcp_internal'],
    ['pmdf test rewrite --config site --source tcp_t', 'tcp_tls'],
    ['pmdf --config = site test rewrite --source tcp_t', 'tcp_tls'],
    ['pmdf test rewrite --config nowhere --source tcp_', ''],
    ['pmdf test mapping ', 'ORIG_SEND_ACCESS'],
    ['pmdf --config site test mapping F', 'FROM_ACCESS'],
    ['pmdf test mapping ORIG_SEND_ACCESS ', ''],
    ['pmdf test -rewrite -dest', '-destination_channel='],
    ['pmdf test -rewrite -source_channel = tcp_i', 'tcp_internal'],
    ['pmdf test -mapping -table = ORIG', 'ORIG_SEND_ACCESS'],
    ['pmdf test -mapping -mapping_file = asked', 'asked.txt'],
    ['pmdf check --config con', 'config'],
    ['pmdf crdb ask', 'asked.txt'],
    ['pmdf crdb asked.txt con', 'config'],
    ['pmdf dumpdb asked.txt asked', 'asked.txt'],
    ['pmdf dumpdb asked.txt asked.txt asked', ''],
    ['pmdf check -- --', ''],
    ['pmdf help expl', 'explain'],
    ['pmdf completion ', 'bash zsh fish channels tables'],
    ['pmdf -', '--help --version --json --config'],
    ['pmdf nothing --', ''],
  ];

  it('completes commands, options, values, files and names', () => {
    command.shell('touch asked.txt');
    const replies = complete(rows.map(([line]) => line));
    assert.deepEqual(
      rows.map(([line], index) => [line, replies[index]]),
      rows,
    );
  });

  it('knows every option of every command', () => {
    const replies = complete(commands.map((one) => `pmdf ${one.name} -`));
    for (const [index, { name, options }] of commands.entries()) {
      assert.equal(replies[index]?.split(' ').length, options.length + commonOptions.length, name);
    }
  });

  it('is what the command prints', () => {
    assert.equal(command.run('completion', 'bash').stdout, `${script}\n`);
  });
});
