/*
 * TLS to a real Redis: only a server whose certificate is trusted, valid and has its name is asked. With any other the look-up
 * fails, and neither the password nor the key is sent.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisStore } from '../../../lib/config/settings/stores/store.js';
import type { StoreQuery } from '../../../lib/config/settings/stores/store-question.js';
import type { StoreTls } from '../../../lib/config/settings/stores/store-server.js';
import { OpenStores } from '../../../runtime/stores/index.js';
import { systemClock } from '../../../runtime/time/index.js';
import { describeWith } from '../../support/programs.js';
import { type Certificate, makeCertificate, makeCertificateFor } from '../support/certificate.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const password = 'correct horse';
const query: StoreQuery = { kind: 'redis', key: { text: '%s', parts: [{ part: 'key' }] }, hash: null };
const halfAnHourAgo = -1 / 48;

interface Server {
  readonly host: string;
  readonly port: number;
  readonly tls: StoreTls;
}

describeWith(['redis-server'], 'TLS to Redis', () => {
  let folder = '';
  let count = 0;
  const servers: RedisServer[] = [];
  let valid: RedisServer;
  let otherName: RedisServer;
  let expired: RedisServer;

  async function start(name: string, certificate: Certificate): Promise<RedisServer> {
    writeFileSync(join(folder, `${name}.pem`), certificate.cert);
    const server = await startRedis(password, certificate);
    servers.push(server);
    await server.run(['SET', 'jane', 'jdoe']);
    return server;
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pmdf-redis-tls-'));
    writeFileSync(join(folder, 'password'), `${password}\n`);
    valid = await start('valid', await makeCertificate('localhost'));
    otherName = await start('other', await makeCertificate('redis.example'));
    expired = await start('expired', await makeCertificateFor(['localhost'], halfAnHourAgo));
  });
  after(async () => {
    for (const server of servers) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The value of `jane`, or why it is not known. */
  async function ask(server: Server, tlsCa: string | null): Promise<string> {
    const stores = new OpenStores(folder, { clock: systemClock, report: () => undefined });
    const setting: RedisStore = {
      kind: 'redis',
      hosts: [{ kind: 'host', ...server }],
      user: null,
      passwordFile: 'password',
      passwordEnv: null,
      tlsCa,
      dbname: 0,
      timeout: 10,
      connections: 2,
      cache: { found: 0, absent: 0, entries: 0 },
      retry: 1,
    };
    count += 1;
    const answer = await stores.open(`s${count}`, setting).values(query, 'q', 'jane');
    stores.close();
    switch (answer.kind) {
      case 'values':
        return answer.values.join();
      case 'absent':
        return 'absent';
      case 'failed':
        return answer.cause;
    }
  }

  const on = (server: RedisServer, host = 'localhost') =>
    ({ host, port: server.tlsPort, tls: 'on' }) as const;

  it('asks a server with a certificate of a trusted authority', async () => {
    assert.equal(await ask(on(valid), 'valid.pem'), 'jdoe');
  });

  const refused: readonly (readonly [string, () => Server, string | null, RegExp])[] = [
    ['of another authority', () => on(valid), 'other.pem', /self-signed certificate/],
    ['of an authority that only tls_ca could vouch for', () => on(valid), null, /self-signed certificate/],
    ['for another name', () => on(otherName), 'other.pem', /Hostname\/IP does not match/],
    ['without its address', () => on(valid, '127.0.0.1'), 'valid.pem', /Hostname\/IP does not match|IP: 127/],
    ['that has expired', () => on(expired), 'expired.pem', /certificate has expired/],
  ];
  for (const [what, server, ca, cause] of refused) {
    it(`refuses a certificate ${what}`, async () => {
      const answer = await ask(server(), ca);
      assert.match(answer, cause);
      assert.match(answer, /^store `s\d+`: (?:localhost|127\.0\.0\.1):\d+: /);
    });
  }

  it('says so when the file of authorities has none', async () => {
    writeFileSync(join(folder, 'empty.pem'), 'nothing\n');
    assert.match(await ask(on(valid), 'empty.pem'), /`empty\.pem`/);
  });

  it('never falls back to plain text', async () => {
    const heard: Buffer[] = [];
    const plain = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        heard.push(chunk);
        socket.write('-ERR unknown\r\n');
      });
    });
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const address = plain.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    assert.match(await ask({ host: 'localhost', port, tls: 'on' }, 'valid.pem'), /^store `s\d+`: localhost/);
    plain.close();
    const all = Buffer.concat(heard);
    const tlsHandshake = 22;
    assert.equal(all[0], tlsHandshake);
    assert.ok(!all.includes(password) && !all.includes('AUTH') && !all.includes('jane'));
  });

  it('does not speak TLS where it is off', async () => {
    assert.equal(await ask({ host: '127.0.0.1', port: valid.port, tls: 'off' }, null), 'jdoe');
  });
});
