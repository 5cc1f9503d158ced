/*
 * Databases of directory channels: all values of a key, from text and from CDB files made by `pmdf crdb -duplicates`, also where
 * they are damaged or change; and the requests of the engine for them.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { absent } from '../../../lib/engine/lookup.js';
import { answerAtOnce, answerRequests } from '../../../runtime/databases/answer-requests.js';
import { buildDatabase } from '../../../runtime/databases/build-database.js';
import { openCdbFile } from '../../../runtime/databases/cdb-file.js';
import type { EmbeddedDatabase } from '../../../runtime/databases/database.js';
import { OpenDatabases } from '../../../runtime/databases/open-databases.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const names = { name: 'example.com.txt', shortName: 'example.com.txt' };

const text = `John.Doe    ariel@host.domain.com
j.smith     js1@host.domain.com
other       o@host.domain.com
J.Smith     js2@host.domain.com
"john doe"  blank@host.domain.com
*           *@host.domain.com
${Array.from({ length: 200 }, (_, at) => `many  many${at}@host.domain.com`).join('\n')}
`;

describe('the databases of directory channels', () => {
  const folder = temporaryFolder();
  let open: OpenDatabases;

  beforeEach(() => {
    open = new OpenDatabases(folder.path(), { clock: new ManualClock(), report: () => undefined });
  });
  afterEach(() => open.close());

  function opened(name: string): EmbeddedDatabase {
    const { value, diagnostics } = open.openDirectory(name);
    assert.deepEqual(diagnostics, []);
    assert.ok(value !== null);
    return value;
  }

  function build(): string {
    const path = folder.write('example.com.txt', text);
    const target = path.replace(/txt$/, 'cdb');
    const { diagnostics } = buildDatabase({ path, names, duplicates: 'permit' }, target);
    assert.deepEqual(diagnostics, []);
    return target;
  }

  for (const name of ['example.com.txt', 'example.com.cdb']) {
    it(`${name}: give all values of a key in their order, in any case`, () => {
      build();
      const database = opened(name);
      const values = (key: string) => {
        const answer = database.values(key, 51);
        return answer.kind === 'values' ? answer.values : answer.kind;
      };
      assert.deepEqual(values('john.doe'), ['ariel@host.domain.com']);
      assert.deepEqual(values('J.SMITH'), ['js1@host.domain.com', 'js2@host.domain.com']);
      assert.deepEqual(values('"john doe"'), ['blank@host.domain.com']);
      assert.deepEqual(values('*'), ['*@host.domain.com']);
      assert.equal(values('nobody'), 'absent');
      assert.equal(values('many').length, 51);
      assert.deepEqual(values('other'), ['o@host.domain.com']);
    });

    it(`${name}: answer failed when closed`, () => {
      build();
      const database = opened(name);
      open.close();
      assert.equal(database.values('john.doe', 51).kind, 'failed');
    });
  }

  it('do not take a damaged slot for the end of the values', () => {
    const target = build();
    const file = openCdbFile(target);
    assert.ok(file.kind === 'open');
    const { recordsEnd } = file.file;
    file.file.close();
    const whole = readFileSync(target);
    let changed = 0;
    for (let at = recordsEnd; at < whole.length; at += 8) {
      // The second value of `j.smith`: its slot is found by its place in the records.
      const place = whole.readUInt32LE(at + 4);
      if (place === 0 || !whole.subarray(place, place + 25).includes('js2@')) continue;
      const damaged = Buffer.from(whole);
      damaged.fill(0, at, at + 8);
      writeFileSync(target, damaged);
      changed += 1;
    }
    assert.equal(changed, 1);
    const damaged = openCdbFile(target);
    assert.ok(damaged.kind === 'open');
    assert.equal(damaged.file.findAll(Buffer.from('j.smith'), 51).kind, 'damaged');
    damaged.file.close();
  });

  it('are asked by channel and domain', () => {
    build();
    const directories = new Map([['directory', new Map([['example.com', opened('example.com.cdb')]])]]);
    const answer = answerAtOnce(
      answerRequests({ databases: new Map(), directories, searches: new Map() }, null),
      absent,
    );
    const ask = (channel: string, domain: string) =>
      answer({ kind: 'directory', channel, domain, key: 'john.doe' });
    assert.deepEqual(ask('directory', 'example.com'), { kind: 'values', values: ['ariel@host.domain.com'] });
    assert.equal(ask('directory', 'other.example').kind, 'failed');
    assert.equal(ask('directory_x', 'example.com').kind, 'failed');
  });
});
