/*
 * `pmdf diff`: its exit codes, its forms of output, and revisions of git.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { itWith } from '../support/programs.js';
import { CommandFolder } from './support/command-folder.js';

const partner = '  tcp_local|*@partner.example|tcp_local|*  $Y\n';
const refusing = '  tcp_local|*|tcp_local|*';

describe('pmdf diff', function () {
  this.timeout(180_000);
  const command = new CommandFolder();

  /** Puts an entry above the one that refuses relaying. */
  function addEntry(folder: string, entry: string): void {
    const file = join(command.path(folder), 'pmdf', 'mappings');
    const text = readFileSync(file, 'utf8');
    assert.ok(text.includes(refusing));
    writeFileSync(file, text.replace(refusing, `${entry}${refusing}`));
  }

  function copied(name: string, from = 'config'): string {
    cpSync(command.path(from), command.path(name), { recursive: true });
    return name;
  }

  it('has exit code 0 for equal policies, and says so', async () => {
    const { stdout, exitCode } = await command.call('diff', 'config', copied('same'), '--equal');
    assert.equal(stdout, 'equal: the policies are the same\n');
    assert.equal(exitCode, 0);
  });

  it('has exit code 1 for what is newly relayed, which comes first', async () => {
    addEntry(copied('relaying'), partner);
    const { stdout, exitCode } = await command.call('diff', 'config', 'relaying');
    assert.match(stdout, /^NEWLY RELAYED\n.*\*@partner\.example/);
    assert.equal(exitCode, 1);
  });

  it('has exit code 0 the other way round, and 1 with --equal', async () => {
    const { stdout, exitCode } = await command.call('diff', 'relaying', 'config');
    assert.match(stdout, /^newly refused\n/);
    assert.equal(exitCode, 0);
    assert.equal((await command.call('diff', 'relaying', 'config', '--equal')).exitCode, 1);
  });

  it('prints one JSON object, and Markdown', async () => {
    const { stdout } = await command.call('diff', 'config', 'relaying', '--json');
    const printed: unknown = JSON.parse(stdout);
    assert.ok(typeof printed === 'object' && printed !== null && 'answer' in printed);
    assert.equal(printed.answer, 'different');
    const markdown = (await command.call('diff', 'config', 'relaying', '--markdown')).stdout;
    assert.match(markdown, /^### :warning: NEWLY RELAYED$/m);
    assert.match(markdown, /`tcp_local\\\|\*@partner\.example\\\|tcp_local\\\|\* {2}\$Y`/);
  });

  it('has exit code 2 for a broken configuration, on either side, and for a folder without one', async () => {
    assert.equal((await command.call('diff', 'config', 'broken')).exitCode, 2);
    assert.equal((await command.call('diff', 'broken', 'config')).exitCode, 2);
    const { exitCode, stderr } = await command.call('diff', 'config', 'nowhere');
    assert.equal(exitCode, 2);
    assert.match(stderr, /there is no policy in `nowhere`/);
  });

  it('has exit code 64 for too few folders, and for a folder beside --git', async () => {
    assert.equal((await command.call('diff')).exitCode, 64);
    assert.equal((await command.call('diff', 'config')).exitCode, 64);
    assert.equal((await command.call('diff', 'config', '--git', 'HEAD')).exitCode, 64);
  });

  itWith(['git'], 'compares a revision of git with the folder as it is', async () => {
    const folder = command.path(copied('tracked'));
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@domain.com', ...words], {
        stdio: 'pipe',
      });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    const same = await command.call('diff', '--git', 'HEAD', '--config', 'tracked');
    assert.equal(same.stdout, 'equal: the policies are the same\n');
    addEntry('tracked', partner);
    appendFileSync(join(folder, 'pmdf', 'general.txt'), 'bob   bob%other.com@PROCESS-DAEMON\n');
    const changed = await command.call('diff', '--git', 'HEAD', '--config', 'tracked');
    assert.match(changed.stdout, /^NEWLY RELAYED\n/);
    assert.match(changed.stdout, /\+ general bob/);
    assert.equal(changed.exitCode, 1);
    const unknown = await command.call('diff', '--git', 'nothing', '--config', 'tracked');
    assert.equal(unknown.exitCode, 64);
    assert.match(unknown.stderr, /git knows no commit `nothing`/);
  });
});
