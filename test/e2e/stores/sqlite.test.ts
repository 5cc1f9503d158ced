/*
 * SQLite files that other processes write: changes are seen, a writer is waited for, a replaced file is opened again. With
 * every way of reading files that this Node has; then under a running Haraka.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqliteStore } from '../../../lib/config/settings/stores/store.js';
import type { SqlQuery } from '../../../lib/config/settings/stores/store-question.js';
import { SqliteConnection } from '../../../runtime/stores/clients/sqlite.js';
import {
  betterSqlite,
  nodeSqlite,
  type OpenSqliteFile,
} from '../../../runtime/stores/clients/sqlite-file.js';
import { QuestionRefused } from '../../../runtime/stores/store-connection.js';
import { CommandServer } from '../../bin/support/command-server.js';
import { describeWith } from '../../support/programs.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { projectRoot } from '../support/project-root.js';
import { loadSqlite, type Sqlite } from '../support/sqlite.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 5_000;
const SHORT_MS = 200;

type Journal = 'delete' | 'wal';

function query(text = 'SELECT v FROM t WHERE k = ?'): SqlQuery {
  return { kind: 'sql', text, parameters: [{ text: '%s', parts: [{ part: 'key' }] }], table: null };
}

let Database: Sqlite;

async function load(): Promise<void> {
  Database = await loadSqlite();
}

function makeFile(file: string, journal: Journal, value: string): void {
  const database = new Database(file);
  database.pragma(`journal_mode = ${journal}`);
  database.exec('CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)');
  database.prepare('INSERT INTO t VALUES (?, ?)').run('jane', value);
  database.close();
}

/** Another process that runs statements on a file and holds what locks they take until it is told to end. */
async function holdOpen(file: string, ...statements: readonly string[]): Promise<ChildProcess> {
  const script = `
    const database = new (require('better-sqlite3'))(process.argv[1]);
    for (const statement of JSON.parse(process.argv[2])) database.exec(statement);
    console.log('done');
    process.stdin.on('end', () => { if (database.inTransaction) database.exec('COMMIT'); database.close(); }).resume();`;
  const child = spawn(process.execPath, ['-e', script, file, JSON.stringify(statements)], {
    cwd: projectRoot(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}

async function change(file: string, value: string): Promise<void> {
  await end(await holdOpen(file, `INSERT OR REPLACE INTO t VALUES ('jane', '${value}')`));
}

const ways: readonly (readonly [string, () => Promise<OpenSqliteFile | null>])[] = [
  ['better-sqlite3', betterSqlite],
  ['node:sqlite', async () => nodeSqlite()],
];

for (const [way, opener] of ways) {
  for (const journal of ['delete', 'wal'] as const) {
    describeWith(['better-sqlite3'], `a SQLite file read with ${way}, journal_mode ${journal}`, () => {
      let folder: string;
      let file: string;
      let open: OpenSqliteFile;
      let connection: SqliteConnection;

      before(load);
      before(async function () {
        const found = await opener();
        // The module of Node is not in every version that is supported.
        if (found === null) this.skip();
        else open = found;
      });
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'pmdf-sqlite-'));
        file = join(folder, 'mail.sqlite');
        makeFile(file, journal, 'jdoe');
        connection = new SqliteConnection(file, open, PATIENCE_MS);
      });
      afterEach(() => {
        connection?.close();
        rmSync(folder, { recursive: true, force: true });
      });

      it('has changes of another process', async () => {
        assert.deepEqual(await connection.values(query(), 'jane'), ['jdoe']);
        await change(file, 'new');
        assert.deepEqual(await connection.values(query(), 'jane'), ['new']);
      });

      it('has what a file holds that replaces it', async () => {
        assert.deepEqual(await connection.values(query(), 'jane'), ['jdoe']);
        makeFile(`${file}.new`, 'delete', 'other');
        renameSync(`${file}.new`, file);
        assert.deepEqual(await connection.values(query(), 'jane'), ['other']);
      });

      it('waits for a writer, and blocks nothing else', async () => {
        const writer = await holdOpen(
          file,
          'PRAGMA locking_mode = EXCLUSIVE',
          'BEGIN EXCLUSIVE',
          "UPDATE t SET v = 'late'",
        );
        let answer: readonly string[] | null = null;
        const asked = connection.values(query(), 'jane').then((values) => {
          answer = values;
        });
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(answer, null);
        await end(writer);
        await asked;
        assert.deepEqual(answer, ['late']);
      });

      it('says that a file stays locked', async () => {
        const short = new SqliteConnection(file, open, SHORT_MS);
        const writer = await holdOpen(
          file,
          'PRAGMA locking_mode = EXCLUSIVE',
          'BEGIN EXCLUSIVE',
          "UPDATE t SET v = ''",
        );
        await assert.rejects(short.values(query(), 'jane'), /another process keeps the file locked/);
        await end(writer);
        short.close();
      });

      it('refuses what is wrong with a query, and stays open', async () => {
        for (const wrong of [
          'SELECT v FROM missing WHERE k = ?',
          'SELECT missing FROM t WHERE k = ?',
          'SELEC ?',
        ]) {
          await assert.rejects(connection.values(query(wrong), 'jane'), QuestionRefused);
        }
        assert.deepEqual(await connection.values(query(), 'jane'), ['jdoe']);
      });

      it('writes nothing', async () => {
        await assert.rejects(connection.values(query("UPDATE t SET v = '' WHERE k = ?"), 'jane'));
        assert.deepEqual(await connection.values(query(), 'jane'), ['jdoe']);
      });

      it('has whole numbers of any size', async () => {
        assert.deepEqual(await connection.values(query('SELECT 9007199254740993 WHERE ? <> 1'), 'x'), [
          '9007199254740993',
        ]);
      });

      it('cannot be what is no database', async () => {
        writeFileSync(`${file}.new`, 'not a database, however long it is'.repeat(100));
        renameSync(`${file}.new`, file);
        assert.equal(connection.valuesAtOnce(query(), 'jane'), null);
        await assert.rejects(connection.values(query(), 'jane'), /not a database/);
      });

      it('cannot be missing', async () => {
        renameSync(file, `${file}.old`);
        assert.equal(connection.valuesAtOnce(query(), 'jane'), null);
        await assert.rejects(connection.values(query(), 'jane'), /ENOENT/);
      });

      it('has its old content after a writer was killed, or says what has to be done', async () => {
        // With so small a cache, changes get into the file before the transaction ends.
        const writer = await holdOpen(
          file,
          'PRAGMA cache_size = 1',
          'BEGIN',
          "UPDATE t SET v = 'half'",
          "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, 'half' FROM n",
        );
        const gone = once(writer, 'exit');
        writer.kill('SIGKILL');
        await gone;
        if (journal === 'delete') {
          const asked = connection.values(query(), 'jane');
          await assert.rejects(asked, /a change was interrupted.*program that may write/);
          const mender = open(file, 'write');
          mender.rows('SELECT count(*) FROM t', []);
          mender.close();
        }
        assert.deepEqual(await connection.values(query(), 'jane'), ['jdoe']);
        assert.deepEqual(await connection.values(query(), '1'), []);
      });

      it('ends a question when it is closed', async () => {
        const writer = await holdOpen(
          file,
          'PRAGMA locking_mode = EXCLUSIVE',
          'BEGIN EXCLUSIVE',
          "UPDATE t SET v = ''",
        );
        const asked = connection.values(query(), 'jane');
        connection.close();
        await assert.rejects(asked, /closed/);
        await end(writer);
      });
    });
  }
}

describeWith(['better-sqlite3'], 'databases in SQLite under a running Haraka', () => {
  const commands = new CommandServer();
  let folder: string;
  let file: string;
  let gateway: Gateway;
  const setting: Pick<SqliteStore, 'timeout' | 'retry'> = { timeout: 2, retry: 0.2 };

  before(load);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-sqlite-'));
    file = join(folder, 'mail.sqlite');
    makeFile(file, 'delete', 'jdoe@domain.com');
    gateway = await startGateway({
      settings: `databases:
  forward: { store: people, query: "SELECT v FROM t WHERE k = '%u' AND 'domain.com' = '%d'" }
stores:
  people: { kind: sqlite, file: ${file}, timeout: ${setting.timeout}, retry: ${setting.retry}, cache: { found: 0, absent: 0 } }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(to: string): Promise<number> {
    const { rcpt } = await deliver({
      port: gateway.port,
      localAddress: '127.0.2.1',
      from: 'a@b.example',
      to: [to],
      message: sampleMessage('x'),
    });
    return rcpt[0]?.code ?? 0;
  }

  async function arrivesFor(recipient: string): Promise<void> {
    gateway.clearSinks();
    await until(
      async () => (await send('jane@domain.com')) === 250,
      15_000,
      () => `250 for ${recipient}`,
    );
    await gateway.sinks.l.waitForMessages(1);
    assert.equal(gateway.sinks.l.attempts.at(-1)?.recipient, recipient);
  }

  it('are used, follow changes, and are opened again when they are replaced', async () => {
    await arrivesFor('jdoe@domain.com');
    await change(file, 'erin@domain.com');
    await arrivesFor('erin@domain.com');
    makeFile(`${file}.new`, 'delete', 'frank@domain.com');
    renameSync(`${file}.new`, file);
    await arrivesFor('frank@domain.com');
  });

  it('are a file for `pmdf check --live`, to which there is no connection', async () => {
    const words = ['check', '--live', '--json'];
    const { stdout } = await commands.run({ words, folder: gateway.dir, input: '' });
    const [{ servers }] = JSON.parse(stdout).live;
    assert.deepEqual([servers.length, servers[0].isUsable, servers[0].tls], [1, true, null]);
    const shown = await commands.run({
      words: ['check', '--live'],
      folder: gateway.dir,
      input: '',
    });
    assert.match(shown.stdout, /mail\.sqlite: a file on this host\n/);
  });

  it('defer mail while the file is locked, no database, or gone, and recover', async () => {
    const writer = await holdOpen(
      file,
      'PRAGMA locking_mode = EXCLUSIVE',
      'BEGIN EXCLUSIVE',
      'UPDATE t SET v = v',
    );
    assert.equal(await send('jane@domain.com'), 451);
    await gateway.waitForLog(/store `people`: .*mail\.sqlite: another process keeps the file locked/);
    await end(writer);
    await arrivesFor('frank@domain.com');
    renameSync(file, `${file}.kept`);
    assert.equal(await send('jane@domain.com'), 451);
    await gateway.waitForLog(/store `people`: .*mail\.sqlite: ENOENT/);
    renameSync(`${file}.kept`, file);
    await arrivesFor('frank@domain.com');
  });
});
