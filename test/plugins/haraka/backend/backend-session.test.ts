/*
 * A session with the next-hop server: how its replies are used, and that nothing it says or fails to say keeps a client
 * waiting or is mistaken for another recipient's reply.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { BackendSession } from '../../../../plugins/haraka/backend/backend-session.js';
import type { BackendClient, ClientModule } from '../../../../plugins/haraka/backend/smtp-client.js';
import type { HarakaTransaction } from '../../../../plugins/haraka/types.js';
import { fakeAddress, fakeConnection } from '../../fakes.js';

/** smtp_client, as far as a session uses it; the test gives the server's answers. */
class FakeClient extends EventEmitter implements BackendClient {
  readonly socket = new EventEmitter();
  smtputf8 = false;
  readonly said: string[] = [];
  /** The sender as sent to a server with SMTPUTF8, and without. */
  senders: string[] = [];
  command = 'mail';
  response: string[] = [];
  ending: 'release' | 'destroy' | null = null;
  /** Whether a message is written at once. */
  writesAll = true;

  send_command(command: string, argument = ''): void {
    this.command = command.toLowerCase();
    this.said.push(`${command} ${argument}`.trim());
  }

  start_data(): void {
    this.command = 'dot';
    this.said.push('(message)');
    if (this.writesAll) this.socket.emit('unpipe');
  }

  release(): void {
    this.ending ??= 'release';
  }

  destroy(): void {
    this.ending ??= 'destroy';
    this.socket.emit('close');
  }

  /** Emits a reply of the server, as smtp_client does. */
  answer(code: number, ...lines: string[]): void {
    this.response = lines;
    for (const [at, line] of lines.entries())
      this.emit('server_protocol', `${code}${at === lines.length - 1 ? ' ' : '-'}${line}`);
    if (code >= 400) this.emit('bad_code', String(code), lines.join(' '));
    else this.emit(this.command);
  }
}

interface Scene {
  readonly client: FakeClient;
  readonly session: BackendSession;
  readonly errors: string[];
}

function open({
  limitMs = 5000,
  idleMs = 5000,
  from = fakeAddress('a'),
  isUtf8 = false,
  prepare = (_client: FakeClient): unknown => undefined,
} = {}): Scene {
  const client = new FakeClient();
  prepare(client);
  const errors: string[] = [];
  const module: ClientModule = {
    get_client_plugin: (_plugin, seen, _settings, done) => {
      const transaction: unknown = Reflect.get(seen, 'transaction');
      const sender: unknown = Reflect.get(Object(transaction), 'mail_from');
      const format: unknown = Reflect.get(Object(sender), 'format');
      client.senders = [false, true].map((usePunycode) =>
        typeof format === 'function' ? String(Reflect.apply(format, sender, [usePunycode])) : '',
      );
      done(null, client);
    },
  };
  const backend = {
    name: 'mail.domain.com:25',
    settings: {},
    plugin: {},
    oneEach: false,
    timeout: null,
    failed: () => false,
    authenticate: () => undefined,
  };
  const connection = fakeConnection(errors);
  const transaction: HarakaTransaction = Object.create(null);
  connection.transaction = transaction;
  const session = new BackendSession({
    module,
    backend,
    connection,
    transaction,
    from,
    isUtf8,
    limitMs,
    idleMs,
  });
  return { client, session, errors };
}

const line = ({ code, enhanced, text }: { code: number; enhanced: string; text: string }): string =>
  [code, enhanced, text].filter((part) => part !== '').join(' ');

const bob = fakeAddress('bob');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets the server accept the sender and then the recipient. */
async function withRecipient({ session, client }: Scene): Promise<void> {
  const asked = session.ask(bob);
  client.answer(250, 'ok');
  await turn();
  client.answer(250, 'ok');
  assert.equal((await asked).code, 250);
}

describe('a session with the next-hop server', () => {
  for (const [code, lines, wanted] of [
    [250, ['2.1.5 ok'], '250 2.1.5 ok'],
    [251, ['will forward'], '251 will forward'],
    [550, ['5.1.1 no such user'], '550 5.1.1 no such user'],
    [550, ['5.7.1 first', '5.7.1 second'], '550 5.7.1 first second'],
    [550, ['4.7.1 odd'], '550 odd'],
    [450, ['4.2.0\tbusy\u0007'], '450 4.2.0 busy'],
    [552, ['full'], '552 full'],
    [421, ['4.3.2 closing'], '451 4.3.0 closing'],
    [530, ['5.7.0 authenticate first'], '451 4.3.0 authenticate first'],
    [354, ['go on'], '451 4.5.0 go on'],
  ] as const) {
    it(`treats ${code} ${lines.join(' / ')} to RCPT as ${wanted}`, async () => {
      const scene = open();
      const asked = scene.session.ask(bob).then(line);
      scene.client.answer(250, 'ok');
      await turn();
      scene.client.answer(code, ...lines);
      assert.equal(await asked, wanted);
      assert.equal(scene.session.isReadyFor([bob.address]), code < 300);
      scene.session.end();
    });
  }

  it('passes the reply to MAIL on to every recipient, and ends', async () => {
    const { client, session } = open();
    client.answer(550, '5.7.1 not you');
    assert.equal(line(await session.ask(bob)), '550 5.7.1 not you');
    assert.equal(line(await session.ask(bob)), '550 5.7.1 not you');
    assert.deepEqual([client.said, client.ending, session.isLost], [[], 'release', false]);
  });

  it('defers when a server rejects the connection, and logs it', async () => {
    const { client, session, errors } = open();
    client.command = 'greeting';
    client.answer(554, 'no service here');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.match(errors.join(), /mail\.domain\.com:25 answered greeting: 554 no service here/);
  });

  it('keeps a password out of the log when the login is rejected', async () => {
    const { client, session, errors } = open();
    client.command = 'c2vjcmv0';
    client.answer(535, '5.7.8 authentication failed');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.match(errors.join(), /answered auth: 535 5\.7\.8 authentication failed/);
    assert.doesNotMatch(errors.join(), /c2vjcmv0/);
  });

  it('gives up on an answer at which smtp_client throws, without logging its text', async () => {
    const { client, session, errors } = open({
      prepare: (fake) =>
        fake.socket.on('line', () => {
          throw new Error('Unknown command: c2vjcmv0');
        }),
    });
    client.socket.emit('line', '334 what?');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.deepEqual(errors, ['mail.domain.com:25 sent a reply that smtp_client cannot read (Error)']);
  });

  it('sends the message down the connection, and ends', async () => {
    const scene = open();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(line);
    await turn();
    scene.client.answer(354, 'go on');
    await turn();
    scene.client.answer(250, '2.0.0 queued');
    assert.equal(await sent, '250 2.0.0 queued');
    assert.deepEqual(scene.client.said, ['RCPT TO:<bob@domain.com>', 'DATA', '(message)']);
    assert.equal(scene.client.ending, 'release');
  });

  for (const code of [250, 220, 251, 299]) {
    it(`does not treat ${code} to DATA as an acknowledgement`, async () => {
      const scene = open();
      await withRecipient(scene);
      const sent = scene.session.send({ pipe: () => undefined }, null).then(line);
      await turn();
      scene.client.answer(code, 'ok');
      assert.match(await sent, /^451 4\.5\.0 /);
      assert.deepEqual(scene.client.said, ['RCPT TO:<bob@domain.com>', 'DATA']);
    });
  }

  for (const [code, wanted] of [
    [250, /^451 4\.4\.1 /],
    [552, /^552 too big$/],
  ] as const) {
    it(`treats ${code} in the middle of a message as ${wanted}`, async () => {
      const scene = open();
      scene.client.writesAll = false;
      await withRecipient(scene);
      const sent = scene.session.send({ pipe: () => undefined }, null).then(line);
      await turn();
      scene.client.answer(354, 'go on');
      await turn();
      scene.client.answer(code, 'too big');
      assert.match(await sent, wanted);
    });
  }

  it('asks for one recipient after the other', async () => {
    const { client, session } = open();
    const [first, second] = ['a', 'b'].map((name) => session.ask(fakeAddress(name)).then(line));
    client.answer(250, 'ok');
    await turn();
    assert.deepEqual(client.said, ['RCPT TO:<a@domain.com>']);
    client.answer(550, 'no a');
    assert.equal(await first, '550 no a');
    await turn();
    client.answer(250, 'b is here');
    assert.equal(await second, '250 b is here');
    session.end();
  });

  for (const [offers, name, isUtf8, wanted, sender] of [
    [true, 'j\u00f6rg', true, '250 ok', '<a@domain.com> SMTPUTF8'],
    [
      false,
      'j\u00f6rg',
      true,
      '553 5.6.7 the next mail server does not accept non-ASCII addresses',
      '<a@domain.com>',
    ],
    [true, 'bob', false, '250 ok', '<a@domain.com>'],
    [false, 'bob', true, '250 ok', '<a@domain.com>'],
  ] as const) {
    it(`says ${name} to a server ${offers ? 'with' : 'without'} SMTPUTF8: ${wanted}`, async () => {
      const { client, session } = open({ isUtf8 });
      client.smtputf8 = offers;
      const asked = session.ask(fakeAddress(name)).then(line);
      client.answer(250, 'ok');
      await turn();
      if (client.command === 'rcpt') client.answer(250, 'ok');
      assert.equal(await asked, wanted);
      assert.equal(client.senders[offers ? 0 : 1], sender);
      session.end();
    });
  }

  it('gives up if command and reply do not match', async () => {
    const { client, session } = open();
    client.answer(250, 'ok');
    client.answer(250, 'and once more');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.equal(client.ending, 'destroy');
  });

  it('gives up after the limit, and is silent', async () => {
    const { client, session } = open({ limitMs: 5 });
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.deepEqual([session.isSilent, session.hasAnswered, client.ending], [true, false, 'destroy']);
  });

  it('ends when the server closes it, and when the client is silent for long', async () => {
    for (const isIdle of [false, true]) {
      const scene = open({ idleMs: isIdle ? 5 : 5000 });
      await withRecipient(scene);
      if (isIdle) while (!scene.session.isLost) await turn();
      else scene.client.socket.emit('close');
      assert.deepEqual([scene.session.isLost, scene.session.isReadyFor([bob.address])], [true, false]);
      assert.match(line(await scene.session.ask(bob)), /^451 4\.4\.1 /);
    }
  });

  it('disconnects in the middle of a message without QUIT', async () => {
    const scene = open();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(line);
    await turn();
    scene.client.answer(354, 'go on');
    await turn();
    scene.session.end();
    assert.match(await sent, /^451 4\.4\.1 /);
    assert.equal(scene.client.ending, 'destroy');
  });
});
