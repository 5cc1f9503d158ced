/*
 * A socketmap server that is killed under load: nothing is lost or let through, and Haraka goes on when it is back.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { deliver, sampleMessage } from '../support/deliver.js';
import { freePort } from '../support/free-port.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { killUnderLoad } from '../support/kill-under-load.js';

const STRANGER = '127.0.2.1';

/** Answers `forward dave@domain.com`, and one request after the other. */
const program = `
const { createServer } = require('node:net');
createServer((socket) => {
  let rest = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    rest += chunk;
    for (;;) {
      const colon = rest.indexOf(':');
      const end = colon + 1 + Number(rest.slice(0, colon));
      if (colon < 1 || rest.length <= end) return;
      const reply = rest.slice(colon + 1, end) === 'forward dave@domain.com' ? 'OK erin@domain.com' : 'NOTFOUND ';
      rest = rest.slice(end + 1);
      socket.write(reply.length + ':' + reply + ',');
    }
  });
}).listen(Number(process.argv[1]), '127.0.0.1', () => console.log('listening'));
`;

describe('a socketmap server', () => {
  let port = 0;
  let child: ChildProcess | null = null;
  let gateway: Gateway;

  async function start(): Promise<void> {
    child = spawn(process.execPath, ['-e', program, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    assert.ok(child.stdout !== null);
    await once(child.stdout, 'data');
  }

  async function kill(): Promise<void> {
    if (child === null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    child = null;
  }

  before(async () => {
    port = await freePort();
    await start();
    gateway = await startGateway({
      settings: `databases:
  forward: { store: people, map: forward }
stores:
  people: { kind: socketmap, hosts: ['127.0.0.1:${port}'], timeout: 2, retry: 0.2, cache: { found: 0, absent: 0 } }
`,
    });
  });
  after(async () => {
    await gateway?.stop();
    await kill();
  });

  it('that is killed under load loses nothing and lets nothing through', async function () {
    this.timeout(240_000);
    await killUnderLoad({
      gateway,
      send: async (subject) => {
        const { rcpt, data } = await deliver({
          port: gateway.port,
          localAddress: STRANGER,
          from: 'a@b.example',
          to: ['dave@domain.com'],
          message: sampleMessage(subject),
        });
        return [rcpt[0]?.code ?? 0, data?.code];
      },
      // Without an answer it would go to dave himself.
      recipient: 'erin@domain.com',
      kill,
      start,
    });
  });
});
