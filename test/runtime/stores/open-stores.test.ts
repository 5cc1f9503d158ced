/*
 * Stores that are open once, passwords and certificates that are read when they are needed, and a policy that is examined
 * without connecting.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, it } from 'mocha';
import type { StoreSetting } from '../../../lib/config/settings/stores/store.js';
import type { StoreQuery } from '../../../lib/config/settings/stores/store-question.js';
import { ask, type Lookup } from '../../../lib/engine/index.js';
import { decideUnder, OpenConfiguration } from '../../../runtime/open-configuration.js';
import { OpenStores } from '../../../runtime/stores/open-stores.js';
import { systemClock } from '../../../runtime/time/index.js';
import { baseline } from '../../diagnostics/parse-cases.js';
import { settingsOf } from '../../lib/config/source-of.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const query: StoreQuery = { kind: 'redis', key: { text: '%s', parts: [{ part: 'key' }] }, hash: null };

function storeOf(text: string): StoreSetting {
  const store = settingsOf(`stores: {a: ${text}}`).stores.get('a');
  if (store === undefined) throw new Error(`no store: ${text}`);
  return store;
}

describe('open stores', () => {
  const folder = temporaryFolder();
  const open = () => new OpenStores(folder.path(), { clock: systemClock, report: () => undefined });

  it('are one pool while their settings are the same', () => {
    const stores = open();
    const pool = stores.open('a', storeOf('{kind: redis}'));
    assert.equal(stores.open('a', storeOf('{kind: redis, timeout: 3}')), pool);
    assert.notEqual(stores.open('a', storeOf('{kind: redis, timeout: 2}')), pool);
    assert.notEqual(stores.open('b', storeOf('{kind: redis}')), pool);
    stores.keepOnly(new Set([pool]));
    assert.equal(stores.open('a', storeOf('{kind: redis}')), pool);
    stores.keepOnly(new Set());
    assert.notEqual(stores.open('a', storeOf('{kind: redis}')), pool);
    stores.close();
  });

  for (const [text, cause] of [
    ['{kind: redis, password_file: none}', /^store `a`: 127\.0\.0\.1:6379: `none` cannot be read: /],
    ['{kind: redis, tls_ca: none.pem}', /^store `a`: 127\.0\.0\.1:6379: `none\.pem` cannot be read: /],
    [
      '{kind: redis, password_env: PMDF_NO_SUCH_VARIABLE}',
      /^store `a`: 127\.0\.0\.1:6379: the environment variable `PMDF_NO_SUCH_VARIABLE` is not set$/,
    ],
  ] as const) {
    it(`fail with ${text}`, async () => {
      const stores = open();
      const answer = await stores.open('a', storeOf(text)).values(query, 'q', 'k');
      assert.ok(answer.kind === 'failed');
      assert.match(answer.cause, cause);
      stores.close();
    });
  }

  it('are not connected to while a configuration is examined', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    folder.write('pmdf.cnf', baseline());
    folder.write(
      'pmdf.yaml',
      `databases: {general: {store: a}}\nstores: {a: {kind: redis, hosts: ['127.0.0.1:${port}']}}\n`,
    );
    const opened = new OpenConfiguration(folder.path());
    try {
      const answer = decideUnder(
        opened.configuration,
        function* (newEnvironment): Lookup<string> {
          return (yield* ask({ kind: 'database', database: 'general', key: 'k' }, newEnvironment())).kind;
        },
        { kind: 'failed', cause: 'not asked' },
      );
      assert.equal(answer, 'failed');
      await new Promise<void>((resolve) => setImmediate(resolve));
      assert.equal(sockets.length, 0);
      const asked = opened.configuration.databases.get('general')?.get('k');
      assert.ok(asked instanceof Promise);
      await Promise.race([once(server, 'connection'), asked]);
      assert.equal(sockets.length, 1, 'the same configuration connects when it is asked');
    } finally {
      opened.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
