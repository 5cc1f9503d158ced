/*
 * PostgreSQL, MariaDB and SQLite judged by Postfix: for every query and key, a database here and `postmap -q` with the same
 * store get the same answer.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqliteStore, SqlStore } from '../../../lib/config/settings/stores/store.js';
import { storeQuery } from '../../../lib/config/settings/stores/store-question.js';
import type { ValuesAnswer } from '../../../lib/engine/lookup.js';
import { OpenStores, storeSource } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { settingsOf } from '../../lib/config/source-of.js';
import { describeWith } from '../../support/programs.js';
import { type MapKind, makeSqlJudge, type SqlJudge } from '../support/sql-judge.js';
import { dbname, reader, type SqlServer, startMariadb, startPostgresql } from '../support/sql-server.js';
import { loadSqlite } from '../support/sqlite.js';

type Setting = SqlStore | SqliteStore;

const limits = { timeout: 20, connections: 2, cache: { found: 0, absent: 0, entries: 0 }, retry: 0.1 };

const addresses: readonly (readonly [string, string | null])[] = [
  ['jane@domain.com', 'jdoe@domain.com'],
  ['jane', 'jdoe'],
  ['@domain.com', 'catchall@domain.com'],
  ['team@domain.com', 'bob@domain.com'],
  ['team@domain.com', 'carol@domain.com'],
  ['null@domain.com', null],
  ['empty@domain.com', ''],
  ['half@domain.com', null],
  ['half@domain.com', 'other@domain.com'],
  ["o'brien@domain.com", 'obrien'],
  ['"quoted"@domain.com', 'quoted'],
  ['back\\slash@domain.com', 'backslash'],
  ["\\'@domain.com", 'both'],
  ['100%@domain.com', 'percent'],
  ['%s@domain.com', 'placeholder'],
  ['a_b@domain.com', 'underscore'],
  ['jürgen@domain.com', 'juergen'],
  ['日本@domain.com', 'nihon'],
  ['😀@domain.com', 'smile'],
  ["'; drop table aliases; --@domain.com", 'dropped'],
  ['a@b@mail.domain.com', 'two'],
  ['inactive@domain.com', 'inactive'],
  [`${'l'.repeat(64)}@domain.com`, 'long'],
];

const strangerKeys = [
  'nobody@domain.com',
  'JANE@Domain.COM',
  'jane@',
  '@',
  'domain.com',
  "' OR '1'='1",
  "' OR 1=1 --",
  "x'; DROP TABLE aliases; --",
  '\\',
  "\\' OR 1=1 -- ",
  '%',
  '_ane@domain.com',
  '%d',
  '%1',
  '$1',
  '?',
  ':key',
  '"',
  '`',
  '$$',
  '/*',
  "'",
  "''",
  'a\\0b',
  '\u00bf\u0027',
  'x'.repeat(5_000),
];

const keys = [...new Set(addresses.map(([address]) => address)), ...strangerKeys];

type Question = Readonly<Record<string, string>>;

const everywhere: readonly Question[] = [
  { query: "SELECT target FROM aliases WHERE address = '%s'" },
  { query: "SELECT target FROM aliases WHERE address = '%u@%d'" },
  { query: "SELECT target FROM aliases WHERE address = '%u'" },
  { query: "SELECT target FROM aliases WHERE address = '@%d'" },
  { query: "SELECT target FROM aliases WHERE address='%s' AND active=1 ORDER BY target DESC" },
  { query: "SELECT target, address FROM aliases WHERE address = '%s'" },
  { query: "SELECT count(*) FROM aliases WHERE address = '%s'" },
  { query: "SELECT target FROM aliases WHERE address = 'jane@%2.%1'" },
  { query: "SELECT target FROM aliases WHERE address LIKE '%s%%' AND address = '%s'" },
  { query: "SELECT target FROM aliases WHERE address IN ('%s', '@%d') ORDER BY id" },
  { query: "SELECT 'it''s ok' FROM aliases WHERE address = lower('%s') -- the case" },
  { query: "SELECT target FROM aliases WHERE id = 1 AND '%S' = address" },
  { table: 'aliases', select_field: 'target', where_field: 'address' },
  {
    table: 'aliases',
    select_field: 'target',
    where_field: 'address',
    additional_conditions: "AND active = 1 AND address LIKE '%%@%d'",
  },
];

const ofDialect: Readonly<Record<Setting['kind'], readonly Question[]>> = {
  postgresql: [
    { query: "SELECT target FROM aliases WHERE address = '%u' || '@' || '%d'" },
    { query: "SELECT E'a\\'b' FROM aliases WHERE address = '%s'::text" },
    { query: "SELECT id::text || '=' || active FROM aliases WHERE address = '%s'" },
  ],
  mysql: [
    { query: "SELECT target FROM aliases WHERE address = concat('%u', '@', '%d')" },
    { query: 'SELECT target FROM `aliases` WHERE address = "%s" # the address' },
    { query: "SELECT 'a\\'b' FROM aliases WHERE address = '%s'" },
    { query: "SELECT big, amount, day FROM aliases WHERE address = '%s'" },
  ],
  sqlite: [
    { query: "SELECT target FROM [aliases] WHERE address = '%u' || '@' || '%d'" },
    { query: "SELECT big FROM aliases WHERE address = '%s'" },
  ],
};

/** Expressions whose values are not text on one line, and the cause that is told. */
const notText: Readonly<Record<Setting['kind'], readonly (readonly [string, RegExp])[]>> = {
  postgresql: [
    ["E'a\\nb'", /line end or a NUL/],
    ["E'\\xff'", /invalid byte sequence/],
    ['chr(0)', /null character not permitted/],
    ["convert_from('\\xff', 'UTF8')", /invalid byte sequence/],
  ],
  mysql: [
    ["'a\\r\\nb'", /line end or a NUL/],
    ['CHAR(0)', /line end or a NUL/],
    ["X'61FF'", /not UTF-8/],
    ['CONVERT(CHAR(0) USING utf8mb4)', /line end or a NUL/],
  ],
  sqlite: [
    ["'a' || char(10)", /line end or a NUL/],
    ['char(97, 0, 98)', /line end or a NUL/],
    ["X'61FF'", /not UTF-8/],
    ["CAST(X'61FF' AS TEXT)", /not UTF-8/],
  ],
};

function create(kind: Setting['kind']): string {
  const columns = 'address VARCHAR(200), target VARCHAR(200), active INTEGER DEFAULT 1';
  const more =
    "big BIGINT DEFAULT 9223372036854775807, amount DECIMAL(6,2) DEFAULT 1.50, day DATE DEFAULT '2026-02-03'";
  switch (kind) {
    case 'postgresql':
      return `CREATE TABLE aliases (id SERIAL, ${columns}, ${more})`;
    case 'mysql':
      return `CREATE TABLE aliases (id INTEGER PRIMARY KEY AUTO_INCREMENT, ${columns}, ${more}) COLLATE utf8mb4_bin`;
    case 'sqlite':
      return `CREATE TABLE aliases (id INTEGER PRIMARY KEY, ${columns}, ${more})`;
  }
}

function literal(kind: Setting['kind'], text: string | null): string {
  if (text === null) return 'NULL';
  const escaped = text.replaceAll("'", "''");
  return `'${kind === 'mysql' ? escaped.replaceAll('\\', '\\\\') : escaped}'`;
}

function contents(kind: Setting['kind']): string[] {
  const rows = addresses.map(([address, target]) => {
    const active = address.startsWith('inactive') ? 0 : 1;
    return `INSERT INTO aliases (address, target, active) VALUES (${literal(kind, address)}, ${literal(kind, target)}, ${active})`;
  });
  return [create(kind), ...rows, 'CREATE TABLE numbers (id INTEGER, name VARCHAR(10))'];
}

function shown(answer: ValuesAnswer): string {
  switch (answer.kind) {
    case 'values':
      return answer.values.join(',');
    case 'absent':
      return 'absent';
    case 'failed':
      return `failed: ${answer.cause}`;
  }
}

/** A store under test, and how Postfix gets at it. */
interface Place {
  readonly setting: Setting;
  readonly map: MapKind;
  readonly login: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

async function onServer(server: SqlServer, map: MapKind): Promise<Place> {
  await server.run(...contents(server.kind), 'CREATE TABLE secret (a INTEGER, b INTEGER)');
  const hosts = [{ kind: 'host', host: '127.0.0.1', port: server.port, tls: 'off' }] as const;
  return {
    setting: {
      kind: server.kind,
      hosts,
      user: reader.user,
      dbname,
      passwordFile: null,
      passwordEnv: 'PMDF_TEST_SQL_PASSWORD',
      tlsCa: null,
      ...limits,
    },
    map,
    login: [
      `hosts = inet:127.0.0.1:${server.port}`,
      `user = ${reader.user}`,
      `password = ${reader.password}`,
      `dbname = ${dbname}`,
    ],
    folder: server.folder,
    env: { PMDF_TEST_SQL_PASSWORD: reader.password },
    stop: () => server.stop(),
  };
}

async function inFile(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-sqlite-'));
  const file = join(folder, 'mail.sqlite');
  const Database = await loadSqlite();
  const database = new Database(file);
  for (const statement of contents('sqlite')) database.exec(statement);
  database.close();
  return {
    setting: { kind: 'sqlite', file, ...limits },
    map: 'sqlite',
    login: [`dbpath = ${file}`],
    folder,
    env: {},
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A query as it is written in pmdf.yaml, for the store. */
function queryOf(kind: Setting['kind'], question: Question) {
  const written = JSON.stringify({ store: 'a', ...question });
  const { general } = settingsOf(`databases: {general: ${written}}`).databases;
  assert.ok(general?.kind === 'store');
  const query = storeQuery(kind, general.question);
  assert.ok(query !== null);
  return query;
}

// Postfix before 3.8 talks Latin 1 to PostgreSQL, so that UTF-8 is found only where octets are kept as they come.
for (const [name, needs, start] of [
  [
    'PostgreSQL',
    ['postgresql', 'postfix-pgsql'],
    async () => await onServer(await startPostgresql('SQL_ASCII'), 'pgsql'),
  ],
  ['MariaDB', ['mariadb', 'postfix-mysql'], async () => await onServer(await startMariadb(), 'mysql')],
  ['SQLite', ['postfix-sqlite', 'better-sqlite3'], inFile],
] as const) {
  const kind = ({ PostgreSQL: 'postgresql', MariaDB: 'mysql', SQLite: 'sqlite' } as const)[name];

  describeWith([...needs], `databases in ${name} answer as for Postfix`, () => {
    let place: Place;
    let judge: SqlJudge;
    let stores: OpenStores;

    before(async function () {
      this.timeout(120_000);
      judge = makeSqlJudge();
      place = await start();
      Object.assign(process.env, place.env);
      stores = new OpenStores(place.folder, { clock: systemClock, report: () => undefined });
    });
    after(async () => {
      stores?.close();
      judge?.stop();
      for (const variable of Object.keys(place?.env ?? {})) delete process.env[variable];
      await place?.stop();
    });

    async function ask(question: Question, key: string, setting: Setting = place.setting): Promise<string> {
      return shown(await storeSource(stores.open('a', setting), queryOf(kind, question)).values(key));
    }

    /** The lines of a table of Postfix. */
    function lines(question: Question): string[] {
      const option = kind === 'mysql' ? [`option_file = ${join(place.folder, 'none.cnf')}`] : [];
      return [
        ...place.login,
        ...option,
        ...Object.entries(question).map(([key, value]) => `${key} = ${value}`),
      ];
    }

    for (const question of [...everywhere, ...ofDialect[kind]]) {
      it(`to ${question['query'] ?? JSON.stringify(question)}`, async () => {
        const wanted = await judge.answers(place.map, lines(question), keys);
        for (const key of keys) {
          assert.equal(await ask(question, key), wanted.get(key) ?? 'absent', `the key ${key}`);
        }
      });
    }

    it('and cannot answer where Postfix cannot', async () => {
      const questions: readonly (readonly [Question, RegExp])[] = [
        [{ query: "SELECT target FROM missing WHERE address = '%s'" }, /missing/],
        [{ query: "SELECT missing FROM aliases WHERE address = '%s'" }, /missing/],
        [{ query: "SELEC target FROM aliases WHERE address = '%s'" }, /SELEC|syntax/],
        ...(kind === 'postgresql'
          ? ([[{ query: "SELECT name FROM numbers WHERE id = '%s'" }, /integer/]] as const)
          : []),
      ];
      for (const [question, cause] of questions) {
        assert.equal(await judge.fails(place.map, lines(question), 'jane'), true, JSON.stringify(question));
        const answer = await ask(question, 'jane');
        assert.match(answer, /^failed: store `a`: /);
        assert.match(answer, cause);
      }
      assert.equal(await ask({ query: "SELECT target FROM aliases WHERE address = '%s'" }, 'jane'), 'jdoe');
    });

    it('and hold no key with a NUL or half a surrogate pair', async () => {
      for (const key of ['jane\0', '\0', 'a\0@domain.com', '\ud83d', 'jane\udc00@domain.com']) {
        assert.equal(await ask({ query: "SELECT target FROM aliases WHERE address = '%s'" }, key), 'absent');
        assert.equal(await ask({ query: "SELECT 'found' WHERE '%d' = '%d'" }, `${key}@domain.com`), 'absent');
      }
    });

    it('and use no value that is not text on one line, though the server goes on being asked', async () => {
      const asked = { ...place.setting, retry: 600, connections: 1 };
      for (const [value, cause] of notText[kind]) {
        // A server that fails three times in a row is left alone.
        for (let time = 0; time < 4; time += 1) {
          const query = `SELECT ${value} FROM aliases WHERE address = '%s'`;
          const answer = await ask({ query }, 'jane', asked);
          assert.match(answer, /^failed: store `a`: \S+: /, value);
          assert.match(answer, cause, value);
        }
      }
      const jane = { query: "SELECT target FROM aliases WHERE address = '%s'" };
      assert.equal(await ask(jane, 'jane', asked), 'jdoe');
    });

    it('and take line ends in a key as they are', async () => {
      for (const key of ['jane\n', 'jane\r\n', '\njane', "x\n' OR '1'='1", 'x\n-- ', "\\'\nOR 1=1"]) {
        assert.equal(await ask({ query: "SELECT target FROM aliases WHERE address = '%s'" }, key), 'absent');
      }
    });

    it('and the tables are as they were', async () => {
      const count = { query: "SELECT count(*) FROM aliases WHERE '%s' = '%s'" };
      assert.equal(await ask(count, 'x'), String(addresses.length));
    });
  });
}
