import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { Secret } from '../../../lib/tls/client-sasl.js';
import type { Demand } from '../../../lib/tls/tls-keywords.js';
import { AuthAttempt } from '../../../plugins/auth/auth-attempt.js';
import { NotSmtp } from '../../../plugins/haraka/delivery/not-smtp.js';

const credentials = { user: 'u', password: new Secret('p'), mechanisms: ['PLAIN'] as const };
const plain = `AUTH PLAIN ${Buffer.from('\0u\0p').toString('base64')}\r\n`;

/** The watched part of a connection on which a file is delivered. */
class Connection extends EventEmitter {
  readonly written: string[] = [];
  /** What Haraka receives. */
  readonly received: string[] = [];
  readonly told: string[] = [];

  constructor(demand: Demand, avoided = false) {
    super();
    this.on('line', (line: string) => this.received.push(line));
    // Haraka listens until the first error.
    this.once('error', (error: Error) => this.received.push(`error ${error.message}`));
    this.on('close', () => this.received.push('close'));
    const tell = (what: string) => (reason: string) => void this.told.push(`${what} ${reason}`);
    new AuthAttempt(this, {
      sasl: { demand, section: 'A', credentials, inClear: false },
      credentials,
      avoided,
      authenticated: tell('authenticated'),
      without: tell('without'),
      failed: tell('failed'),
    });
  }

  write(text: string | Uint8Array): boolean {
    this.written.push(typeof text === 'string' ? text : 'octets');
    return true;
  }

  upgrade(): void {}

  isEncrypted(): boolean {
    return true;
  }

  /** Sends EHLO, is offered PLAIN, and reaches MAIL. */
  greet(): void {
    this.write('EHLO domain.com\r\n');
    for (const line of ['250-mx.example', '250 AUTH PLAIN']) this.emit('line', line);
    this.write('MAIL FROM:<a@domain.com>\r\n');
  }
}

const greeting = ['250-mx.example', '250 AUTH PLAIN'];

describe('AuthAttempt', () => {
  it('authenticates before Haraka sends MAIL, without Haraka noticing', () => {
    const connection = new Connection('must');
    connection.greet();
    assert.deepEqual(connection.written, ['EHLO domain.com\r\n', plain]);
    for (const line of ['235-2.7.0 welcome', '235 2.7.0 really']) connection.emit('line', line);
    assert.equal(connection.written.at(-1), 'MAIL FROM:<a@domain.com>\r\n');
    connection.emit('line', '550 5.7.1 no');
    assert.deepEqual(connection.received, [...greeting, '550 5.7.1 no']);
    assert.deepEqual(connection.told, ['authenticated PLAIN']);
  });

  it('treats rejections as temporary only after a failed AUTH', () => {
    const connection = new Connection('may');
    connection.greet();
    connection.emit('line', '535 5.7.8 wrong');
    for (const line of ['550-5.7.1 no', '554 5.1.1', '5', '250 2.0.0 ok', '451 4.3.0 later']) {
      connection.emit('line', line);
    }
    assert.deepEqual(connection.received.slice(2), [
      '450-4.7.1 no',
      '454 4.1.1',
      '5',
      '250 2.0.0 ok',
      '451 4.3.0 later',
    ]);
    assert.deepEqual(connection.told, ['without the server answered AUTH with `535 5.7.8 wrong`']);
  });

  for (const words of ['RCPT TO:<b@other.com>\r\n', 'DATA\r\n', 'AUTH PLAIN x\r\n', '\r\n']) {
    it(`keeps ${JSON.stringify(words)} back if AUTH is required and MAIL has not come`, () => {
      const connection = new Connection('must');
      connection.write(words);
      assert.deepEqual(connection.written, ['QUIT\r\n']);
      assert.deepEqual(connection.told, ['failed Haraka was to send a command before AUTH']);
      connection.write('MAIL FROM:<a@domain.com>\r\n');
      assert.deepEqual(connection.written, ['QUIT\r\n']);
    });
  }

  it('keeps octets back too', () => {
    const connection = new Connection('must');
    connection.write(Buffer.from('MAIL FROM:<a@domain.com>\r\n'));
    assert.deepEqual(connection.written, ['QUIT\r\n']);
  });

  it('disconnects once: later input is ignored', () => {
    const connection = new Connection('must');
    connection.greet();
    connection.emit('line', '535 5.7.8 wrong');
    for (const line of ['221 bye', '235 2.7.0 after all']) connection.emit('line', line);
    connection.emit('error', new Error('reset'));
    const reason = 'the server answered AUTH with `535 5.7.8 wrong`';
    assert.deepEqual(connection.received, [...greeting, `error ${reason}`]);
    assert.deepEqual(connection.told, [`failed ${reason}`]);
    assert.deepEqual(connection.written.slice(2), ['QUIT\r\n']);
  });

  it('cancels once if the server keeps asking, and then disconnects', () => {
    const connection = new Connection('may');
    connection.greet();
    for (let count = 0; count < 3; count += 1) connection.emit('line', '334 bW9yZQ==');
    assert.deepEqual(connection.written.slice(2), ['*\r\n', 'QUIT\r\n']);
    assert.deepEqual(connection.told, ['failed the server sent another challenge after AUTH was cancelled']);
  });

  it('reports once that the server disconnected, and lets Haraka know', () => {
    const connection = new Connection('may');
    connection.greet();
    connection.emit('close');
    connection.emit('error', new Error('reset'));
    assert.deepEqual(connection.told, ['failed the server closed the connection at AUTH']);
    assert.deepEqual(connection.received.slice(2), ['close', 'error reset']);
  });

  for (const [line, quoted] of [
    ['hello?', ': `hello?`'],
    [`\x07${'x'.repeat(200)}`, `: \`?${'x'.repeat(99)}...\``],
    ['u said p', ''],
  ] as const) {
    it(`quotes what was not SMTP, unless it repeats the password: ${line.slice(0, 8).trim()}`, () => {
      const connection = new Connection('must');
      connection.greet();
      connection.emit('error', new NotSmtp(line));
      assert.deepEqual(connection.told, [
        `failed the server answered AUTH with something other than SMTP${quoted}`,
      ]);
      assert.equal(connection.received.at(-1), 'error the server sent something other than SMTP');
    });
  }

  it('does not try again if the server disconnected before', () => {
    const connection = new Connection('may', true);
    connection.greet();
    assert.deepEqual(connection.written, ['EHLO domain.com\r\n', 'MAIL FROM:<a@domain.com>\r\n']);
    assert.deepEqual(connection.told, ['without the server closed the connection on AUTH']);
  });

  it('uses the last EHLO: offers from before TLS are discarded', () => {
    const connection = new Connection('may');
    connection.write('EHLO domain.com\r\n');
    connection.emit('line', '250 AUTH PLAIN');
    connection.write('STARTTLS\r\n');
    connection.emit('line', '250 AUTH PLAIN');
    connection.write('EHLO domain.com\r\n');
    connection.emit('line', '250 mx.example');
    connection.write('MAIL FROM:<a@domain.com>\r\n');
    assert.equal(connection.written.at(-1), 'MAIL FROM:<a@domain.com>\r\n');
    assert.deepEqual(connection.told, []);
  });
});
