/*
 * The same files with other programs: tinycdb's `cdb` and Postfix's `postmap cdb:`, in both directions.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { buildDatabase } from '../../../runtime/databases/build-database.js';
import { openCdbFile } from '../../../runtime/databases/cdb-file.js';
import { openCdb } from '../../../runtime/databases/cdb-reader.js';
import { requireProgram, runProgram, runSuccessfully } from '../../e2e/support/program.js';
import { ManualClock } from '../../support/manual-clock.js';
import { describeWith } from '../../support/programs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const postmap = '/usr/sbin/postmap';
const cdb = '/usr/bin/cdb';
const count = 100_000;
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789.-_@+=/$%{}';

/** Pseudo-random numbers that are the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomKeys(seed: number, wanted: number, alphabet: string): string[] {
  const next = randomNumbers(seed);
  const keys = new Set<string>();
  while (keys.size < wanted) {
    let key = '';
    for (let length = 1 + next(40); length > 0; length -= 1) key += alphabet[next(alphabet.length)] ?? '';
    keys.add(key);
  }
  return [...keys];
}

describeWith(['cdb', 'postmap'], 'CDB files of other programs', () => {
  const folder = temporaryFolder();
  const keys = randomKeys(1, count, letters);
  const valueFor = (key: string): string => `<${key}> ${key.length}`;
  const present = new Set(keys);
  const absentKeys = randomKeys(2, count, letters).filter((key) => !present.has(key));

  before(() => {
    requireProgram(postmap);
    requireProgram(cdb);
  });

  function postfixFolder(): string {
    const path = folder.path('postfix');
    if (!existsSync(path)) {
      mkdirSync(path);
      folder.write('postfix/main.cf', 'compatibility_level = 3.6\n');
    }
    return path;
  }

  /** A text for `postmap` and `crdb`. */
  function writeText(): string {
    return folder.write('general', keys.map((key) => `${key} ${valueFor(key)}\n`).join(''));
  }

  function build(): string {
    const target = folder.path('general.cdb');
    const built = buildDatabase(
      { path: writeText(), names: { name: 'general', shortName: 'general' } },
      target,
    );
    assert.deepEqual(built, { entries: count, diagnostics: [] });
    return target;
  }

  /** The records in the format of `cdb -c` and `cdb -d`. */
  function recordsText(): string {
    const records = keys.map((key) => {
      const value = valueFor(key);
      return `+${Buffer.byteLength(key)},${Buffer.byteLength(value)}:${key}->${value}\n`;
    });
    return `${records.join('')}\n`;
  }

  it(`are read: ${count} keys that \`cdb -c\` wrote, and as many that are absent`, async () => {
    const path = folder.path('theirs.cdb');
    await runSuccessfully(cdb, ['-c', path], { input: recordsText() });
    const opened = openCdbFile(path);
    assert.ok(opened.kind === 'open');
    for (const key of keys) {
      assert.deepEqual(opened.file.find(Buffer.from(key)), { kind: 'found', value: valueFor(key) });
    }
    for (const key of absentKeys) assert.equal(opened.file.find(Buffer.from(key)).kind, 'absent');
    assert.equal([...opened.file.records()].at(-1)?.kind, 'record');
    opened.file.close();
  });

  it('are read in any case: Postfix stores keys in lower case, `cdb -c` as written', async () => {
    const names = { name: 'x', shortName: 'x' };
    const options = { clock: new ManualClock(), report: () => {} };
    folder.write('mixed', 'Jane.Doe found\n');
    await runSuccessfully(postmap, ['-c', postfixFolder(), `cdb:${folder.path('mixed')}`]);
    await runSuccessfully(cdb, ['-c', folder.path('exact.cdb')], { input: '+8,5:Jane.Doe->found\n\n' });
    const rows = [
      ['mixed.cdb', 'JANE.DOE', 'found'],
      ['exact.cdb', 'Jane.Doe', 'found'],
      ['exact.cdb', 'jane.doe', 'absent'],
    ] as const;
    for (const [file, key, kind] of rows) {
      const database = openCdb(folder.path(file), names, options).value;
      assert.equal(database?.get(key).kind, kind, `${file} ${key}`);
      database?.close();
    }
  });

  it('are written: `postmap -q` finds every key and no other', async () => {
    const path = build().replace(/\.cdb$/, '');
    const query = ['-c', postfixFolder(), '-q', '-', `cdb:${path}`];
    const found = await runSuccessfully(postmap, query, { input: `${keys.join('\n')}\n` });
    assert.equal(found.stdout, keys.map((key) => `${key}\t${valueFor(key)}\n`).join(''));
    const absent = await runProgram(postmap, query, { input: `${absentKeys.join('\n')}\n` });
    assert.deepEqual({ code: absent.code, stdout: absent.stdout }, { code: 1, stdout: '' });
  });

  it('are written: `cdb` dumps and finds what was stored', async () => {
    const path = build();
    assert.equal((await runSuccessfully(cdb, ['-d', path])).stdout, recordsText());
    for (const key of keys.slice(0, 50)) {
      assert.equal((await runSuccessfully(cdb, ['-q', path, key])).stdout, valueFor(key));
    }
    for (const key of absentKeys.slice(0, 10)) {
      assert.equal((await runProgram(cdb, ['-q', path, key])).code, 100);
    }
  });

  it('have the same octets from `postmap` and `cdb -c` as from us', async () => {
    const ours = readFileSync(build());
    await runSuccessfully(cdb, ['-c', folder.path('theirs.cdb')], { input: recordsText() });
    assert.ok(ours.equals(readFileSync(folder.path('theirs.cdb'))), 'as from cdb -c');
    await runSuccessfully(postmap, ['-c', postfixFolder(), `cdb:${writeText()}`]);
    assert.ok(ours.equals(readFileSync(folder.path('general.cdb'))), 'as from postmap');
  });
});
