/*
 * The passwords of stores are shown nowhere: not by a command in any of its forms, nor in the log of Haraka at its highest level,
 * whatever the servers answer, even if they repeat what they are sent.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { CommandServer } from '../../bin/support/command-server.js';
import { deliver } from '../support/deliver.js';
import { type Gateway, startGateway } from '../support/gateway.js';

const STRANGER = '127.0.2.1';

/** A password for each kind, and how a database in such a store is asked. */
const kinds = {
  redis: ['hunter2-redis', "hash: x, key: '%s'"],
  postgresql: ['hunter2-pg', 'table: t, select_field: v, where_field: k'],
  mysql: ['hunter2-my', 'table: t, select_field: v, where_field: k'],
  ldap: ['hunter2-ldap', "search_base: o=x, query_filter: '(mail=%s)', result_attribute: v"],
} as const;
const names = ['redis', 'postgresql', 'mysql', 'ldap'] as const;
const databases = { redis: 'general', postgresql: 'alias', mysql: 'forward', ldap: 'reverse' } as const;

/** Everything that could be an answer in a protocol with lines or lengths, with what was received in it. */
const answers: readonly (readonly [string, (received: Buffer) => Buffer])[] = [
  ['repeats it', (received) => received],
  [
    'says that it does not know it',
    (received) =>
      Buffer.from(
        `-ERR unknown command, with args beginning with: ${JSON.stringify(received.toString())}\r\n`,
      ),
  ],
  [
    'wants the password in clear',
    // AuthenticationCleartextPassword, then an error with what came. Ref: PostgreSQL 55.7
    (received) => {
      if (!received.subarray(0, 1).equals(Buffer.from('p')))
        return Buffer.from('R\0\0\0\x08\0\0\0\x03', 'latin1');
      const fields = Buffer.concat([
        Buffer.from('SFATAL\0C28P01\0M'),
        received.subarray(5),
        Buffer.from('\0'),
      ]);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(fields.length + 4);
      return Buffer.concat([Buffer.from('E'), length, fields]);
    },
  ],
];

describe('passwords of stores', () => {
  const commands = new CommandServer();
  let server: Server;
  const sockets = new Set<Socket>();
  let answer: (received: Buffer) => Buffer = (received) => received;
  let heard = '';
  let gateway: Gateway;

  before(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (received) => {
        heard += received.toString('latin1');
        socket.write(answer(received));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const stores = names.map((kind) => {
      const login = `${kind === 'ldap' ? 'bind_dn: cn=x' : 'user: u'}, password_file: ${kind}.password`;
      return `  ${kind}: { kind: ${kind}, hosts: ['127.0.0.1:${port}'], ${login}, timeout: 1, retry: 0.1 }\n`;
    });
    gateway = await startGateway({
      settings: `databases:
${names.map((kind) => `  ${databases[kind]}: { store: ${kind}, ${kinds[kind][1]} }\n`).join('')}stores:
${stores.join('')}auth: { failures_store: redis }
`,
      config: {
        loglevel: 'LOGPROTOCOL\n',
        'log.ini': 'level=protocol\n',
        ...Object.fromEntries(names.map((kind) => [`pmdf/${kind}.password`, `${kinds[kind][0]}\n`])),
      },
    });
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await gateway?.stop();
  });

  function assertHidden(text: string, where: string): void {
    for (const [kind, [password]] of Object.entries(kinds)) {
      for (const form of [password, Buffer.from(password).toString('base64'), encodeURIComponent(password)]) {
        assert.ok(!text.includes(form), `the password for ${kind} ${where}:\n${text}`);
      }
    }
  }

  async function runAll(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      const { stdout, stderr } = await commands.run({
        words: line.split(' '),
        folder: gateway.dir,
        input: '',
      });
      assertHidden(stdout + stderr, `is shown by pmdf ${line}`);
    }
  }

  it('are shown by no command that asks no server', async () => {
    await runAll(['check --json', 'show', 'show --json']);
  });

  for (const [what, make] of answers) {
    it(`are shown by nothing while a server ${what}`, async function () {
      this.timeout(240_000);
      answer = make;
      heard = '';
      await runAll([
        'check --live',
        'check --live --json',
        'db get general jane',
        'db set alias jane x --json',
        'explain --client 127.0.2.1 --from a@b.example --to jane@domain.com',
        'explain --client 127.0.2.1 --from a@b.example --to jane@domain.com --json',
      ]);
      const { mail, rcpt } = await deliver({
        port: gateway.port,
        localAddress: STRANGER,
        from: 'a@b.example',
        to: ['jane@domain.com'],
      });
      assert.equal((rcpt[0] ?? mail).code, 451);
      await gateway.waitForLog(/store `[a-z]+`: /);
      assertHidden(gateway.log(), 'is in the log');
      // It was sent, so it could have been repeated.
      if (what !== 'wants the password in clear') assert.match(heard, /hunter2-redis/);
      else assert.match(heard, /hunter2-pg/);
    });
  }
});
