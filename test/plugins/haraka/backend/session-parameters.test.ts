/*
 * What a session says of the message and of each recipient: as much as the server offers in its last reply to EHLO.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { OutgoingMessage } from '../../../../lib/notary/pass-on.js';
import type { RecipientNotary } from '../../../../lib/notary/request.js';
import { BackendSession } from '../../../../plugins/haraka/backend/backend-session.js';
import type { BackendClient } from '../../../../plugins/haraka/backend/smtp-client.js';
import type { HarakaTransaction } from '../../../../plugins/haraka/types.js';
import { fakeAddress, fakeConnection } from '../../fakes.js';

/** smtp_client, as far as a session uses it; the test gives the server's answers. */
class FakeClient extends EventEmitter implements BackendClient {
  readonly socket = new EventEmitter();
  smtputf8 = true;
  readonly said: string[] = [];
  command = 'ehlo';
  response: string[] = [];

  send_command(command: string, argument = ''): void {
    this.command = command.toLowerCase();
    this.said.push(`${command} ${argument}`.trim());
  }

  start_data(): void {}
  release(): void {}
  destroy(): void {}

  /** The server's reply to EHLO, each line as it comes. */
  offer(...extensions: readonly string[]): void {
    this.command = 'ehlo';
    const lines = ['sink.example', ...extensions];
    for (const [at, line] of lines.entries())
      this.emit('server_protocol', `250${at === lines.length - 1 ? ' ' : '-'}${line}\r\n`);
  }

  accept(command: string): void {
    this.command = command;
    this.response = ['ok'];
    this.emit('server_protocol', '250 ok');
    this.emit(command);
  }
}

const asked: RecipientNotary = { notify: ['SUCCESS'], orcpt: { type: 'rfc822', address: 'a+1@b.example' } };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(message: Partial<OutgoingMessage>, octets = 0) {
  const client = new FakeClient();
  let format: (usePunycode: boolean) => string = () => '';
  const connection = fakeConnection();
  const transaction: HarakaTransaction = Object.create(null, { data_bytes: { value: octets } });
  connection.transaction = transaction;
  const session = new BackendSession({
    module: {
      get_client_plugin: (_plugin, seen, _settings, done) => {
        const sender: unknown = Reflect.get(Object(Reflect.get(seen, 'transaction')), 'mail_from');
        format = (usePunycode) =>
          String(Reflect.apply(Reflect.get(Object(sender), 'format'), sender, [usePunycode]));
        done(null, client);
      },
    },
    backend: {
      name: 'mail.domain.com:25',
      protocol: 'smtp',
      host: 'mail.domain.com',
      settings: {},
      plugin: {},
      oneEach: false,
      timeout: null,
      failed: () => false,
      authenticate: () => undefined,
    },
    connection,
    transaction,
    from: fakeAddress('ann'),
    isUtf8: false,
    isOwn: () => false,
    message: {
      notary: { ret: 'HDRS', envid: 'QQ 1' },
      eightBit: true,
      smtputf8: true,
      size: 100,
      ...message,
    },
    limitMs: 5000,
  });
  return { client, session, sender: (usePunycode = false) => format(usePunycode) };
}

describe('the parameters that a session sends', () => {
  for (const [offered, mail, rcpt] of [
    [
      ['8BITMIME', 'SIZE 1000', 'DSN'],
      ' BODY=8BITMIME SIZE=100 RET=HDRS ENVID=QQ+201',
      ' NOTIFY=SUCCESS ORCPT=rfc822;a+2B1@b.example',
    ],
    [['dsn'], ' RET=HDRS ENVID=QQ+201', ' NOTIFY=SUCCESS ORCPT=rfc822;a+2B1@b.example'],
    [['SIZE'], ' SIZE=100', ''],
    [[], '', ''],
  ] as const) {
    it(`are what is offered: ${offered.join(', ') || 'nothing'}`, async () => {
      const { client, session, sender } = open({});
      client.offer(...offered);
      assert.equal(sender(true), `<ann@domain.com>${mail}`);
      assert.equal(sender(), `<ann@domain.com> SMTPUTF8${mail}`);
      const asking = session.ask(fakeAddress('bob'), asked);
      client.accept('mail');
      await turn();
      client.accept('rcpt');
      assert.equal((await asking).code, 250);
      assert.deepEqual(client.said, [`RCPT TO:<bob@domain.com>${rcpt}`]);
      assert.equal(session.reportsDelivery, rcpt !== '');
      const bob = { address: 'bob@domain.com' };
      assert.ok(session.isReadyFor([{ ...bob, notary: asked }]));
      // One that was asked for something else has to be named again.
      assert.equal(session.isReadyFor([bob]), rcpt === '');
      session.end();
    });
  }

  it('are what is offered after STARTTLS', () => {
    const { client, session, sender } = open({});
    client.offer('STARTTLS', 'DSN', 'SIZE');
    client.offer('SIZE');
    assert.equal(sender(true), '<ann@domain.com> SIZE=100');
    session.end();
  });

  it('leave a message that is declared too large unsent', async () => {
    const { client, session } = open({ size: 2000 });
    client.offer('SIZE 1000');
    const asking = session.ask(fakeAddress('bob'));
    client.accept('mail');
    assert.deepEqual(await asking, {
      code: 552,
      enhanced: '5.3.4',
      text: 'the next mail server takes at most 1000 octets',
    });
    assert.deepEqual(client.said, []);
    session.end();
  });

  it('leave a message that turns out too large unsent', async () => {
    const { client, session } = open({ size: null }, 2000);
    client.offer('SIZE 1000');
    const asking = session.ask(fakeAddress('bob'));
    client.accept('mail');
    await turn();
    client.accept('rcpt');
    await asking;
    const replies = await session.send({ pipe: () => undefined }, null);
    assert.deepEqual(
      [...replies.values()].map(({ code }) => code),
      [552],
    );
    assert.ok(!client.said.includes('DATA'));
  });
});
