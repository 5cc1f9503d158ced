/*
 * The health check of contrib, against a real Haraka and against servers that are not well.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { join } from 'node:path';
import { freePort } from '../e2e/support/free-port.js';
import { allPlugins, type Gateway, startGateway } from '../e2e/support/gateway.js';
import { runProgram } from '../e2e/support/program.js';
import { pageOf } from '../e2e/watch/support/ask.js';
import { projectRoot } from '../support/project-root.js';

async function check(...operands: readonly string[]): Promise<readonly [number | null, string]> {
  const script = join(projectRoot, 'contrib', 'health-check.js');
  const { code, stdout } = await runProgram(process.execPath, [script, ...operands]);
  return [code, stdout];
}

/** A server that says one thing to everybody; nothing for the empty string. */
async function serverThatSays(text: string): Promise<{ readonly place: string; close(): void }> {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    if (text !== '') socket.write(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  assert.ok(bound !== null && typeof bound === 'object');
  return { place: `127.0.0.1:${bound.port}`, close: () => server.close() };
}

describe('the health check of contrib', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      plugins: [...allPlugins, 'pmdf/watch'],
      settings: "watch: { listen: '127.0.0.1:0' }\n",
    });
  });
  after(async () => {
    await gateway?.stop();
  });

  it('finds a Haraka well, with and without its metrics', async () => {
    const server = `127.0.0.1:${gateway.port}`;
    const page = await pageOf(gateway);
    assert.deepEqual(await check(server), [0, '']);
    assert.deepEqual(await check(server, new URL('/metrics', page).href), [0, '']);
    const nowhere = new URL('/nowhere', page).href;
    assert.deepEqual(await check(server, nowhere), [1, `unhealthy: ${nowhere} answers with 404\n`]);
  });

  const rows: readonly (readonly [what: string, says: string, complaint: RegExp])[] = [
    ['is silent', '', /^unhealthy: no answer within 5 seconds\n$/],
    ['refuses', '554 5.7.1 no\r\n', /^unhealthy: the greeting is 554 5\.7\.1 no\n$/],
    ['does not end its greeting', '220-hello\r\n220 hel', /^unhealthy: no answer within 5 seconds\n$/],
    ['greets without end', '220-hello\r\n'.repeat(10_000), /^unhealthy: the greeting does not end\n$/],
  ];
  it('says what is wrong with a server that is not well', async () => {
    await Promise.all(
      rows.map(async ([what, says, complaint]) => {
        const server = await serverThatSays(says);
        try {
          const [code, said] = await check(server.place);
          assert.match(said, complaint, what);
          assert.equal(code, 1, what);
        } finally {
          server.close();
        }
      }),
    );
  });

  it('says that nobody listens, and what is no server', async () => {
    const [code, said] = await check(`127.0.0.1:${await freePort()}`);
    assert.match(said, /^unhealthy: connect ECONNREFUSED /);
    assert.equal(code, 1);
    assert.deepEqual(await check('nonsense'), [1, 'unhealthy: the first operand is not HOST:PORT\n']);
  });
});
