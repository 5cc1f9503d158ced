/*
 * Connections that serve several messages from Haraka's queue, with a fake of the parts of Haraka that open them.
 */
import assert from 'node:assert/strict';
import { type Mail, type Socket, serve, start } from './fake-queue.js';

describe('a connection to a next hop', () => {
  it('serves the next message when the server has accepted one', () => {
    const { opened, mailWith } = start();
    serve(mailWith());
    const second = mailWith();
    assert.equal(opened.length, 1);
    assert.equal(second.socket.__fromPool, true);
    serve(second);
    const once = ['MAIL FROM:<a@client.example>\r\n', 'DATA\r\n', 'Hello.\r\n.\r\n'];
    assert.deepEqual(opened[0]?.sent, [...once, ...once]);
  });

  it('serves one message at a time', () => {
    const { opened, mailWith } = start();
    mailWith();
    mailWith();
    assert.equal(opened.length, 2);
  });

  for (const answer of ['451 not now\r\n', '550 no\r\n'])
    it(`ends with QUIT after ${answer.trim()}`, () => {
      const { opened, mailWith } = start();
      serve(mailWith(), answer);
      assert.equal(opened[0]?.sent.at(-1), 'QUIT\r\n');
      mailWith();
      assert.equal(opened.length, 2);
    });

  it('ends with QUIT when no recipient was accepted', () => {
    const { opened, mailWith } = start();
    const { socket } = mailWith();
    socket.write('RCPT TO:<x@other.com>\r\n');
    socket.emit('line', '250 fine\r\n');
    socket.write('QUIT\r\n');
    assert.equal(opened[0]?.sent.at(-1), 'QUIT\r\n');
  });

  it('ends after a hundred messages', () => {
    const { opened, mailWith } = start();
    for (let count = 1; count <= 101; count += 1) serve(mailWith());
    assert.equal(opened.length, 2);
    assert.equal(opened[0]?.sent.at(-1), 'QUIT\r\n');
  });

  it('is not used again once it was closed', () => {
    const { opened, mailWith } = start();
    serve(mailWith());
    opened[0]?.emit('close');
    mailWith();
    assert.equal(opened.length, 2);
  });

  for (const [what, fail] of [
    ['it is closed', (socket: Socket) => socket.emit('close')],
    ['it fails', (socket: Socket) => socket.emit('error', new Error('ECONNRESET'))],
    ['the server says 421', (socket: Socket) => socket.emit('line', '421 too many messages\r\n')],
  ] as const)
    it(`is replaced by a new one, to the same server, when ${what} after MAIL`, () => {
      const { opened, mailWith } = start();
      serve(mailWith());
      const second = mailWith({ servers: [{ exchange: '192.0.2.1', port: 25 }] });
      const heard: string[] = [];
      second.socket.on('line', (line: string) => heard.push(line));
      second.socket.on('close', () => heard.push('close'));
      second.socket.write('MAIL FROM:<a@client.example>\r\n');
      fail(second.socket);
      assert.deepEqual(heard, []);
      assert.equal(opened.length, 2);
      assert.equal(second.socket, opened[1]);
      assert.equal(opened[1]?.__fromPool, undefined);
      assert.equal(opened[0]?.isDestroyed, true);
    });

  for (const [what, fail] of [
    ['closed', (socket: Socket) => socket.emit('close')],
    ['answered with 421', (socket: Socket) => socket.emit('line', '421-4.7.0 too long\r\n')],
  ] as const)
    it(`is replaced when it is ${what} at RCPT or DATA, since nothing of the message was sent`, () => {
      for (const command of ['RCPT TO:<b@other.com>\r\n', 'DATA\r\n']) {
        const { opened, mailWith } = start();
        serve(mailWith());
        const { socket, sockets } = startAgain(mailWith(), command);
        fail(socket);
        assert.equal(sockets.length, 2);
        assert.equal(sockets[1], opened[1]);
      }
    });

  for (const answer of ['250 fine\r\n', '452 4.3.1 no room\r\n', '550 5.7.1 no\r\n'])
    it(`is replaced when DATA is answered with ${answer.trim()}: the replies may be shifted`, () => {
      const { opened, mailWith } = start();
      serve(mailWith());
      const { socket, sockets } = startAgain(mailWith(), 'DATA\r\n');
      socket.emit('line', answer);
      assert.equal(sockets.length, 2);
      assert.equal(sockets[1], opened[1]);
    });

  function startAgain({ socket, sockets }: Mail, command: string) {
    socket.write('MAIL FROM:<a@client.example>\r\n');
    socket.emit('line', '250-sender\r\n');
    socket.emit('line', '250 sender\r\n');
    socket.write(command);
    return { socket, sockets };
  }

  for (const [what, end] of [
    ['a part of the message was sent', ({ socket }: Mail) => socket.write(Buffer.from('Hello.\r\n'))],
    ['the end of an empty message was sent', ({ socket }: Mail) => socket.write('.\r\n')],
    ['core has said QUIT', ({ socket }: Mail) => socket.write('QUIT\r\n')],
    ['core has given it up', ({ socket }: Mail) => socket.destroy()],
  ] as const)
    it(`is not replaced once ${what}`, () => {
      const { opened, mailWith } = start();
      serve(mailWith());
      const mail = mailWith();
      const { socket, sockets } = startAgain(mail, 'DATA\r\n');
      end(mail);
      socket.emit('close');
      assert.equal(sockets.length, 1);
      assert.equal(opened.length, 1);
    });

  it('leaves a refused recipient to core, and ends then', () => {
    const { opened, mailWith } = start();
    serve(mailWith());
    const second = mailWith();
    const heard: string[] = [];
    second.socket.on('line', (line: string) => heard.push(line));
    startAgain(second, 'RCPT TO:<b@other.com>\r\n').socket.emit('line', '550 5.1.1 no such user\r\n');
    serve(second);
    assert.ok(heard.includes('550 5.1.1 no such user\r\n'));
    assert.equal(opened[0]?.sent.at(-1), 'QUIT\r\n');
    mailWith();
    assert.equal(opened.length, 2);
  });

  it('is not used again after LMTP replies of which one refuses', () => {
    const { opened, mailWith } = start();
    const mail = mailWith();
    mail.socket.write('.\r\n');
    mail.socket.emit('line', '450 4.2.1 later\r\n');
    mail.socket.emit('line', '250 fine\r\n');
    mail.socket.write('QUIT\r\n');
    assert.equal(opened[0]?.sent.at(-1), 'QUIT\r\n');
  });

  for (const [what, octets] of [
    ['a further line', '250 accepted\r\n421 closing\r\n'],
    ['a part of one', '250 accepted\r\n42'],
  ] as const)
    it(`is not used again when ${what} comes with the last reply, though mail waits for it`, () => {
      const { opened, mailWith } = start();
      const all = Array.from({ length: 20 }, () => mailWith());
      const waiting = mailWith();
      const [first] = all;
      assert.ok(first !== undefined);
      const { socket } = first;
      readLines(socket);
      socket.write('.\r\n');
      socket.once('line', () => socket.write('QUIT\r\n'));
      socket.emit('data', Buffer.from(octets));
      socket.destroy();
      assert.equal(waiting.socket, opened[20]);
    });

  /** As core does. */
  function readLines(socket: Socket): void {
    socket.on('data', (octets: Buffer) => {
      for (const line of octets.toString().match(/[^\n]*\n/g) ?? []) socket.emit('line', line);
    });
  }

  it('serves mail that waits when the whole reply was read', () => {
    const { opened, mailWith } = start();
    const [first] = Array.from({ length: 20 }, () => mailWith());
    const waiting = mailWith();
    assert.ok(first !== undefined);
    const { socket } = first;
    readLines(socket);
    socket.write('.\r\n');
    socket.on('line', (line: string) => {
      if (line.startsWith('250 ')) socket.write('QUIT\r\n');
    });
    socket.emit('data', Buffer.from('250-long\r\n'));
    socket.emit('data', Buffer.from('250 accepted\r\n'));
    assert.equal(waiting.socket, opened[0]);
  });

  for (const event of ['data', 'line', 'end', 'error'])
    it(`is closed when it emits ${event} while no mail needs it`, () => {
      const { opened, mailWith } = start();
      serve(mailWith());
      opened[0]?.emit(event, Buffer.from('421 idle for too long\r\n'));
      assert.equal(opened[0]?.isDestroyed, true);
      mailWith();
      assert.equal(opened.length, 2);
    });

  it('ends with QUIT when no mail has needed it for a while', () => {
    const { opened, mailWith } = start();
    serve(mailWith());
    opened[0]?.emit('timeout');
    assert.equal(opened[0]?.sent.at(-1), 'QUIT\r\n');
    assert.equal(opened[0]?.isDestroyed, false);
    mailWith();
    assert.equal(opened.length, 2);
    opened[0]?.emit('data', Buffer.from('221 bye\r\n'));
    assert.equal(opened[0]?.isDestroyed, true);
  });

  it('sends a long message piece by piece, in order, and reports what the socket says', () => {
    const { opened, mailWith } = start();
    const { socket } = mailWith();
    socket.write('DATA\r\n');
    const pieces = ['one\r\n', 'two\r\n', 'three\r\n'];
    const room = [true, false, false];
    socket.answers.push(false, false);
    assert.deepEqual(
      pieces.map((piece) => socket.write(Buffer.from(piece))),
      room,
    );
    socket.write('.\r\n');
    assert.deepEqual(opened[0]?.sent, ['DATA\r\n', 'one\r\n', 'two\r\n', 'three\r\n.\r\n']);
  });

  it('never ends a message whose text was cut off', () => {
    const { opened, mailWith } = start();
    const { socket } = mailWith();
    socket.write('DATA\r\n');
    socket.write(Buffer.from('one\r\n'));
    socket.write(Buffer.from('tw'));
    socket.destroy();
    assert.deepEqual(opened[0]?.sent, ['DATA\r\n', 'one\r\n']);
  });

  it('serves one message only if that is what the settings say', () => {
    const { opened, mailWith, turnOff } = start();
    serve(mailWith());
    turnOff();
    serve(mailWith());
    assert.equal(opened.length, 2);
    assert.equal(opened[1]?.sent.at(-1), 'QUIT\r\n');
  });

  it('reports to core what happens after the message was sent', () => {
    const { opened, mailWith } = start();
    serve(mailWith());
    const second = mailWith();
    let closed = 0;
    second.socket.on('close', () => {
      closed += 1;
    });
    second.socket.write('MAIL FROM:<a@client.example>\r\n');
    second.socket.emit('line', '250 sender\r\n');
    second.socket.write('.\r\n');
    second.socket.emit('close');
    assert.equal(closed, 1);
    assert.equal(opened.length, 1);
  });

  for (const [what, options] of [
    ['another server', { servers: [{ exchange: '192.0.2.2', port: 25 }] }],
    ['a login', { servers: [{ exchange: '192.0.2.1', port: 25, auth_user: 'me' }] }],
    ['an address that is not ASCII', { from: '<é@client.example>' }],
    ['required TLS', { isForced: true }],
  ] as const)
    it(`is not shared with a message for ${what}`, () => {
      const { opened, mailWith } = start();
      serve(mailWith());
      mailWith(
        'servers' in options ? { servers: options.servers.map((server) => ({ ...server })) } : options,
      );
      assert.equal(opened.length, 2);
    });

  it('is awaited when there are many already', () => {
    const { opened, mailWith } = start();
    const first = Array.from({ length: 20 }, () => mailWith());
    const waiting = mailWith();
    assert.equal(opened.length, 20);
    assert.equal(waiting.sockets.length, 0);
    const [one] = first;
    if (one !== undefined) serve(one);
    assert.equal(opened.length, 20);
    assert.equal(waiting.socket, opened[0]);
  });

  it('makes room for a new one when it is closed', () => {
    const { opened, mailWith } = start();
    for (let count = 1; count <= 20; count += 1) mailWith();
    const waiting = mailWith();
    opened[3]?.emit('close');
    assert.equal(opened.length, 21);
    assert.equal(waiting.socket, opened[20]);
  });
});
