/*
 * Passwords in Redis, and the database of a directory channel in SQLite, under a running Haraka: what the stores hold counts at
 * once, and while one cannot be asked nobody logs in and mail is deferred.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandServer } from '../../bin/support/command-server.js';
import { describeWith } from '../../support/programs.js';
import { authCnf, clients, startAuthGateway } from '../auth/install.js';
import { deliver } from '../support/deliver.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import type { Gateway } from '../support/gateway.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { connect } from '../support/smtp-client.js';
import { loadSqlite } from '../support/sqlite.js';
import { until } from '../support/until.js';

const LIMIT_MS = 30_000;

const settings = (port: number, file: string) => `relaying_channels: [tcp_auth]
auth:
  without_tls: [tcp_clear, tcp_stay]
  failures: 0
  passwords: { store: logins, hash: passwords }
directories:
  directory:
    domains:
      Example.COM: { store: people, table: people, select_field: target, where_field: name }
stores:
  logins: { kind: redis, hosts: ['127.0.0.1:${port}'], timeout: 2, retry: 0.2 }
  people: { kind: sqlite, file: ${file}, timeout: 1, retry: 0.2, cache: { found: 0, absent: 0 } }
`;

describeWith(['redis-server', 'better-sqlite3'], 'passwords and directories in stores', () => {
  const commands = new CommandServer();
  let redis: RedisServer;
  let proxy: FaultProxy;
  let gateway: Gateway;
  let folder: string;
  let people: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-people-'));
    people = join(folder, 'people.sqlite');
    const Database = await loadSqlite();
    const file = new Database(people);
    file.exec(
      "CREATE TABLE people (name TEXT, target TEXT); INSERT INTO people VALUES ('john.doe', 'jane@domain.com'), ('j.smith', 'a@domain.com'), ('j.smith', 'b@domain.com'), ('bad', 'not an address')",
    );
    file.close();
    redis = await startRedis();
    proxy = await startFaultProxy(redis.port, 5_000);
    gateway = await startAuthGateway({
      cnf: `example.com   $U%example.com@DIRECTORY-DAEMON\n${authCnf}\ndirectory\nDIRECTORY-DAEMON\n`,
      settings: settings(proxy.port, people),
    });
  });
  after(async () => {
    await gateway?.stop();
    await proxy?.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function pmdf(line: string, input = '') {
    const { stdout, stderr, exitCode } = await commands.run({
      words: line.split(' '),
      input,
      folder: gateway.dir,
    });
    return `${stdout}${stderr}${exitCode}`;
  }

  /** The reply to AUTH PLAIN. */
  async function login(user: string, password: string): Promise<string> {
    const client = await connect({ port: gateway.port, localAddress: clients.stay, timeoutMs: 20_000 });
    const { lines } = await client.ehlo();
    assert.ok(lines.some((line) => /^250[ -]AUTH .*PLAIN/.test(line)));
    const { code, text } = await client.send(
      `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`,
    );
    await client.quit();
    return `${code} ${text}`;
  }

  async function loginBecomes(user: string, password: string, code: number): Promise<void> {
    let last = '';
    await until(
      async () => {
        last = await login(user, password);
        return last.startsWith(String(code));
      },
      LIMIT_MS,
      () => `${code} for ${user}; the last reply was ${last}`,
    );
  }

  it('lets those log in whom `pmdf password` knows, and at once nobody else', async () => {
    await loginBecomes('jane', 'apples', 535);
    assert.equal(await pmdf('password set Jane', 'apples\n'), 'password of `jane` for DEFAULT added\n0');
    assert.match(await login('JANE', 'apples'), /^235 /);
    assert.match(await login('jane', 'pears'), /^535 5\.7\.8/);
    assert.match(await login('bob@domain.com', 'pears'), /^535 5\.7\.8/, 'the file does not count');
    assert.equal(await pmdf('password set jane', 'plums\n'), 'password of `jane` for DEFAULT replaced\n0');
    assert.match(await login('jane', 'apples'), /^535 /);
    assert.match(await login('jane', 'plums'), /^235 /);
    assert.equal(
      await pmdf('password set jane --service SMTP', 'grapes\n'),
      'password of `jane` for SMTP added\n0',
    );
    assert.match(await login('jane', 'plums'), /^535 /);
    assert.match(await login('jane', 'grapes'), /^235 /);
    assert.equal(await pmdf('password show'), 'jane  DEFAULT\njane  SMTP\n0');
    assert.equal(
      await pmdf('password test jane', 'plums\n'),
      'this is the password of `jane` for DEFAULT\n0',
    );
    assert.match(await pmdf('password test jane', 'apples\n'), /this is not the password of `jane`.*\n1$/);
    assert.equal(await pmdf('password delete jane --service SMTP'), 'password of `jane` for SMTP deleted\n0');
    assert.match(await login('jane', 'plums'), /^235 /);
    assert.equal(await pmdf('password delete jane'), 'password of `jane` for DEFAULT deleted\n0');
    assert.match(await pmdf('password delete jane'), /`jane` has no password\n1$/);
    assert.match(await login('jane', 'plums'), /^535 /);
  });

  it('says neither yes nor no for a record that it cannot read', async () => {
    await redis.run(['HSET', 'passwords', 'odd', 'secret in clear']);
    assert.match(await login('odd', 'secret in clear'), /^454 4\.7\.0 /);
    assert.match(await pmdf('password show'), /what cannot be read is left out: `odd`/);
    assert.match(
      await pmdf('password set odd', 'x\n'),
      /the record of `odd` in the store cannot be read\n1$/,
    );
    await redis.run(['DEL', 'passwords']);
    assert.ok(!gateway.log().includes('secret in clear'));
  });

  for (const fault of ['refuses', 'is silent', 'drops', 'answers garbage'] as const) {
    it(`lets nobody log in while the server ${fault}, and recovers`, async () => {
      await pmdf('password set jane', 'apples\n');
      await loginBecomes('jane', 'apples', 235);
      assert.match(await login('jane', 'pears'), /^535 /);
      await proxy.become(fault);
      for (const [user, password] of [
        ['jane', 'apples'],
        ['jane', 'pears'],
        ['nobody', 'apples'],
      ] as const) {
        assert.match(await login(user, password), /^454 4\.7\.0 /);
      }
      await gateway.waitForLog(/undecided method=PLAIN .*: store `logins`: /);
      await proxy.become('none');
      await loginBecomes('jane', 'apples', 235);
    });
  }

  it('answers `pmdf password` with what is wrong with the server', async () => {
    await proxy.become('refuses');
    for (const line of ['password set jane', 'password test jane', 'password show', 'password delete jane']) {
      assert.match(await pmdf(line, 'x\n'), /ECONNREFUSED.*\[store\/server\][\s\S]*2$/, line);
    }
    await proxy.become('none');
  });

  /** The reply to RCPT. */
  async function replyTo(to: string): Promise<string> {
    const { mail, rcpt } = await deliver({
      port: gateway.port,
      localAddress: clients.no,
      from: 'a@client.example',
      to: [to],
    });
    const { code, text } = rcpt[0] ?? mail;
    return `${code} ${text}`;
  }

  it('finds the mailboxes of a directory channel, and tells absent, ambiguous and wrong ones apart', async () => {
    assert.match(await replyTo('John.Doe@example.com'), /^250 /);
    assert.match(await replyTo('john.doe+box@example.com'), /^250 /);
    assert.match(await replyTo('nobody@example.com'), /^550 5\.1\.1 unknown or illegal alias/);
    assert.match(await replyTo('j.smith@example.com'), /^550 5\.1\.4 ambiguous name/);
    assert.match(await replyTo('bad@example.com'), /^451 4\.3\.0 /);
    const explained = await pmdf('explain --client 192.0.2.7 --from a@b.example --to john.doe@example.com');
    assert.match(explained, /look-up +directory example\.com +`john\.doe` is `jane@domain\.com`/);
  });

  it('defers mail for the mailboxes while the store cannot be asked', async () => {
    renameSync(people, `${people}.away`);
    assert.match(await replyTo('john.doe@example.com'), /^451 4\.3\.0 /);
    assert.match(await replyTo('nobody@example.com'), /^451 4\.3\.0 /);
    renameSync(`${people}.away`, people);
    await until(
      async () => (await replyTo('john.doe@example.com')).startsWith('250'),
      LIMIT_MS,
      () => 'the mailbox is found again',
    );
  });
});
