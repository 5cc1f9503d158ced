/*
 * Databases in a real PostgreSQL and a real MariaDB under a running Haraka, with a proxy in between that misbehaves. Whatever
 * happens to the server, mail that needs an answer is deferred, nothing is lost or let through, and Haraka recovers without a
 * restart.
 */
import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { killUnderLoad } from '../support/kill-under-load.js';
import { dbname, reader, type SqlServer, startMariadb, startPostgresql } from '../support/sql-server.js';
import { answerBecomes, deferDuring, sendAsStranger, storeFaults } from '../support/store-scenes.js';

function settings(kind: SqlServer['kind'], port: number): string {
  return `reload: { settle: 0.05 }
databases:
  alias: { store: people, table: aliases, select_field: target, where_field: address }
  forward: { store: people, query: "SELECT target FROM forward WHERE local = '%u' AND domain = '%d'" }
stores:
  people:
    kind: ${kind}
    hosts: ['127.0.0.1:${port}']
    user: ${reader.user}
    password_file: sql.password
    dbname: ${dbname}
    timeout: 2
    retry: 0.2
    cache: { found: 0, absent: 0 }
`;
}

for (const [name, needs, start] of [
  ['PostgreSQL', 'postgresql', startPostgresql],
  ['MariaDB', 'mariadb', startMariadb],
] as const) {
  describeWith([needs], `databases in ${name}`, () => {
    let server: SqlServer;
    let proxy: FaultProxy;
    let gateway: Gateway;

    before(async function () {
      this.timeout(180_000);
      server = await start();
      await server.run(
        'CREATE TABLE aliases (address VARCHAR(200), target VARCHAR(200))',
        'CREATE TABLE forward (local VARCHAR(64), domain VARCHAR(200), target VARCHAR(200))',
      );
      proxy = await startFaultProxy(server.port, 5_000);
      gateway = await startGateway({
        settings: settings(server.kind, proxy.port),
        config: { 'pmdf/sql.password': `${reader.password}\n` },
      });
      // The first question also loads the client.
      await answerBecomes(gateway, 'nobody@domain.com', 250);
    });
    after(async () => {
      await gateway?.stop();
      await proxy?.stop();
      await server?.stop();
    });

    beforeEach(async () => {
      gateway.clearSinks();
      await server.run(
        'DELETE FROM aliases',
        'DELETE FROM forward',
        "INSERT INTO aliases VALUES ('team', 'bob@domain.com'), ('team', 'carol@domain.com')",
        "INSERT INTO forward VALUES ('dave', 'domain.com', 'erin@domain.com')",
      );
    });

    const send = (to: string, subject?: string) => sendAsStranger(gateway, to, subject);

    for (const [what, to, recipients] of [
      ['two rows of a table', 'Team@domain.com', ['bob@domain.com', 'carol@domain.com']],
      ['the answer to a query', 'Dave@domain.com', ['erin@domain.com']],
      ['nothing', 'nobody@domain.com', ['nobody@domain.com']],
      ['nothing, however it is quoted', "x'/**/or/**/'1'='1@domain.com", ["x'/**/or/**/'1'='1@domain.com"]],
    ] as const) {
      it(`find ${what} for ${to}`, async () => {
        await answerBecomes(gateway, to, 250);
        await gateway.sinks.l.waitForMessages(1);
        const got = new Set(gateway.sinks.l.attempts.map(({ recipient }) => recipient));
        assert.deepEqual([...got].sort(), recipients);
      });
    }

    it('see a change on the server', async () => {
      assert.deepEqual(await send('frank@domain.com'), [250, 250]);
      await server.run("INSERT INTO aliases VALUES ('frank', 'gina@domain.com')");
      gateway.clearSinks();
      assert.deepEqual(await send('frank@domain.com'), [250, 250]);
      await gateway.sinks.l.waitForMessages(1);
      assert.deepEqual(
        gateway.sinks.l.attempts.map(({ recipient }) => recipient),
        ['gina@domain.com'],
      );
    });

    it('defer when a table is missing or forbidden, and say which', async () => {
      const forbid =
        server.kind === 'postgresql'
          ? [`REVOKE SELECT ON forward FROM ${reader.user}`]
          : ['ALTER TABLE forward RENAME TO hidden'];
      const allow =
        server.kind === 'postgresql'
          ? [`GRANT SELECT ON forward TO ${reader.user}`]
          : ['ALTER TABLE hidden RENAME TO forward'];
      await server.run(...forbid);
      try {
        assert.deepEqual(await send('dave@domain.com'), [451, undefined]);
        await gateway.waitForLog(/store `people`: 127\.0\.0\.1:\d+: .*forward/);
      } finally {
        await server.run(...allow);
      }
      assert.deepEqual(await send('dave@domain.com'), [250, 250]);
      assert.ok(!gateway.log().includes(reader.password));
    });

    for (const [fault, cause] of storeFaults()) {
      it(`defer while the server ${fault}, say why in the log, and recover`, async () => {
        const asked = ['dave@domain.com', 'team@domain.com', 'nobody@domain.com'];
        const accepted = ['dave@domain.com'] as const;
        await deferDuring(fault, cause, { gateway, proxy, accepted, asked, secret: reader.password });
      });
    }

    it('lose nothing and let nothing through when the server is killed under load', async function () {
      this.timeout(240_000);
      // Without an answer it would go to dave himself.
      await killUnderLoad({
        gateway,
        send: (subject) => send('dave@domain.com', subject),
        recipient: 'erin@domain.com',
        kill: () => server.kill(),
        start: () => server.start(),
      });
    });
  });
}
