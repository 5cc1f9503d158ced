/*
 * `pmdf check --live` against real servers, and against some that are not there or refuse; without `--live` no server sees a
 * connection.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { CommandServer } from '../../bin/support/command-server.js';
import { itWith } from '../../support/programs.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { freePort } from '../support/free-port.js';
import { startRedis } from '../support/redis-server.js';
import { startSlapd } from '../support/slapd.js';
import { loadSqlite } from '../support/sqlite.js';

const cnf = `domain.com $U%$D@LOCAL
. $U%$H@TCP-DAEMON

l
LOCAL

tcp_local smtp mx
TCP-DAEMON
`;

const mappings = 'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*  $NRelaying$ not$ permitted\n';

/** A server on a free port that answers whatever comes with one text; it counts its connections. */
async function startServer(reply: string) {
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { port: address.port, count: () => connections, stop: () => server.close() };
}

function netstring(text: string): string {
  return `${Buffer.byteLength(text)}:${text},`;
}

describe('pmdf check --live', () => {
  const folder = temporaryFolder();
  const commands = new CommandServer();

  function configure(yaml: string): void {
    folder.write('config/pmdf/pmdf.cnf', cnf);
    folder.write('config/pmdf/mappings', mappings);
    folder.write('config/plugins', 'pmdf/switchchannel\npmdf/access\nqueue/smtp_forward\npmdf/deliver\n');
    folder.write('config/pmdf/pmdf.yaml', yaml);
  }

  async function run(...words: readonly string[]) {
    return await commands.run({ words, input: '', folder: folder.path() });
  }

  async function json(...words: readonly string[]) {
    const { stdout, exitCode } = await run(...words, '--json');
    return { exitCode, found: JSON.parse(stdout) };
  }

  itWith(['redis-server'], 'says what each server is, and how it answers each database', async () => {
    const redis = await startRedis();
    const other = await startServer(netstring('NOTFOUND '));
    try {
      const gone = await freePort();
      configure(`databases:
  general: { store: r, key: 'general:%s' }
  alias: { store: r, hash: aliases }
  forward: { store: sm, map: forward }
auth: { failures_store: r }
stores:
  r: { kind: redis, hosts: ['127.0.0.1:${redis.port}', '127.0.0.1:${gone}'], timeout: 14 }
  sm: { kind: socketmap, hosts: ['127.0.0.1:${other.port}'], timeout: 14 }
`);
      const { exitCode, found } = await json('check', '--live');
      // The store has another server, so one that is gone is a warning.
      assert.equal(exitCode, 0, JSON.stringify(found.diagnostics));
      const codes = found.diagnostics.filter((one: { code: string }) => one.code.startsWith('store/'));
      assert.equal(codes.length, 1);
      assert.equal(codes[0].severity, 'warning');
      assert.match(codes[0].message, new RegExp(`127.0.0.1:${gone}: .*ECONNREFUSED`));
      assert.match(codes[0].hint, /start the server/);
      const [r, sm] = found.live;
      assert.deepEqual([r.store, r.kind, sm.store, sm.kind], ['r', 'redis', 'sm', 'socketmap']);
      const [server, missing] = r.servers;
      assert.equal(server.server, `127.0.0.1:${redis.port}`);
      assert.match(server.version, /^(?:Redis|Valkey) \d/);
      assert.equal(server.tls, 'off');
      assert.equal(server.isUsable, true);
      assert.deepEqual(
        server.databases.map((one: { database: string; values: number }) => [one.database, one.values]),
        [
          ['general', 0],
          ['alias', 0],
        ],
      );
      assert.equal(missing.isUsable, false);
      assert.equal(sm.servers[0].databases[0].values, 0);
      const { stdout } = await run('check', '--live');
      assert.match(stdout, /store r \(redis\):\n {2}127\.0\.0\.1:\d+: (?:Redis|Valkey) \S+, no TLS\n/);
      assert.match(stdout, /\n {4}alias: the trial key is absent, answered in [\d.]+ ms\n/);
      assert.match(stdout, /\n {4}failed logins: are counted\n/);
      await redis.run(['ACL', 'SETUSER', 'default', '-eval']);
      const { found: refusing } = await json('check', '--live');
      const uncounted = refusing.diagnostics.find((one: { code: string }) => one.code === 'store/question');
      assert.match(
        uncounted?.message,
        /^failed logins cannot be counted in the store `r`: .*: NOPERM .*'eval'/,
      );
      assert.match(uncounted.file, /pmdf\.yaml$/);
      assert.deepEqual(
        [uncounted.line, refusing.live[0].servers[0].counts, refusing.live[0].servers[1].counts],
        [5, [{ counted: 'failed logins', works: false }], []],
      );
      // The relay audit connects to nothing.
      assert.match(
        stdout,
        /\nrelaying: .*; servers were not asked, and their answers to \d+ look-ups taken as absent\n/,
      );
    } finally {
      other.stop();
      await redis.stop();
    }
  });

  it('names the setting, the cause and the cure of each trouble', async () => {
    const refusing = await startServer(netstring('PERM no such map'));
    const gone = await freePort();
    try {
      configure(`databases:
  general: { store: down, map: general }
  alias: { store: sm, map: aliases }
stores:
  down: { kind: socketmap, hosts: ['127.0.0.1:${gone}'], timeout: 14 }
  sm: { kind: socketmap, hosts: ['127.0.0.1:${refusing.port}'] }
`);
      const { stdout, exitCode } = await run('check', '--live');
      assert.equal(exitCode, 2);
      assert.match(
        stdout,
        /pmdf\.yaml:5:\d+: error: the store `down` cannot be used: 127\.0\.0\.1:\d+: .*ECONNREFUSED.*\[store\/server\]/,
      );
      assert.match(
        stdout,
        /pmdf\.yaml:3:\d+: error: the alias database cannot be asked: .*PERM no such map \[store\/question\]/,
      );
      assert.match(stdout, /hint: start the server, or correct `hosts`: nothing listens there/);
    } finally {
      refusing.stop();
    }
  });

  itWith(['better-sqlite3'], 'says nothing about TLS where there is no network', async () => {
    const Database = await loadSqlite();
    configure(`databases:
  alias: { store: s, table: aliases, select_field: target, where_field: address }
stores:
  s: { kind: sqlite, file: people.sqlite }
`);
    const file = new Database(folder.path('config/pmdf/people.sqlite'));
    file.exec('CREATE TABLE aliases (address TEXT, target TEXT)').close();
    const { found } = await json('check', '--live');
    assert.equal(found.live[0].servers[0].tls, null);
    const { stdout } = await run('check', '--live');
    assert.match(stdout, /\nstore s \(sqlite\):\n {2}\S+\/people\.sqlite: SQLite 3\.\d+\.\d+\n {4}alias: /);
  });

  itWith(['slapd'], 'connects to LDAP_HOST and to the servers of directory channels', async () => {
    const slapd = await startSlapd('');
    const gone = await freePort();
    try {
      configure('');
      const rules = `example.com $U%example.com@DIRECTORY-DAEMON
.example.com $U%$H$D@$]ldap:///o=example?ou?sub?(mail=$D)[
`;
      folder.write('config/pmdf/pmdf.cnf', `${rules}${cnf}\ndirectory\nDIRECTORY-DAEMON\n`);
      const lookup = '*|*|*|*@x.example  $C$]ldap:///o=nowhere?ou?sub?(uid=$3)[$NNo$E';
      folder.write('config/pmdf/mappings', mappings.replace('tcp_local|', `${lookup}\n  tcp_local|`));
      folder.write(
        'config/pmdf/option.dat',
        `LDAP_HOST=127.0.0.1\nLDAP_PORT=${slapd.port}\nREVERSE_URL=ldap:///o=example?o?base\n`,
      );
      folder.write(
        'config/pmdf/directory_option',
        `example.com=2\nLDAP_SERVERS=127.0.0.1+${gone}|127.0.0.1+${slapd.port}\nLDAP_BASE=ou=people,o=example\n`,
      );
      const { exitCode, found } = await json('check', '--live');
      const findings = found.diagnostics
        .filter(({ code }: { code: string }) => code.startsWith('store/'))
        .map((one: Record<string, unknown>) => [one['file'], one['severity'], one['message'], one['hint']]);
      assert.deepEqual(findings.length, 2, JSON.stringify(findings));
      const [[optionFile, ...unusable], [mappingsFile, ...refused]] = findings.sort();
      assert.match(mappingsFile, /mappings$/);
      assert.deepEqual(refused, [
        'error',
        `the search \`ldap:///o=nowhere?ou?sub?(uid=pmdf-check)\` is refused: 127.0.0.1:${slapd.port}: no such object (code 32)`,
        'correct the base DN: the directory has no such entry, or does not show it to this account',
      ]);
      assert.match(optionFile, /directory_option$/);
      assert.equal(unusable[0], 'warning');
      assert.match(
        unusable[1],
        /^the server of the channel `directory` cannot be used: 127\.0\.0\.1:\d+: .*ECONNREFUSED/,
      );
      assert.equal(exitCode, 2);
      const { stdout } = await run('check', '--live');
      const shown = stdout.slice(stdout.indexOf('LDAP_HOST:')).replace(/\d+\.?\d* ms/g, 'T ms');
      assert.equal(
        shown.slice(0, shown.indexOf('policy hash')),
        `LDAP_HOST:
  127.0.0.1:${slapd.port}: OpenLDAP, no TLS
    ldap:///o=example?o?base?(objectClass=*): finds an entry, answered in T ms
    ldap:///o=example?ou?sub?(mail=pmdf-check): finds nothing, answered in T ms
    ldap:///o=nowhere?ou?sub?(uid=pmdf-check): the search was refused
channel directory (ldap):
  127.0.0.1:${gone}: cannot be used
  127.0.0.1:${slapd.port}: OpenLDAP, no TLS
    ldap:///ou=people,o=example?mail?sub?(%7C(uid=pmdf-check)(mail=pmdf-check@example.com)): finds nothing, answered in T ms
`,
      );
    } finally {
      await slapd.close();
    }
  });

  it('connects to nothing without --live', async () => {
    const server = await startServer('');
    try {
      const yaml = `databases:
  general: { store: r, key: 'general:%s' }
  alias: { store: sm, map: aliases }
stores:
  r: { kind: redis, hosts: ['127.0.0.1:${server.port}'] }
  sm: { kind: socketmap, hosts: ['127.0.0.1:${server.port}'], timeout: 0.2 }
`;
      configure(yaml);
      const { found } = await json('check');
      assert.equal(found.live, null);
      assert.equal(server.count(), 0);
      configure(yaml.replace('kind: redis', 'kind: redis, timeout: 0.2'));
      await json('check', '--live');
      assert.ok(server.count() > 0);
    } finally {
      server.stop();
    }
  });
});
