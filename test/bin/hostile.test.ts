/*
 * What a terminal, a pipe and a shell may do to the command, and what hostile addresses may do to a terminal.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../bin/main.js';
import { noPaint, paintFor } from '../../bin/support/paint.js';
import { brief, visible, visibleLines } from '../../bin/support/visible.js';
import { projectRoot } from '../support/project-root.js';
import { CommandFolder } from './support/command-folder.js';

const sequences = '\u001b[31mred\u0007\u009b2J\u202eevil\u2028\u200b\u007f\u00ad';
const spelledOut = '\\u{1b}[31mred\\u{7}\\u{9b}2J\\u{202e}evil\\u{2028}\\u{200b}\\u{7f}\\u{ad}';
const long = 'x'.repeat(100_000);

/** Controls other than line ends, and other invisible characters. */
const raw = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

function assertHarmless({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void {
  assert.doesNotMatch(stdout, raw);
  assert.doesNotMatch(stderr, raw);
  assert.doesNotMatch(stderr, /^\s+at /m);
}

describe('the command with hostile arguments', function () {
  this.timeout(180_000);
  const command = new CommandFolder();

  /** Runs a command line in this process, in the sample's folder if it needs a configuration. */
  function call(words: readonly string[]) {
    const needsFolder = words[1] !== 'match' && !words.includes('--config');
    return main(needsFolder ? ['--config', command.path('config'), ...words] : words, noPaint);
  }

  const calls: readonly (readonly [string, (word: string) => readonly string[]])[] = [
    ['an address', (word) => ['test', 'rewrite', `${word}@domain.com`, `a@${word}`]],
    ['a hop', (word) => ['test', 'rewrite', `a%${word}%b@domain.com`]],
    ['a source channel', (word) => ['test', 'rewrite', 'a@b', '--source', word]],
    ['a direction', (word) => ['test', 'rewrite', 'a@b', '--direction', word]],
    ['a probe', (word) => ['test', 'mapping', 'ORIG_SEND_ACCESS', `tcp_local|${word}|tcp_local|a@b`]],
    ['a table', (word) => ['test', 'mapping', word, 'x']],
    ['input flags', (word) => ['test', 'mapping', 'ORIG_SEND_ACCESS', 'x', '--flags', word]],
    ['a pattern', (word) => ['test', 'match', word, 'x']],
    ['a string', (word) => ['test', 'match', '*$A*x%', word]],
    ['a back-match', (word) => ['test', 'match', '*$0*$0*', word]],
    [
      'a sender',
      (word) => ['explain', '--client', '192.0.2.7', '--from', `${word}@b`, '--to', 'bob@domain.com'],
    ],
    [
      'a recipient',
      (word) => ['explain', '--client', '192.0.2.7', '--from', '', '--to', word, `"${word}"@domain.com`],
    ],
    [
      'names',
      (word) => [
        'explain',
        '--client',
        '192.0.2.7',
        '--name',
        word,
        '--helo',
        word,
        '--auth',
        word,
        '--from',
        'a',
        '--to',
        'b',
      ],
    ],
    ['a file of cases', (word) => ['cases', word]],
    ['a format', (word) => ['cases', 'x', '--format', word]],
    ['a log', (word) => ['replay', word]],
    ['another configuration', (word) => ['replay', 'x', '--against', word]],
    [
      'a name beside --live',
      (word) => ['explain', '--live', '--name', word, '--client', '192.0.2.7', '--from', 'a', '--to', 'b'],
    ],
    ['help', (word) => ['help', word]],
    ['a client', (word) => ['explain', '--client', word, '--from', 'a@b', '--to', 'c@d']],
    ['a folder', (word) => ['check', '--config', word]],
    ['a command', (word) => [word]],
    ['a test', (word) => ['test', word]],
    ['an option', (word) => ['check', `--${word}`]],
    ['one word too many', (word) => ['check', word]],
  ];
  for (const [what, words] of calls) {
    it(`prints ${what} with controls spelled out`, async () => {
      assertHarmless(await call(words(sequences)));
      const inJson = await call([...words(sequences), '--json']);
      assertHarmless(inJson);
      assert.equal(typeof JSON.parse(inJson.stdout), 'object');
    });

    it(`survives ${what} of 100 000 characters`, async () => {
      const run = await call(words(long));
      assertHarmless(run);
      assert.ok(run.stdout.length + run.stderr.length < 20_000);
    });
  }

  it('prints nothing harmful and no stack trace as a separate process', () => {
    assertHarmless(command.run('test', 'rewrite', `${sequences}@domain.com`, long));
    assertHarmless(command.run(`--${sequences}`));
    assertHarmless(command.run('test', '-rewrite', '-debug', `${sequences}@domain.com`, `a@${long}`));
    assertHarmless(
      command.run('test', '-rewrite', `-from=${sequences}`, `-source_channel=${sequences}`, 'a@b'),
    );
    assertHarmless(command.run('test', '-rewrite', `-alias_file=${sequences}`, 'a@b'));
    assertHarmless(command.run('test', '-mapping', `-table=${sequences}`, 'x'));
    assertHarmless(
      command.run(
        'test',
        '-mapping',
        '-debug',
        '-table=ORIG_SEND_ACCESS',
        `tcp_local|${sequences}|tcp_local|${long}`,
      ),
    );
    assertHarmless(command.run('test', '-match', `*${sequences}`, `x${sequences}`));
    assertHarmless(command.run('test', '-match', `-input=${sequences}`));
    assertHarmless(command.run('help', sequences));
    assertHarmless(command.run('completion', sequences));
  });

  it('returns the arguments in JSON', async () => {
    const run = await call(['test', 'match', '*', `${sequences}\ud87c|`, '--json']);
    assert.deepEqual(JSON.parse(run.stdout).captures[0].slice(0, sequences.length), sequences);
  });

  it('prints no error when its reader leaves early', () => {
    const line =
      'for i in $(seq 200); do set -- "$@" a$i@domain.com; done; pmdf test rewrite --json "$@" | head -1';
    const run = command.shell(line);
    assert.equal(run.stdout, '{\n');
  });

  it('prints no error when both outputs are closed', () => {
    const run = command.shell('pmdf check --config broken --json >&- 2>&-; echo $?');
    assert.match(run.stdout, /^[12]\n$/);
  });

  it('is an executable file', () => {
    assert.ok(readdirSync(join(projectRoot, 'dist', 'bin')).includes('pmdf.js'));
    assert.match(command.run('--version').stdout, /^\d+\.\d+\.\d+\n$/);
  });
});

describe('visible', () => {
  it('spells controls out', () => assert.equal(visible(sequences), spelledOut));
  it('keeps letters of all scripts', () => assert.equal(visible('grün 日本 é'), 'grün 日本 é'));
  it('shows a held bar as a bar', () => assert.equal(visible('a\ud87cb'), 'a|b'));
  it('spells out half of a pair', () => assert.equal(visible('\ud83d'), '\\u{d83d}'));
  it('keeps line ends and tabs of several lines', () =>
    assert.equal(visibleLines('a\tb\n\u001bc'), 'a\tb\n\\u{1b}c'));
  it('cuts long text, and says so', () =>
    assert.equal(brief('y'.repeat(300)), `${'y'.repeat(240)}... (300 characters)`));
  it('never cuts a pair in two', () =>
    assert.equal(brief(`y${'😀'.repeat(150)}`), `y${'😀'.repeat(119)}... (301 characters)`));
});

describe('paint', () => {
  const cases: readonly (readonly [string, boolean | undefined, Record<string, string>, boolean])[] = [
    ['a terminal', true, { TERM: 'xterm' }, true],
    ['no terminal', undefined, { TERM: 'xterm' }, false],
    ['a terminal and NO_COLOR', true, { TERM: 'xterm', NO_COLOR: '1' }, false],
    ['a terminal and an empty NO_COLOR', true, { TERM: 'xterm', NO_COLOR: '' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
  ];
  for (const [name, isTerminal, environment, isColoured] of cases) {
    it(name, () => {
      const text = paintFor(isTerminal, environment).bad('x');
      assert.equal(text === 'x', !isColoured);
      assert.equal(noPaint.bad('x'), 'x');
    });
  }
});
