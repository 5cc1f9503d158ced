/*
 * `pmdf diff`: its exit codes, its forms of output, and revisions of git.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

  it('prints Markdown in which nothing of the policy is mark-up', async () => {
    const pattern = 'tcp_local|*<img$ src=x>`a`b\\|x@*|l|*';
    addEntry(copied('hostile'), `  ${pattern}  $NSee$ [this](http://evil.example)$ @all$ </table>\n`);
    const { stdout } = await command.call('diff', 'config', 'hostile', '--markdown');
    const [row = '', ...others] = stdout.split('\n').filter((line) => line.startsWith('| + |'));
    assert.deepEqual(others, []);
    // What is left beside the code span is the words of the table itself.
    const beside = row.replace(/<code>[^<]*<\/code>/, '').replace(/`[^`]*`/g, '');
    assert.match(beside, /^\| \+ \| tables {2}\| {2}\| {2}\| [\w ,:]* \|$/);
    assert.equal(row.includes('@'), false);
  });

  it('has exit code 2 for a broken configuration, on either side, and for a folder without one', async () => {
    assert.equal((await command.call('diff', 'config', 'broken')).exitCode, 2);
    assert.equal((await command.call('diff', 'broken', 'config')).exitCode, 2);
    const both = await command.call('diff', 'broken', copied('as broken', 'broken'));
    for (const folder of ['broken', 'as broken'])
      assert.ok(
        both.stderr.split('\n').some((line) => line.startsWith(`${folder}/pmdf/`)),
        both.stderr,
      );
    const { exitCode, stderr } = await command.call('diff', 'config', 'nowhere');
    assert.equal(exitCode, 2);
    assert.match(stderr, /there is no policy in `nowhere`/);
  });

  /** A copy of the sample with other settings. */
  function withSettings(name: string, settings: string): string {
    writeFileSync(join(command.path(copied(name)), 'pmdf', 'pmdf.yaml'), settings);
    return name;
  }

  function writeIn(folder: string, file: string, text: string): void {
    writeFileSync(join(command.path(folder), 'pmdf', file), text);
  }

  const store = 'stores: { people: { kind: redis, hosts: [127.0.0.1] } }\n';
  const stored = `databases: { forward: { store: people, hash: forward } }\n${store}`;

  it('finds what is newly relayed beside a database that both have on the same server', async () => {
    addEntry(withSettings('stored relaying', stored), partner);
    const { stdout, exitCode } = await command.call(
      'diff',
      withSettings('stored', stored),
      'stored relaying',
    );
    assert.match(stdout, /^NEWLY RELAYED\n.*\*@partner\.example/);
    assert.equal(exitCode, 1);
  });

  it('does not say that a database is lost that moves to a server', async () => {
    withSettings('filed', `databases: { forward: forward.txt }\n${store}`);
    writeIn('filed', 'forward.txt', 'bob@domain.com joe@other.example\n');
    for (const [before, now] of [
      ['filed', 'stored'],
      ['stored', 'filed'],
    ] as const) {
      const { stdout } = await command.call('diff', before, now);
      assert.doesNotMatch(stdout, /^newly/im);
      assert.match(stdout, /the forward database not compared, since it was not read/);
    }
  });

  it('compares the files of routines, which it does not run', () => {
    const settings = 'routines: { my_check: my-check.js }\n';
    const called = '  tcp_local|*|tcp_local|*  $C$[my_check,partner,$0]$Y$E\n';
    const files: Readonly<Record<string, string>> = {
      asks: 'module.exports = { partner: () => false };\n',
      permits: 'module.exports = { partner: () => true };\n',
    };
    for (const [name, text] of Object.entries(files)) {
      addEntry(withSettings(name, settings), called);
      writeIn(name, 'my-check.js', text);
    }
    const { stdout, exitCode } = command.run('diff', 'asks', 'permits', '--equal');
    assert.match(stdout, /~ routine my_check .*\n +not compared/);
    assert.match(stdout, /it is not proved that nothing is newly relayed: .*`my_check`/);
    assert.equal(exitCode, 1);
    addEntry(copied('asks and partner', 'asks'), partner);
    assert.match(command.run('diff', 'asks', 'asks and partner').stdout, /^NEWLY RELAYED\n/);
  });

  it('compares the entries of directories, whatever their order, and credentials', async () => {
    const written = (name: string, entries: string, password: string): string => {
      const file = join(command.path(copied(name)), 'pmdf', 'pmdf.cnf');
      const rule = '.domain.com   $U%$H$D@TCP-INTERNAL';
      const text = readFileSync(file, 'utf8').replace(
        rule,
        `${rule}\npeople.example  $U%people.example@DIRECTORY`,
      );
      writeFileSync(file, `${text}\n\ndirectory\nDIRECTORY\n`);
      mkdirSync(join(command.path(name), 'pmdf', 'directories'));
      writeIn(name, 'directories/people.example.txt', entries);
      writeIn(name, 'security.cnf', `[CLIENT_AUTH=DEFAULT]\nUSER=domain.com\nPASSWORD=${password}\n`);
      return name;
    };
    const was = written('directory', 'ann ann@domain.com\njoe joe@domain.com\n', 'one');
    const moved = written('moved', 'joe joe@domain.com\nann ann@domain.com\n', 'one');
    assert.equal((await command.call('diff', was, moved)).stdout, 'equal: the policies are the same\n');
    const edited = written('edited', 'ann ann@domain.com\njoe joe@other.example\n', 'two');
    const { stdout } = await command.call('diff', was, edited);
    assert.match(stdout, /~ directory directory people\.example .*\n +not compared/);
    assert.match(stdout, /~ credentials .*\n +not compared/);
  });

  it('compares option files and the texts of notices', async () => {
    writeIn(copied('options'), 'tcp_local_option', 'ALLOW_RECIPIENTS_PER_TRANSACTION=1\n');
    assert.match(
      (await command.call('diff', 'config', 'options')).stdout,
      /other reply\n.*differs +limits\n.*\+ tcp_local_option /s,
    );
    writeIn(copied('notices'), 'return_failed.txt', 'It failed.\n');
    const { stdout } = await command.call('diff', 'config', 'notices');
    assert.match(stdout, /~ notices .*\n +changes no decision/);
  });

  it('has exit code 64 for too few folders, and for a folder beside --git', async () => {
    assert.equal((await command.call('diff')).exitCode, 64);
    assert.equal((await command.call('diff', 'config')).exitCode, 64);
    assert.equal((await command.call('diff', 'config', '--git', 'HEAD')).exitCode, 64);
  });

  /** Runs git in a folder. */
  function gitIn(name: string, ...words: readonly string[]): void {
    const by = ['-c', 'user.name=a', '-c', 'user.email=a@domain.com', '-c', 'protocol.file.allow=always'];
    execFileSync('git', ['-C', command.path(name), ...by, ...words], { stdio: 'pipe' });
  }

  function commit(name: string): void {
    gitIn(name, 'add', '--all');
    gitIn(name, 'commit', '-q', '-m', 'one');
  }

  /** Makes a repository with a policy in this sub-folder. */
  function repository(name: string, folder: string, from = 'config'): void {
    mkdirSync(command.path(name));
    gitIn(name, 'init', '-q');
    cpSync(command.path(from), join(command.path(name), folder), { recursive: true });
    commit(name);
  }

  const sameText = 'equal: the policies are the same\n';

  itWith(['git'], 'finds the folder of a commit in repositories of every shape', async () => {
    repository('my repo', 'mail server/config');
    const config = join('my repo', 'mail server', 'config');
    const inside = await command.call('diff', '--git', 'HEAD', '--config', config);
    assert.equal(inside.stdout, sameText);

    // The folder becomes a link to another one of the repository.
    renameSync(join(command.path(config), 'pmdf'), command.path(join('my repo', 'policy')));
    symlinkSync('../../policy', join(command.path(config), 'pmdf'));
    commit('my repo');
    for (const revision of ['HEAD', 'HEAD~1'])
      assert.equal((await command.call('diff', '--git', revision, '--config', config)).stdout, sameText);

    gitIn('my repo', 'worktree', 'add', '-q', '../second');
    const second = join('second', 'mail server', 'config');
    assert.equal((await command.call('diff', '--git', 'HEAD~1', '--config', second)).stdout, sameText);

    repository('policy repo', '.', 'config/pmdf');
    repository('outer', 'other');
    gitIn('outer', 'submodule', 'add', '-q', command.path('policy repo'), 'config/pmdf');
    addEntry('outer/config', partner);
    const submodule = await command.call('diff', '--git', 'HEAD', '--config', 'outer/config');
    assert.match(submodule.stdout, /^NEWLY RELAYED\n/);
  });

  itWith(['git'], 'names the files of a revision, and says why there is none', async () => {
    repository('odd', 'config');
    const settings = command.path('odd/config/pmdf/pmdf.yaml');
    writeFileSync(settings, 'zzz: 1\n');
    commit('odd');
    writeFileSync(settings, '');
    const broken = await command.call('diff', '--git', 'HEAD', '--config', 'odd/config');
    assert.equal(broken.exitCode, 2);
    assert.match(broken.stderr, /^HEAD:config\/pmdf\/pmdf\.yaml:1:1: error: unknown key: `zzz`/);

    cpSync(command.path('config'), command.path('odd/new'), { recursive: true });
    const untracked = await command.call('diff', '--git', 'HEAD', '--config', 'odd/new');
    assert.match(untracked.stderr, /`.*odd\/new` is not in the commit `HEAD`/);

    execFileSync('git', [
      'clone',
      '-q',
      '--depth',
      '1',
      `file://${command.path('odd')}`,
      command.path('few'),
    ]);
    const shallow = await command.call('diff', '--git', 'HEAD~1', '--config', 'few/config');
    assert.match(shallow.stderr, /git knows no commit `HEAD~1`\n {2}hint: the clone is shallow/);

    const none = await command.call('diff', '--git', 'HEAD', '--config', 'config');
    assert.match(none.stderr, /git says: not a git repository/);
    for (const { exitCode } of [untracked, shallow, none]) assert.equal(exitCode, 64);
  });

  itWith(['git'], 'compares a revision of git with the folder as it is', async () => {
    const folder = command.path(copied('tracked'));
    gitIn('tracked', 'init', '-q');
    commit('tracked');
    const same = await command.call('diff', '--git', 'HEAD', '--config', 'tracked');
    assert.equal(same.stdout, sameText);
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
