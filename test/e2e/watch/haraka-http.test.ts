/*
 * pmdf/watch on the HTTP server of Haraka, in one process and in several; what it says where that server cannot start.
 */
import assert from 'node:assert/strict';
import { passwordText } from '../auth/install.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { freePort } from '../support/free-port.js';
import { allPlugins, type Gateway, startGateway } from '../support/gateway.js';
import { until } from '../support/until.js';
import { ask } from './support/ask.js';

/** Answers `init_http` once Haraka, which does not wait for it, has added its page for unknown paths. */
const latePlugin = 'exports.hook_init_http = (next) => { setImmediate(next) }\n';

for (const nodes of [0, 2]) {
  describe(`pmdf/watch on the HTTP server of Haraka with nodes=${nodes}`, () => {
    let gateway: Gateway;
    let page: string;

    before(async () => {
      const port = await freePort();
      page = `http://127.0.0.1:${port}/pmdf/`;
      gateway = await startGateway({
        plugins: ['late', ...allPlugins, 'pmdf/watch'],
        pluginFiles: { 'late.js': latePlugin },
        config: {
          'http.ini': `listen=127.0.0.1:${port}\n`,
          'pmdf/passwords': await passwordText({ 'jane HTTP': 'right' }),
        },
        nodes,
      });
      await gateway.waitForLog('the page is at /pmdf/ of the HTTP server');
      await until(
        () =>
          ask(page).then(
            ({ code }) => code === 200,
            () => false,
          ),
        10_000,
        () => `the page in\n${gateway.log()}`,
      );
    });
    after(async () => {
      await gateway?.stop();
    });

    it('serves page and metrics, and leaves other paths to Haraka', async () => {
      await deliver({
        port: gateway.port,
        localAddress: '127.0.2.1',
        from: 'a@client.example',
        to: ['x@elsewhere.example'],
        message: sampleMessage('watch'),
      });
      const answers = await Promise.all(
        ['/pmdf/', '/pmdf/watch.mjs', '/pmdf/state', '/metrics'].map((path) => ask(new URL(path, page).href)),
      );
      assert.deepEqual(
        answers.map(({ code, headers }) => [code, headers['x-content-type-options']]),
        Array(4).fill([200, 'nosniff']),
      );
      const [, , state, metrics] = answers;
      assert.match(state?.text ?? '', /"to":"x@elsewhere\.example"/);
      assert.match(metrics?.text ?? '', /verdict="refused"\} 1$/m);
      const other = await ask(new URL('/pmdf-else', page).href);
      assert.equal(other.code, 404);
      assert.equal(other.headers['content-security-policy']?.includes("script-src 'self'") ?? false, false);
    });

    it('takes a change, whichever process the page was from', async () => {
      const authorization = `Basic ${Buffer.from('jane:right').toString('base64')}`;
      for (let count = 0; count < 4; count += 1) {
        const { text: token } = await ask(`${page}token`);
        const headers = { authorization, 'x-pmdf-token': token };
        const body = '{"of":"queue","action":"hold","name":"no-such-message"}';
        const { code, text } = await ask(`${page}change`, { method: 'POST', headers }, body);
        assert.equal(code, 200, text);
      }
      await gateway.waitForLog(/change from the page: client=127\.0\.0\.1 user="jane" .* outcome="not done"/);
    });

    it('answers no other name, and nobody from elsewhere without a password', async () => {
      assert.equal((await ask(page, { headers: { host: 'attacker.example' } })).code, 403);
      assert.equal((await ask(page, { headers: { 'x-forwarded-for': '192.0.2.1' } })).code, 401);
    });
  });
}

it('pmdf/watch says what is missing where Haraka has no express', async () => {
  const withoutExpress = `const Module = require('node:module')
const resolve = Module._resolveFilename
Module._resolveFilename = function (name, ...rest) {
  if (name === 'express') throw Object.assign(new Error('no express'), { code: 'MODULE_NOT_FOUND' })
  return resolve.call(this, name, ...rest)
}
exports.register = function () {}
`;
  const gateway = await startGateway({
    plugins: ['without_express', ...allPlugins, 'pmdf/watch'],
    pluginFiles: {
      'without_express/package.json': '{"main": "index.js"}\n',
      'without_express/index.js': withoutExpress,
    },
    config: { 'http.ini': 'listen=127.0.0.1:0\n' },
  });
  try {
    await gateway.waitForLog(
      /no page and no metrics: http\.ini has `listen`, but Haraka finds no package express; install it/,
    );
  } finally {
    await gateway.stop();
  }
});
