/*
 * The parameters that Haraka's queue sends with MAIL and RCPT, seen on the connection: as much as the server offers, for each
 * message that the connection serves.
 */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { RecipientNotary } from '../../../../lib/notary/request.js';
import {
  type FileParameters,
  isReported,
  passOnParameters,
} from '../../../../plugins/haraka/delivery/mail-parameters.js';
import type { OutboundMail } from '../../../../plugins/haraka/delivery/outbound-mail.js';
import { fakeAddress, fakePlugin } from '../../fakes.js';

/** A connection that keeps what is sent, and what Haraka hears. */
class FakeSocket extends EventEmitter {
  readonly sent: string[] = [];
  readonly heard: string[] = [];

  constructor() {
    super();
    this.on('line', (line) => this.heard.push(String(line)));
  }

  write(text: string | Uint8Array): boolean {
    this.sent.push(String(text).trimEnd());
    return true;
  }

  upgrade(): void {}

  isEncrypted(): boolean {
    return false;
  }

  /** The reply to EHLO. */
  offer(...extensions: readonly string[]): void {
    const lines = ['sink.example', ...extensions];
    for (const [at, line] of lines.entries())
      this.emit('line', `250${at === lines.length - 1 ? ' ' : '-'}${line}\r\n`);
  }
}

type Attempt = OutboundMail['try_deliver_host_on_socket'];

interface FakeMail {
  readonly todo: { readonly rcpt_to: readonly unknown[] };
  readonly file_size: number;
  readonly data_start: number;
  try_deliver_host_on_socket: Attempt;
}

const success: RecipientNotary = { notify: ['SUCCESS'], orcpt: null };
const never: RecipientNotary = { notify: [], orcpt: { type: 'rfc822', address: 'x@y.example' } };
const nothing: RecipientNotary = { notify: null, orcpt: null };

const parameters: FileParameters = {
  message: { notary: { ret: 'FULL', envid: 'QQ' }, eightBit: true, smtputf8: false },
  askedFor: (address) => (address.startsWith('ann') ? success : address.startsWith('bob') ? never : nothing),
};

describe('the parameters that the queue sends', () => {
  const nobody = (): undefined => undefined;
  const prototype = {
    try_deliver_host_on_socket: nobody,
    temp_fail: nobody,
    bounce: nobody,
    extend_rcpt_with_dsn: nobody,
    get_force_tls: () => false,
  };
  const plugin = { ...fakePlugin('pmdf/deliver'), haraka_require: () => ({ HMailItem: { prototype } }) };
  passOnParameters(plugin, () => parameters);

  function begin(socket: FakeSocket, ...names: readonly string[]): FakeMail {
    const mail: FakeMail = Object.create(prototype, {
      todo: { value: { rcpt_to: names.map(fakeAddress) } },
      file_size: { value: 1000 },
      data_start: { value: 900 },
    });
    mail.try_deliver_host_on_socket({ exchange: '192.0.2.1' }, '192.0.2.1', 25, socket);
    return mail;
  }

  function say(socket: FakeSocket, ...commands: readonly string[]): string[] {
    const from = socket.sent.length;
    for (const command of commands) socket.write(`${command}\r\n`);
    return socket.sent.slice(from);
  }

  const envelope = [
    'MAIL FROM:<a@b.example>',
    'RCPT TO:<ann@domain.com>',
    'RCPT TO:<bob@domain.com>',
    'RCPT TO:<kim@domain.com>',
  ];
  const withAll = [
    'MAIL FROM:<a@b.example> BODY=8BITMIME SIZE=100 RET=FULL ENVID=QQ',
    'RCPT TO:<ann@domain.com> NOTIFY=SUCCESS',
    'RCPT TO:<bob@domain.com> NOTIFY=NEVER ORCPT=rfc822;x@y.example',
    'RCPT TO:<kim@domain.com>',
  ];

  it('are what the server offers', () => {
    const socket = new FakeSocket();
    const mail = begin(socket, 'ann', 'bob', 'kim');
    say(socket, 'EHLO gateway.example');
    socket.offer('8BITMIME', 'SIZE 100', 'DSN');
    assert.deepEqual(say(socket, ...envelope), withAll);
    assert.ok(isReported(mail));
  });

  it('are remembered for the next message on the connection, which has other recipients', () => {
    const socket = new FakeSocket();
    begin(socket, 'ann', 'bob', 'kim');
    say(socket, 'EHLO gateway.example');
    socket.offer('DSN', 'SIZE', '8BITMIME');
    say(socket, ...envelope);
    const next = begin(socket, 'bob');
    assert.deepEqual(say(socket, 'MAIL FROM:<a@b.example>', 'RCPT TO:<bob@domain.com>'), [
      withAll[0],
      withAll[2],
    ]);
    assert.ok(isReported(next));
  });

  for (const [name, act] of [
    [
      'nothing is offered',
      (socket: FakeSocket) => {
        say(socket, 'EHLO x');
        socket.offer('PIPELINING');
      },
    ],
    [
      'the server knows only HELO',
      (socket: FakeSocket) => {
        say(socket, 'EHLO x');
        socket.emit('line', '502 what?\r\n');
        say(socket, 'HELO x');
        socket.emit('line', '250 DSN\r\n');
      },
    ],
    [
      'the offer was made before TLS',
      (socket: FakeSocket) => {
        say(socket, 'EHLO x');
        socket.offer('DSN', 'SIZE', 'STARTTLS', '8BITMIME');
        say(socket, 'STARTTLS', 'EHLO x');
        socket.offer('PIPELINING');
      },
    ],
  ] as const) {
    it(`are none where ${name}`, () => {
      const socket = new FakeSocket();
      const mail = begin(socket, 'ann', 'bob', 'kim');
      act(socket);
      assert.deepEqual(say(socket, ...envelope), envelope);
      assert.ok(!isReported(mail));
    });
  }

  it('name SMTPUTF8 once', () => {
    const socket = new FakeSocket();
    begin(socket, 'ann');
    say(socket, 'EHLO x');
    socket.offer('SMTPUTF8', 'DSN');
    assert.deepEqual(say(socket, 'MAIL FROM:<jörg@b.example> SMTPUTF8'), [
      'MAIL FROM:<jörg@b.example> SMTPUTF8 RET=FULL ENVID=QQ',
    ]);
  });

  it('keep a message that is too large from being sent: Haraka hears the reply of the server', async () => {
    const socket = new FakeSocket();
    begin(socket, 'ann');
    say(socket, 'EHLO x');
    socket.offer('SIZE 99');
    socket.heard.length = 0;
    assert.deepEqual(say(socket, 'MAIL FROM:<a@b.example>'), []);
    assert.deepEqual(socket.heard, []);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(socket.heard, ['552 5.3.4 the next mail server takes at most 99 octets']);
    assert.deepEqual(say(socket, 'QUIT'), ['QUIT']);
  });
});
