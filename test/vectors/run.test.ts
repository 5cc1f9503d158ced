import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { runVector } from './run-vector.js';

const command = join(projectRoot, 'dist/test/vectors/run.js');

const passing = { id: 'A1', area: 'rewrite-extract', input: { address: 'u@a' }, expected: { host: 'a' } };
const failing = { ...passing, id: 'A2', expected: { host: 'b', planet: 'c' } };
const skipped = { kind: 'vector', id: 'A3', area: 'planets', input: {}, expected: { result: 'x' } } as const;

describe('run', () => {
  const folder = temporaryFolder();

  function run(...files: readonly string[]): { readonly status: number | null; readonly lines: string[] } {
    const cwd = folder.path('.');
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...files], {
      cwd,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return { status, lines: stdout.trimEnd().split('\n') };
  }

  it('counts, and finds files from the current folder', () => {
    folder.write('good.json', JSON.stringify([passing]));
    const { status, lines } = run('good.json');
    assert.equal(status, 0);
    assert.equal(lines.at(-1), '1 passed, 0 failed, 0 skipped');
  });

  it('prints a failure with expected and actual values', () => {
    folder.write('bad.json', JSON.stringify([failing, passing]));
    folder.write('good.json', JSON.stringify([passing]));
    const { status, lines } = run('bad.json', 'good.json');
    assert.equal(status, 1);
    assert.deepEqual(lines.slice(0, 6), [
      'failed A2 (rewrite-extract)',
      '  input: {"address":"u@a"}',
      '  host: expected "b"',
      '            came "a"',
      '  planet: expected "c"',
      '              came nothing: this area has no such answer',
    ]);
    assert.equal(lines.at(-1), '2 passed, 1 failed, 0 skipped');
  });

  it('skips areas whose part does not exist, with the reason', () => {
    const { kind, lines } = runVector(skipped, new Map([['planets', 'there are none yet']]));
    assert.deepEqual([kind, lines], ['skipped', ['  there are none yet']]);
  });

  const broken = [
    ['a missing file', null, /no such file/],
    ['a file that is not JSON', '{"id":', /not JSON/],
    ['an unknown area', JSON.stringify([{ ...passing, area: 'planets' }]), /the area `planets` is not known/],
    ['an unknown input', JSON.stringify([{ ...passing, input: { address: 'u@a', x: 1 } }]), /`input\.x`/],
    [
      'a missing input',
      JSON.stringify([{ ...passing, input: {} }]),
      /`input\.address` must be a text, it is missing/,
    ],
    ['nothing expected', JSON.stringify([{ ...passing, expected: { note: '' } }]), /expects nothing/],
  ] as const;
  for (const [what, text, reason] of broken) {
    it(`fails on ${what}`, () => {
      if (text !== null) folder.write('broken.json', text);
      const { status, lines } = run(text === null ? 'missing.json' : 'broken.json');
      assert.equal(status, 1);
      assert.match(lines.join('\n'), reason);
      assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
    });
  }

  it('runs the committed vectors when no file is named', () => {
    const { status, lines } = run();
    assert.equal(status, 0, lines.join('\n'));
    assert.match(lines.at(-1) ?? '', /^\d{3} passed, 0 failed, \d+ skipped$/);
  });
});
