import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openCdbFile } from '../../../runtime/databases/cdb-file.js';
import { CdbWriter } from '../../../runtime/databases/cdb-writer.js';
import { type ChangedDatabase, changeDatabase } from '../../../runtime/databases/db-update.js';
import { commandPatience, withReplacementLock } from '../../../runtime/files/file-lock.js';
import { printOwner, thisOwner } from '../../../runtime/files/lock-owner.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const names = { name: 'general.cdb', shortName: 'general.cdb' };
const programs = join(__dirname, '..', '..', 'support');

describe('db-update', () => {
  const folder = temporaryFolder();
  let path = '';
  beforeEach(() => {
    path = folder.path('general.cdb');
  });

  /** Writes a file of records, keys not folded. */
  function write(records: readonly (readonly [string | Uint8Array, string | Uint8Array])[]): void {
    const writer = new CdbWriter(path);
    for (const [key, value] of records) writer.addOctets(Buffer.from(key), Buffer.from(value));
    writer.seal();
    writer.commit();
  }

  function read(): string[] {
    const opened = openCdbFile(path);
    assert.ok(opened.kind === 'open', opened.kind);
    const records = [...opened.file.records()].map((step) =>
      step.kind === 'record' ? `${step.key.toString('latin1')}=${step.value.toString('latin1')}` : step.cause,
    );
    opened.file.close();
    return records;
  }

  function set(key: string, value: string): Promise<ChangedDatabase> {
    return changeDatabase(
      path,
      names,
      { kind: 'set', entries: [{ key, value }] },
      { patience: commandPatience },
    );
  }

  function remove(key: string): Promise<ChangedDatabase> {
    return changeDatabase(path, names, { kind: 'delete', key }, { patience: commandPatience });
  }

  it('makes a file, and sets and deletes, ignoring case', async () => {
    assert.deepEqual(await set('Jane', '1'), { kind: 'done', before: 0, added: 1, entries: 1 });
    assert.deepEqual(await set('Übung', '2'), { kind: 'done', before: 0, added: 1, entries: 2 });
    assert.deepEqual(await set('JANE', '3'), { kind: 'done', before: 1, added: 0, entries: 2 });
    assert.deepEqual(await remove('ÜBUNG'), { kind: 'done', before: 1, added: 0, entries: 1 });
    assert.deepEqual(await remove('nobody'), { kind: 'done', before: 0, added: 0, entries: 1 });
    assert.deepEqual(read(), ['jane=3']);
    assert.deepEqual(await remove('jane'), { kind: 'done', before: 1, added: 0, entries: 0 });
    assert.deepEqual(read(), []);
    assert.deepEqual(readdirSync(folder.path()), ['general.cdb']);
  });

  it('leaves other entries unchanged, and replaces all values of a key with one', async () => {
    const octets = Uint8Array.from([0xff, 0, 0x0a]);
    write([
      [octets, octets],
      ['Jane', '1'],
      ['Bob', '2'],
      ['JANE', '3'],
      ['bob', '4'],
      // The Kelvin sign would be an ASCII letter in lower case; as a key it stays what it is.
      ['\u212a', '5'],
    ]);
    assert.deepEqual(await set('jane', 'new'), { kind: 'done', before: 2, added: 0, entries: 5 });
    const kept = `${Buffer.from(octets).toString('latin1')}=${Buffer.from(octets).toString('latin1')}`;
    const kelvin = `${Buffer.from('\u212a').toString('latin1')}=5`;
    assert.deepEqual(read(), [kept, 'jane=new', 'Bob=2', 'bob=4', kelvin]);
    assert.deepEqual(await remove('k'), { kind: 'done', before: 0, added: 0, entries: 5 });
    assert.deepEqual(await remove('\u212a'), { kind: 'done', before: 1, added: 0, entries: 4 });
    assert.deepEqual(await remove('BOB'), { kind: 'done', before: 2, added: 0, entries: 2 });
    assert.deepEqual(read(), [kept, 'jane=new']);
  });

  it('does not touch the file when there is nothing to delete', async () => {
    write([['a', '1']]);
    const { ino } = statSync(path);
    assert.deepEqual(await remove('b'), { kind: 'done', before: 0, added: 0, entries: 1 });
    assert.equal(statSync(path).ino, ino);
  });

  it('follows a symbolic link, and keeps mode and owner', async () => {
    write([['a', '1']]);
    chmodSync(path, 0o640);
    symlinkSync(path, folder.path('link.cdb'));
    await changeDatabase(
      folder.path('link.cdb'),
      names,
      { kind: 'set', entries: [{ key: 'b', value: '2' }] },
      { patience: commandPatience },
    );
    assert.deepEqual(read(), ['a=1', 'b=2']);
    const { mode, uid } = statSync(path);
    assert.deepEqual([mode & 0o777, uid], [0o640, process.getuid?.()]);
  });

  it('refuses a damaged file, a missing one to delete from, and anything but a regular file', async () => {
    const codes = async (outcome: Promise<ChangedDatabase>): Promise<string> => {
      const result = await outcome;
      return result.kind === 'failed' ? result.diagnostics.map((one) => one.code).join() : result.kind;
    };
    assert.equal(await codes(remove('a')), 'file/missing');
    write([
      ['a', '1'],
      ['b', '2'],
    ]);
    const octets = readFileSync(path);
    octets.write('X', 2048 + 8);
    folder.write('general.cdb', octets);
    assert.equal(await codes(set('b', '3')), 'database/damaged');
    assert.equal(await codes(remove('b')), 'database/damaged');
    assert.ok(readFileSync(path).equals(octets));
    path = folder.path();
    assert.equal(await codes(set('a', '1')), 'file/not-a-file');
    path = folder.path('no/such/general.cdb');
    assert.equal(await codes(set('a', '1')), 'file/missing');
  });

  it('refuses what a CDB file cannot hold', async () => {
    write([['a', '1']]);
    const outcome = await set('b', 'x'.repeat(70_000));
    assert.ok(outcome.kind === 'failed');
    assert.equal(outcome.diagnostics[0]?.code, 'file/too-large');
    assert.deepEqual(read(), ['a=1']);
  });

  it('removes the partial file of a dead writer', async () => {
    write([['a', '1']]);
    folder.write('general.cdb.12345.0123456789ab.tmp', 'half');
    folder.write('general.cdb.bak.tmp', 'of somebody else');
    await withReplacementLock(path, commandPatience, () => undefined);
    assert.deepEqual(readdirSync(folder.path()).sort(), ['general.cdb', 'general.cdb.bak.tmp']);
  });

  it('loses no change of six processes that write at once and first have to break the lock of a dead one', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    symlinkSync(printOwner({ ...thisOwner(), pid }), `${path}.lock`);
    const prefixes = ['a', 'b', 'c', 'd', 'e', 'f'];
    const count = 15;
    const ends = prefixes.map(async (prefix) => {
      const program = [join(programs, 'set-entries.js'), path, prefix, String(count)];
      const child = spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] });
      const [code] = await once(child, 'exit');
      return code;
    });
    assert.deepEqual(
      await Promise.all(ends),
      prefixes.map(() => 0),
    );
    const expected = prefixes.flatMap((prefix) =>
      Array.from({ length: count }, (_, index) => `${prefix}${index + 1}=${index + 1}`),
    );
    assert.deepEqual(read().sort(), expected.sort());
    assert.deepEqual(readdirSync(folder.path()), ['general.cdb']);
  }).timeout(60_000);

  it('is the old or the new file after a crash at any step, and the next change works', async () => {
    let deaths = 0;
    for (let step = 0; ; step += 1) {
      write([
        ['a', 'old'],
        ['b', '2'],
      ]);
      const program = [join(programs, 'set-and-die.js'), path, String(step)];
      const [code, signal] = await once(
        spawn(process.execPath, program, { stdio: ['ignore', 'ignore', 'inherit'] }),
        'exit',
      );
      const [first, ...rest] = read();
      assert.ok(first === 'a=old' || first === 'a=new', `step ${step}: ${first}`);
      assert.deepEqual(rest, ['b=2']);
      if (signal === null) {
        assert.deepEqual([code, first], [0, 'a=new']);
        break;
      }
      deaths += 1;
      await set('c', 'next');
      assert.deepEqual(read(), [first, 'b=2', 'c=next'], `step ${step}`);
      assert.deepEqual(readdirSync(folder.path()), ['general.cdb'], `step ${step}`);
    }
    assert.ok(deaths >= 40, String(deaths));
  }).timeout(120_000);

  it('is complete after each of fifty kills at random moments, and has every acknowledged change', async () => {
    const old = Array.from({ length: 3000 }, (_, index) => [`old${index}`, 'x'.repeat(50)] as const);
    write(old);
    let last = 0;
    for (let kill = 0; kill < 50; kill += 1) {
      const prefix = `run${kill}n`;
      const program = [join(programs, 'set-entries.js'), path, prefix, '1000'];
      const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
      const enough = 1 + (kill % 4);
      last = 0;
      for await (const line of createInterface(child.stdout)) {
        last = Number(line);
        if (last >= enough) child.kill('SIGKILL');
      }
      const records = read();
      const set = records.filter((record) => record.startsWith(prefix)).length;
      assert.ok(set === last || set === last + 1, `${set} are set, ${last} were said to be`);
      assert.equal(records.filter((record) => record.startsWith('old')).length, old.length);
    }
    await set('a', '1');
    assert.deepEqual(readdirSync(folder.path()), ['general.cdb']);
  }).timeout(120_000);
});
