/*
 * `pmdf db` on real servers of SQL and LDAP: changes, copies between any two kinds of databases, copies that are interrupted, and
 * what cannot be done.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import pg from 'pg';
import { CommandServer, commandEnvironment, commandFile } from '../../bin/support/command-server.js';
import { describeWith } from '../../support/programs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { managerDn, managerPassword, person, type Slapd, startSlapd } from '../support/slapd.js';
import { dbname, reader, type SqlServer, startMariadb, startPostgresql } from '../support/sql-server.js';
import { loadSqlite } from '../support/sqlite.js';
import { until } from '../support/until.js';

const LIMIT_MS = 60_000;

const cnf = `domain.com $U%$D@LOCAL
. $U%$H@TCP-DAEMON

l
LOCAL

tcp_local smtp mx
TCP-DAEMON
`;

/** The databases of the tests, by the kind of their content. */
const settingsOf = {
  hash: "{ store: r, hash: 'copies' }",
  strings: "{ store: r, key: 'copy:%s' }",
  postgresql: '{ store: p, table: copies, select_field: target, where_field: address }',
  mysql: '{ store: m, table: copies, select_field: target, where_field: address }',
  sqlite: '{ store: s, table: copies, select_field: target, where_field: address }',
  ldap: "{ store: l, search_base: 'ou=people,o=example', query_filter: '(&(objectClass=person)(|(uid=%s)(mail=%s)))', result_attribute: description }",
} as const;
type Stored = keyof typeof settingsOf;

const entries = [
  ['ann@domain.com', 'a@x.example'],
  ["o'hara@domain.com", 'percent%s \\ " $1'],
  ['jürgen', '日本 😀'],
] as const;
const text = 'Ann@domain.com a@x.example\n"o\'hara@domain.com" x\n';

describeWith(
  ['redis-server', 'postgresql', 'mariadb', 'slapd', 'better-sqlite3'],
  'pmdf db with servers of SQL and LDAP',
  function () {
    this.timeout(240_000);
    const folder = temporaryFolder();
    const commands = new CommandServer();
    let redis: RedisServer;
    let postgresql: SqlServer;
    let mysql: SqlServer;
    let slapd: Slapd;

    before(async () => {
      const people = entries.map(([key, value]) => person(key, { description: value })).join('');
      [redis, postgresql, mysql, slapd] = await Promise.all([
        startRedis(),
        startPostgresql(),
        startMariadb(),
        startSlapd(people),
      ]);
      await postgresql.run(
        "CREATE TABLE copies (address TEXT, target TEXT, note TEXT DEFAULT 'new')",
        `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${reader.user}`,
        `ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ${reader.user}`,
      );
      await mysql.run(
        "CREATE TABLE copies (address VARCHAR(250) COLLATE utf8mb4_bin, target TEXT, note VARCHAR(20) DEFAULT 'new')",
        `GRANT ALL ON ${dbname}.* TO ${reader.user}`,
      );
    });
    after(async () => {
      await Promise.all([redis?.stop(), postgresql?.stop(), mysql?.stop(), slapd?.close()]);
    });

    /** Writes the settings; each of `databases` has a kind of content or a setting of its own. */
    function configure(databases: Readonly<Record<string, Stored | (string & {})>>): void {
      const isStored = (one: string): one is Stored => Object.hasOwn(settingsOf, one);
      const lines = Object.entries(databases).map(
        ([name, one]) => `  ${name}: ${isStored(one) ? settingsOf[one] : one}\n`,
      );
      const login = `user: ${reader.user}, password_file: sql.password, dbname: ${dbname}`;
      folder.write('config/pmdf/pmdf.cnf', cnf);
      folder.write('config/pmdf/sql.password', reader.password);
      folder.write('config/pmdf/ldap.password', managerPassword);
      folder.write(
        'config/pmdf/pmdf.yaml',
        `databases:
${lines.join('')}stores:
  r: { kind: redis, hosts: ['127.0.0.1:${redis.port}'], timeout: 20 }
  p: { kind: postgresql, hosts: ['127.0.0.1:${postgresql.port}'], ${login}, timeout: 20 }
  m: { kind: mysql, hosts: ['127.0.0.1:${mysql.port}'], ${login}, timeout: 20 }
  s: { kind: sqlite, file: copies.sqlite, timeout: 20 }
  l: { kind: ldap, hosts: ['127.0.0.1:${slapd.port}'], bind_dn: '${managerDn}', password_file: ldap.password }
`,
      );
    }

    async function sqlite(...statements: readonly string[]): Promise<void> {
      const Database = await loadSqlite();
      const file = new Database(folder.path('config/pmdf/copies.sqlite'));
      try {
        for (const statement of statements) file.exec(statement);
      } finally {
        file.close();
      }
    }

    beforeEach(async () => {
      configure({
        general: 'hash',
        alias: 'strings',
        forward: 'postgresql',
        domain: 'mysql',
        reverse: 'sqlite',
      });
      folder.write('list.txt', 'old entry\n');
      await redis.run(['FLUSHALL']);
      for (const server of [postgresql, mysql]) {
        await server.run('DELETE FROM copies', "INSERT INTO copies VALUES ('old', 'entry', 'mine')");
      }
      rmSync(folder.path('config/pmdf/copies.sqlite'), { force: true });
      await sqlite(
        "CREATE TABLE copies (address TEXT, target TEXT, note TEXT DEFAULT 'new')",
        "INSERT INTO copies VALUES ('old', 'entry', 'mine')",
      );
    });

    async function run(line: string, input = '') {
      const { stdout, stderr, exitCode } = await commands.run({
        words: line.split(' '),
        input,
        folder: folder.path(),
      });
      return { stdout, stderr, exitCode };
    }

    async function succeed(line: string, stdout: string): Promise<void> {
      assert.deepEqual(await run(line), { exitCode: 0, stdout, stderr: '' }, line);
    }

    /** What is in a database, in the order of the lines. */
    async function contentOf(database: string): Promise<readonly string[]> {
      const copied = await run(`db copy ${database} shown.txt`);
      assert.equal(copied.exitCode, 0, copied.stderr);
      return readFileSync(folder.path('shown.txt'), 'utf8').trimEnd().split('\n').sort();
    }

    const wanted = [...entries.map(([key, value]) => `${key} ${value}`)].sort();

    it('copies from every kind to every kind', async () => {
      const first = entries.map(([key, value]) => `${key} ${value}\n`).join('');
      folder.write('first.txt', first);
      const targets = ['list.txt', 'list.cdb', 'general', 'alias', 'forward', 'domain', 'reverse'];
      for (const target of targets) {
        await succeed(`db copy first.txt ${target}`, `3 entries copied to \`${target}\`\n`);
        assert.deepEqual(await contentOf(target), wanted, target);
      }
      for (const from of targets) {
        for (const to of targets) {
          if (from !== to) await succeed(`db copy ${from} ${to}`, `3 entries copied to \`${to}\`\n`);
        }
        assert.deepEqual(await contentOf(from), wanted, from);
      }
      for (const [name, kind] of [
        ['general', 'hash'],
        ['alias', 'strings'],
        ['forward', 'postgresql'],
        ['domain', 'mysql'],
        ['reverse', 'sqlite'],
      ] as const) {
        const from = name === 'general' ? 'alias' : 'general';
        configure({ [name]: kind, [from]: 'ldap' });
        folder.write('none.txt', '');
        await succeed(`db copy none.txt ${name}`, `0 entries copied to \`${name}\`\n`);
        await succeed(`db copy ${from} ${name}`, `3 entries copied to \`${name}\`\n`);
        assert.deepEqual(await contentOf(name), wanted, kind);
      }
    });

    for (const database of ['forward', 'domain', 'reverse'] as const) {
      it(`sets and deletes keys in ${database}`, async () => {
        await succeed(`db set ${database} OLD new`, '`OLD` replaced\n');
        await succeed(`db set ${database} ann x`, '`ann` added\n');
        const many = await run(`db set ${database} -`, 'ann y\nbob z\n');
        assert.equal(many.stdout, '1 added, 1 replaced\n', many.stderr);
        assert.deepEqual(await contentOf(database), ['ann y', 'bob z', 'old new']);
        await succeed(`db delete ${database} ANN`, '`ANN` deleted\n');
        assert.equal((await run(`db delete ${database} ann`)).exitCode, 1);
        assert.deepEqual(await contentOf(database), ['bob z', 'old new']);
        const noted =
          settingsOf[database === 'forward' ? 'postgresql' : database === 'domain' ? 'mysql' : 'sqlite'];
        // The other columns of a row stay.
        configure({ general: noted.replace('select_field: target', 'select_field: note') });
        assert.deepEqual(await contentOf('general'), ['bob new', 'old mine']);
      });

      it(`takes several rows of a key in ${database} for several values`, async () => {
        const insert =
          "INSERT INTO copies VALUES ('team', 'a', 'x'), ('team', 'b', 'x'), ('team', NULL, 'x'), ('none', '', 'x')";
        await (database === 'forward'
          ? postgresql.run(insert)
          : database === 'domain'
            ? mysql.run(insert)
            : sqlite(insert));
        const copied = await run(`db copy ${database} list.cdb`);
        if (database === 'forward') assert.deepEqual(await contentOf('list.cdb'), ['old entry', 'team a, b']);
        else assert.match(copied.stderr, /1 further value of keys that have one already: `team`/);
        await succeed(`db set ${database} team c`, '`team` replaced\n');
        assert.deepEqual(await contentOf(database), ['old entry', 'team c']);
      });

      it(`leaves ${database} as it is when something cannot be copied`, async () => {
        folder.write('twice.txt', 'a 1\nA 2\n');
        assert.equal((await run(`db copy twice.txt ${database}`)).exitCode, 1);
        assert.deepEqual(await contentOf(database), ['old entry']);
      });
    }

    it('names the databases of directory channels by their pseudo domains, and keeps every value of a key', async () => {
      configure({});
      const domains = Object.entries(settingsOf).map(
        ([kind, setting]) => `      ${kind}.example: ${setting}\n`,
      );
      const yaml = readFileSync(folder.path('config/pmdf/pmdf.yaml'), 'utf8').replace('databases:\n', '');
      folder.write(
        'config/pmdf/pmdf.yaml',
        `${yaml}directories:\n  directory:\n    domains:\n${domains.join('')}`,
      );
      folder.write('config/pmdf/pmdf.cnf', `${cnf}\ndirectory\nDIRECTORY-DAEMON\n`);
      folder.write('names.txt', 'ann a@domain.com\nbob b@domain.com\nbob c@domain.com\n');
      let from = 'names.cdb';
      assert.equal((await run('crdb -duplicates names.txt names.cdb')).exitCode, 0);
      for (const kind of ['postgresql', 'mysql', 'sqlite']) {
        await succeed(`db copy ${from} ${kind}.example`, `3 entries copied to \`${kind}.example\`\n`);
        from = `${kind}.example`;
        const got = await run(`db get ${from} BOB`);
        assert.deepEqual(got.stdout.split('\n').sort(), ['', 'b@domain.com', 'c@domain.com'], got.stderr);
        assert.match(got.stderr, /^store `[a-z]`: asked \S+, not a cache\n$/);
        const { database, found, values } = JSON.parse((await run(`db get ${from} ann --json`)).stdout);
        assert.deepEqual([database, found, values], [from, true, ['a@domain.com']]);
      }
      // A hash or string has one value, and a name that was ambiguous must not become another's.
      for (const kind of ['hash', 'strings']) {
        const refused = await run(`db copy ${from} ${kind}.example`);
        assert.equal(refused.exitCode, 1);
        assert.match(refused.stderr, /1 further value of keys that have one already: `bob`/);
      }
      await succeed('db set postgresql.example bob d@domain.com', '`bob` replaced\n');
      await succeed('db delete postgresql.example ann', '`ann` deleted\n');
      await succeed('db copy postgresql.example hash.example', '1 entry copied to `hash.example`\n');
      await succeed('db copy ldap.example strings.example', '3 entries copied to `strings.example`\n');
      const { stdout } = await run('db get hash.example bob');
      assert.equal(stdout, 'd@domain.com\n');
    });

    it('names the setting of what cannot be done, and the cure', async () => {
      const table = 'table: copies, select_field: target, where_field: address';
      configure({
        general: '{ store: p, query: "SELECT target FROM copies WHERE address = \'%s\'" }',
        alias: `{ store: m, ${table}, additional_conditions: 'LIMIT 1' }`,
        forward:
          "{ store: l, search_base: 'o=example', query_filter: '(mail=%u@x.example)', result_attribute: sn }",
        domain:
          "{ store: l, search_base: 'uid=%u,o=example', query_filter: '(mail=%s)', result_attribute: sn }",
        reverse: `{ store: m, table: myisam, select_field: target, where_field: address }`,
      });
      await mysql.run('CREATE TABLE IF NOT EXISTS myisam (address TEXT, target TEXT) ENGINE = MyISAM');
      for (const [line, message, hint] of [
        ['db set general a b', /`query` can only be asked for single keys/, /write `table`/],
        ['db copy general list.cdb', /`query` can only be asked for single keys/, /write `table`/],
        ['db delete alias a', /`additional_conditions` are about single keys/, /make a view/],
        ['db copy list.txt alias', /`additional_conditions` are about single keys/, /make a view/],
        ['db copy forward list.cdb', /`query_filter` does not say/, /compares attributes with `%s`/],
        ['db copy domain list.cdb', /`search_base` depends on the key/, /all entries are below/],
        ['db set forward a b', /cannot be changed or made here/, /its own tools/],
        ['db copy list.txt forward', /cannot be changed or made here/, /its own tools/],
        ['db copy list.txt reverse', /engine MyISAM/, /ALTER TABLE myisam ENGINE = InnoDB/],
      ] as const) {
        const { stderr, exitCode } = await run(line);
        assert.equal(exitCode, 2, line);
        assert.match(stderr, /pmdf\.yaml:\d+:\d+: error: .* cannot do this: .*\[store\/lacks\]/, line);
        assert.match(stderr, message, line);
        assert.match(stderr, hint, line);
      }
    });

    it('says what a server refuses', async () => {
      await postgresql.run('CREATE TABLE strict (address TEXT, target TEXT, other TEXT NOT NULL)');
      await mysql.run('CREATE TABLE narrow (address VARCHAR(250), target VARCHAR(3))');
      await sqlite('CREATE TABLE strict (address TEXT, target TEXT, other TEXT NOT NULL)');
      configure({
        forward: settingsOf.postgresql.replace('copies', 'strict'),
        domain: settingsOf.mysql.replace('copies', 'narrow'),
        reverse: settingsOf.sqlite.replace('copies', 'strict'),
      });
      folder.write('list.txt', text);
      for (const [database, message] of [
        ['forward', /null value in column "other"/],
        ['domain', /Data too long for column 'target'/],
        ['reverse', /NOT NULL constraint failed: strict\.other/],
      ] as const) {
        for (const line of [`db copy list.txt ${database}`, `db set ${database} ann@domain.com long`]) {
          const { stderr, exitCode } = await run(line);
          assert.equal(exitCode, 2, line);
          assert.match(stderr, /\[store\/question\]/, line);
          assert.match(stderr, message, line);
        }
      }
    });

    /** Begins a copy into a database of SQL that stops half way, until `release`. */
    async function stoppedCopy(server: SqlServer, database: string) {
      const lines = Array.from({ length: 3_000 }, (_, at) => `k${at} v${at}\n`);
      folder.write('many.txt', lines.join(''));
      const holder = server.kind === 'postgresql' ? await holdPostgresql() : await holdMysql();
      const child = spawn(process.execPath, [commandFile, 'db', 'copy', 'many.txt', database], {
        cwd: folder.path(),
        env: commandEnvironment(),
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const ended = once(child, 'close');
      await until(holder.isWaitedFor, LIMIT_MS, () => `the copy to ${database} stops half way\n${stderr}`);
      return { child, ended, holder, said: () => stderr };
    }

    async function holdPostgresql() {
      await postgresql.run(
        `CREATE OR REPLACE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.address = 'k2500' THEN PERFORM pg_advisory_xact_lock(1); END IF; RETURN NEW; END $$`,
        'CREATE OR REPLACE TRIGGER stop BEFORE INSERT ON copies FOR EACH ROW EXECUTE FUNCTION stop()',
      );
      const [host, port] = [postgresql.folder, postgresql.port];
      const client = new pg.Client({ host, port, user: 'owner', database: dbname });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('SELECT pg_advisory_lock(1)');
      return {
        isWaitedFor: async () => {
          const { rows } = await client.query(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
          );
          return rows.length === 1;
        },
        release: () => client.end().catch(() => undefined),
      };
    }

    async function holdMysql() {
      const { createConnection } = await import('mysql2/promise');
      const client = await createConnection({ socketPath: mysql.socket, user: 'root', database: dbname });
      client.on('error', () => undefined);
      await client.query('DROP TRIGGER IF EXISTS stop');
      await client.query(
        "CREATE TRIGGER stop BEFORE INSERT ON copies FOR EACH ROW SET @x = IF(NEW.address = 'k2500', GET_LOCK('stop', 600), 0)",
      );
      await client.query("SELECT GET_LOCK('stop', 0)");
      return {
        isWaitedFor: async () => {
          const [rows] = await client.query(
            "SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE = 'User lock'",
          );
          return Array.isArray(rows) && rows.length === 1;
        },
        release: async () => client.destroy(),
      };
    }

    for (const [database, server] of [
      ['forward', () => postgresql],
      ['domain', () => mysql],
    ] as const) {
      for (const [what, isKilled] of [
        ['a copy that is interrupted', false],
        ['a server that is killed during a copy', true],
      ] as const) {
        it(`leaves ${database} as it was after ${what}, and copies it then`, async () => {
          const copy = await stoppedCopy(server(), database);
          if (isKilled) await server().kill();
          else copy.child.kill('SIGINT');
          const [code, signal] = await copy.ended;
          if (isKilled) {
            assert.equal(code, 2, copy.said());
            assert.match(copy.said(), /\[store\/server\]/);
          } else assert.equal(signal, 'SIGINT');
          await copy.holder.release();
          if (isKilled) await server().start();
          await until(
            async () => (await contentOf(database)).join() === 'old entry',
            LIMIT_MS,
            () => `${database} as it was`,
          );
          await succeed(`db copy many.txt ${database}`, `3000 entries copied to \`${database}\`\n`);
          assert.equal((await contentOf(database)).length, 3_000);
        });
      }
    }
  },
);
