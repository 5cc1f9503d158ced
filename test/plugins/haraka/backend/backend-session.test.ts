/*
 * A session with the next-hop server: how its replies are used, and that nothing it says or fails to say keeps a client
 * waiting or is mistaken for another recipient's reply.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { noMailParameters } from '../../../../lib/notary/parameters.js';
import { BackendSession, type MessageReplies } from '../../../../plugins/haraka/backend/backend-session.js';
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
  message = noMailParameters,
  protocol = 'smtp' as 'smtp' | 'lmtp',
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
    protocol,
    host: 'mail.domain.com',
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
    message,
    isOwn: (address, port) => address === '192.0.2.1' && port === 25,
    limitMs,
    idleMs,
  });
  return { client, session, errors };
}

const line = ({ code, enhanced, text }: { code: number; enhanced: string; text: string }): string =>
  [code, enhanced, text].filter((part) => part !== '').join(' ');

/** The replies to a message, in the order of the recipients. */
const lines = (replies: MessageReplies): string => [...replies.values()].map(line).join(' / ');

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
      assert.equal(scene.session.isReadyFor([bob]), code < 300);
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

  it('gives up at once when smtp_client cannot log in, and does not count that as silence', async () => {
    const { client, session, errors } = open();
    client.command = 'ehlo';
    const asked = session.ask(bob);
    client.emit('error', 'Auth type "cram-md5" not supported by server (supports: plain)');
    assert.match(line(await asked), /^451 4\.4\.1 /);
    assert.deepEqual([session.isSilent, client.ending], [false, 'destroy']);
    assert.deepEqual(errors, [
      'mail.domain.com:25: Auth type "cram-md5" not supported by server (supports: plain)',
    ]);
  });

  it('sends the message down the connection, and ends', async () => {
    const scene = open();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
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
      const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
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
      const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
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
      assert.deepEqual([scene.session.isLost, scene.session.isReadyFor([bob])], [true, false]);
      assert.match(line(await scene.session.ask(bob)), /^451 4\.4\.1 /);
    }
  });

  it('disconnects in the middle of a message without QUIT', async () => {
    const scene = open();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
    await turn();
    scene.client.answer(354, 'go on');
    await turn();
    scene.session.end();
    assert.match(await sent, /^451 4\.4\.1 /);
    assert.equal(scene.client.ending, 'destroy');
  });
});

describe('a session with an LMTP server', () => {
  const names = ['a', 'b', 'c'];

  /** Names the recipients, who are accepted, and begins with the message. */
  async function begin(scene: Scene, writesAll = true) {
    const { session, client } = scene;
    client.writesAll = writesAll;
    client.answer(250, 'ok');
    for (const name of names) {
      const asked = session.ask(fakeAddress(name));
      await turn();
      client.answer(250, 'ok');
      assert.equal((await asked).code, 250);
    }
    const sent = session.send({ pipe: () => undefined }, 5000);
    await turn();
    client.answer(354, 'go on');
    await turn();
    return sent.then(lines);
  }

  const open3 = (): Scene => open({ protocol: 'lmtp' });

  it('says LHLO, and gives up when that is refused', async () => {
    const { client, session, errors } = open3();
    client.send_command('EHLO', 'domain.com');
    assert.deepEqual([client.said, client.command], [['LHLO domain.com'], 'ehlo']);
    // smtp_client tries HELO then.
    client.emit('server_protocol', '500 what?');
    client.response = ['what?'];
    client.send_command('HELO', 'domain.com');
    assert.match(line(await session.ask(bob)), /^451 4\.4\.1 /);
    assert.deepEqual([client.said.length, client.ending], [1, 'release']);
    assert.match(errors.join(), /answered ehlo: 500 what\?/);
  });

  for (const [codes, wanted] of [
    [[250, 250, 250], '250 0 / 250 1 / 250 2'],
    [[250, 452, 250], '250 0 / 452 1 / 250 2'],
    [[250, 550, 250], '250 0 / 550 1 / 250 2'],
    [[550, 452, 250], '550 0 / 452 1 / 250 2'],
    [[421, 250, 530], '451 4.3.0 0 / 250 1 / 451 4.3.0 2'],
    [[250, 354, 250], '250 0 / 451 4.5.0 1 / 250 2'],
  ] as const) {
    it(`gives each recipient its own reply: ${codes.join(' ')}`, async () => {
      const scene = open3();
      const sent = begin(scene);
      while (scene.client.command !== 'dot') await turn();
      for (const [at, code] of codes.entries()) scene.client.answer(code, String(at));
      // More than there are recipients.
      scene.client.answer(250, 'and another');
      assert.equal(await sent, wanted);
    });
  }

  it('reads replies of several lines', async () => {
    const scene = open3();
    const sent = begin(scene);
    while (scene.client.command !== 'dot') await turn();
    scene.client.answer(452, '4.2.2 over', '4.2.2 quota');
    for (const name of ['b', 'c']) scene.client.answer(250, name);
    assert.equal(await sent, '452 4.2.2 over quota / 250 b / 250 c');
  });

  for (const end of ['close', 'the end'] as const) {
    it(`leaves those without a reply open when ${end} comes after one`, async () => {
      const scene = open3();
      const sent = begin(scene);
      while (scene.client.command !== 'dot') await turn();
      scene.client.answer(250, 'a');
      if (end === 'close') scene.client.socket.emit('close');
      else scene.session.end();
      const open = '451 4.4.1 the next mail server does not answer, try again later';
      assert.equal(await sent, `250 a / ${open} / ${open}`);
    });
  }

  it('counts no reply in the middle of the message for one recipient', async () => {
    for (const [code, wanted] of [
      [552, '552 too big / 552 too big / 552 too big'],
      [250, /^451 4\.4\.1 .* \/ 451 4\.4\.1 .* \/ 451 4\.4\.1 /],
    ] as const) {
      const scene = open3();
      const sent = begin(scene, false);
      while (scene.client.command !== 'dot') await turn();
      scene.client.answer(code, 'too big');
      if (typeof wanted === 'string') assert.equal(await sent, wanted);
      else assert.match(await sent, wanted);
      assert.equal(scene.client.ending, 'destroy');
    }
  });

  it('gives one reply to DATA to all', async () => {
    const scene = open3();
    scene.client.answer(250, 'ok');
    for (const name of names) {
      const asked = scene.session.ask(fakeAddress(name));
      await turn();
      scene.client.answer(250, 'ok');
      await asked;
    }
    const sent = scene.session.send({ pipe: () => undefined }, 5000).then(lines);
    await turn();
    scene.client.answer(452, 'disk full');
    assert.equal(await sent, '452 disk full / 452 disk full / 452 disk full');
  });

  it('names a recipient once, since each RCPT gets a reply', async () => {
    const scene = open3();
    await withRecipient(scene);
    assert.equal(line(await scene.session.ask(bob)), '250 ok');
    assert.deepEqual(scene.client.said, ['RCPT TO:<bob@domain.com>']);
    scene.session.end();
  });
});

describe('a session with a server that says more than it was asked', () => {
  it('does not begin with the message', async () => {
    const scene = open();
    await withRecipient(scene);
    const sent = scene.session.send({ pipe: () => undefined }, null).then(lines);
    await turn();
    scene.client.answer(354, 'go on');
    scene.client.command = 'data';
    scene.client.answer(250, 'and more');
    assert.match(await sent, /^451 4\.4\.1 /);
    assert.ok(!scene.client.said.includes('(message)'));
  });
});

describe('a session with the gateway itself', () => {
  it('ends as soon as it is connected', async () => {
    const { client, session } = open({
      prepare: (fake) =>
        Object.assign(fake, {
          port: 25,
          socket: Object.assign(fake.socket, { targetsocket: { remoteAddress: '192.0.2.1' } }),
        }),
    });
    client.socket.emit('connect');
    const refused = '554 5.4.6 the next mail server for this address is this gateway itself';
    assert.equal(line(await session.ask(bob)), refused);
    assert.deepEqual([client.ending, client.said], ['destroy', []]);
  });
});
