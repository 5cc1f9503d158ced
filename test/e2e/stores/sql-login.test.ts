/*
 * How stores in SQL log in: passwords, TLS, UNIX sockets; and that neither a connection nor its trouble tells a secret.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SqlStore } from '../../../lib/config/settings/stores/store.js';
import type { StoreQuery } from '../../../lib/config/settings/stores/store-question.js';
import type { StoreServer } from '../../../lib/config/settings/stores/store-server.js';
import type { ValuesAnswer } from '../../../lib/engine/lookup.js';
import { OpenStores, storeSource } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { describeWith } from '../../support/programs.js';
import { makeCertificate } from '../support/certificate.js';
import { projectRoot } from '../support/project-root.js';
import { dbname, reader, type SqlServer, startMariadb, startPostgresql } from '../support/sql-server.js';

const run = promisify(execFile);

for (const [name, needs, start] of [
  ['PostgreSQL', 'postgresql', startPostgresql],
  ['MariaDB', 'mariadb', startMariadb],
] as const) {
  describeWith([needs], `a store in ${name}`, () => {
    let server: SqlServer;
    let setting: SqlStore;
    let host: (given: string, tls: 'on' | 'off') => StoreServer;
    const reports: string[] = [];

    before(async function () {
      this.timeout(180_000);
      server = await start();
      await server.run(
        'CREATE TABLE t (k VARCHAR(20), v VARCHAR(20))',
        "INSERT INTO t VALUES ('jane', 'jdoe'), ('jürgen😀', '日本')",
      );
      const other = await makeCertificate('localhost');
      const files = {
        right: reader.password,
        wrong: 'battery staple',
        ca: server.certificate,
        otherca: other.cert,
      };
      for (const [file, text] of Object.entries(files)) writeFileSync(join(server.folder, file), `${text}\n`);
      host = (given, tls) => ({ kind: 'host', host: given, port: server.port, tls });
      setting = {
        kind: server.kind,
        hosts: [host('127.0.0.1', 'off')],
        user: reader.user,
        dbname,
        passwordFile: 'right',
        passwordEnv: null,
        tlsCa: null,
        timeout: 20,
        connections: 2,
        cache: { found: 0, absent: 0, entries: 0 },
        retry: 0.1,
      };
    });
    after(async () => {
      await server?.stop();
    });

    function query(): StoreQuery {
      const text = `SELECT v FROM t WHERE k = ${server.kind === 'mysql' ? '?' : '$1'}`;
      return { kind: 'sql', text, parameters: [{ text: '%s', parts: [{ part: 'key' }] }], table: null };
    }

    async function ask(given: Partial<SqlStore>, key = 'jane'): Promise<string> {
      const stores = new OpenStores(server.folder, {
        clock: systemClock,
        report: (_severity, message) => void reports.push(message),
      });
      try {
        const answer: ValuesAnswer = await storeSource(
          stores.open('a', { ...setting, ...given }),
          query(),
        ).values(key);
        if (answer.kind === 'failed') reports.push(answer.cause);
        return answer.kind === 'values' ? answer.values.join(',') : answer.kind;
      } finally {
        stores.close();
      }
    }

    it('has keys and values in UTF-8', async () => {
      assert.equal(await ask({}, 'Jürgen😀'), '日本');
    });

    it('is asked with the right password, by TCP, TLS and a UNIX socket', async () => {
      assert.equal(await ask({}), 'jdoe');
      assert.equal(await ask({ hosts: [host('localhost', 'on')], tlsCa: 'ca' }), 'jdoe');
      const socket: SqlStore = { ...setting, hosts: [{ kind: 'path', path: server.socket }] };
      assert.equal(await ask(socket), 'jdoe');
    });

    for (const [what, given, cause] of [
      ['a wrong password', () => ({ passwordFile: 'wrong' }), /gateway/],
      ['no password', () => ({ passwordFile: null }), /password/],
      ['a file of the password that is missing', () => ({ passwordFile: 'none' }), /`none` cannot be read/],
      ['a database that does not exist', () => ({ dbname: 'missing' }), /missing/],
      [
        'a socket that does not exist',
        () => ({ hosts: [{ kind: 'path', path: '/nowhere/sock' } as const] }),
        /ENOENT/,
      ],
      [
        'an authority that did not sign the certificate',
        () => ({ hosts: [host('localhost', 'on')], tlsCa: 'otherca' }),
        /self-signed|certificate/,
      ],
      [
        'a certificate for another name',
        () => ({ hosts: [host('127.0.0.1', 'on')], tlsCa: 'ca' }),
        /certificate/,
      ],
    ] as const) {
      it(`fails with ${what}`, async () => {
        reports.length = 0;
        assert.equal(await ask(given()), 'failed');
        assert.match(reports.join('\n'), cause);
        assert.doesNotMatch(reports.join('\n'), /correct horse|battery staple/);
      });
    }

    it('does not go on without TLS when the server has none', async () => {
      const plain = server.kind === 'postgresql' ? /does not support SSL/ : /does not support secure/;
      const options = server.kind === 'postgresql' ? ['-c', 'ssl=off'] : ['--skip-ssl'];
      await server.kill();
      await server.start(...options);
      try {
        reports.length = 0;
        assert.equal(await ask({ hosts: [host('localhost', 'on')], tlsCa: 'ca' }), 'failed');
        assert.match(reports.join('\n'), plain);
      } finally {
        await server.kill();
        await server.start();
      }
    });

    for (const tls of ['off', 'on'] as const) {
      it(`keeps no process alive once it has answered, with TLS ${tls}`, async () => {
        const hosts = [host('localhost', tls)];
        const script = `
          const { OpenStores, storeSource } = require('./dist/runtime/stores/index.js');
          const { systemClock } = require('./dist/runtime/time/index.js');
          const stores = new OpenStores(${JSON.stringify(server.folder)}, { clock: systemClock, report: console.error });
          const pool = stores.open('a', ${JSON.stringify({ ...setting, hosts, tlsCa: 'ca' })});
          storeSource(pool, ${JSON.stringify(query())}).values('jane').then((answer) => console.log(JSON.stringify(answer)));`;
        const { stdout } = await run(process.execPath, ['-e', script], {
          cwd: projectRoot(),
          timeout: 60_000,
        });
        assert.equal(stdout.trim(), JSON.stringify({ kind: 'values', values: ['jdoe'] }));
      });
    }
  });
}
