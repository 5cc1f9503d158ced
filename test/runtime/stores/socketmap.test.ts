/*
 * The socketmap client: netstrings, replies, and servers that do not keep to the protocol.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, it } from 'mocha';
import type { SocketmapStore } from '../../../lib/config/settings/stores/store.js';
import { netstring, readNetstring } from '../../../runtime/stores/clients/netstring.js';
import { socketmapClient, valuesOfReply } from '../../../runtime/stores/clients/socketmap.js';
import { QuestionRefused } from '../../../runtime/stores/store-connection.js';

describe('netstrings', () => {
  it('are written with their length in octets', () => {
    assert.equal(netstring('m jürgen').toString(), '9:m jürgen,');
    assert.equal(netstring('').toString(), '0:,');
  });

  /** [octets, what they are] with at most 20 octets. */
  const table: readonly (readonly [string, string])[] = [
    ['', 'unfinished 1'],
    ['5', 'unfinished 2'],
    ['5:', 'unfinished 8'],
    ['5:abcde', 'unfinished 8'],
    ['5:abcde,', 'abcde'],
    ['0:,', ''],
    ['20:01234567890123456789,', '01234567890123456789'],
    ['21:', 'wrong'],
    ['999999', 'wrong'],
    ['05:abcde,', 'wrong'],
    [':,', 'wrong'],
    ['-1:,', 'wrong'],
    ['5:abcdef', 'wrong'],
    ['5:abcde,x', 'wrong'],
    ['OK x', 'wrong'],
    ['\0', 'wrong'],
  ];
  for (const [given, wanted] of table) {
    it(`read ${JSON.stringify(given)}`, () => {
      const read = readNetstring(Buffer.from(given), 20);
      const shown =
        read.kind === 'read'
          ? read.octets.toString()
          : read.kind + (read.kind === 'wrong' ? '' : ` ${read.wants}`);
      assert.equal(shown, wanted);
    });
  }
});

describe('replies of a socketmap', () => {
  it('have a status and what follows', () => {
    assert.deepEqual(valuesOfReply(Buffer.from('OK a b')), ['a b']);
    assert.deepEqual(valuesOfReply(Buffer.from('OK ')), ['']);
    assert.deepEqual(valuesOfReply(Buffer.from('NOTFOUND ')), []);
    assert.deepEqual(valuesOfReply(Buffer.from('NOTFOUND')), []);
  });
  for (const status of ['TEMP', 'TIMEOUT', 'PERM']) {
    it(`${status} refuses the question`, () => {
      assert.throws(() => valuesOfReply(Buffer.from(`${status} why`)), QuestionRefused);
    });
  }
  for (const wrong of ['', 'ok x', 'FOUND x', '500 no', 'OK\tx']) {
    it(`${JSON.stringify(wrong)} is no reply`, () => {
      assert.throws(
        () => valuesOfReply(Buffer.from(wrong)),
        (error: unknown) => error instanceof Error && !(error instanceof QuestionRefused),
      );
    });
  }
  it('that are not UTF-8 answer one question badly, and say nothing about the server', () => {
    assert.throws(
      () => valuesOfReply(Buffer.from([0x4f, 0x4b, 0x20, 0xff])),
      new QuestionRefused('the reply is not UTF-8'),
    );
  });
});

describe('a connection to a socketmap', () => {
  let server: Server | null = null;
  const sockets: Socket[] = [];

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
  });

  async function connectTo(serve: (socket: Socket) => void) {
    const made = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      serve(socket);
    });
    server = made;
    made.listen(0, '127.0.0.1');
    await once(made, 'listening');
    const address = made.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const host = { kind: 'host', host: '127.0.0.1', port, tls: 'off' } as const;
    const settings: SocketmapStore = {
      kind: 'socketmap',
      hosts: [host],
      tlsCa: null,
      timeout: 3,
      connections: 1,
      cache: { found: 0, absent: 0, entries: 0 },
      retry: 1,
    };
    const secrets = { password: null, ca: null };
    return await socketmapClient.connect(host, { ...settings, ...secrets }, new AbortController().signal);
  }

  const query = { kind: 'socketmap', map: 'm' } as const;

  it('asks one question after the other, and takes replies in pieces', async () => {
    const asked: string[] = [];
    const connection = await connectTo((socket) => {
      socket.on('data', (request) => {
        asked.push(request.toString());
        for (const octet of netstring(`OK ${'x,'.repeat(50)}`)) socket.write(Buffer.from([octet]));
      });
    });
    assert.deepEqual(await connection.values(query, 'a key'), ['x,'.repeat(50)]);
    assert.deepEqual(await connection.values(query, 'b'), ['x,'.repeat(50)]);
    assert.deepEqual(asked, ['7:m a key,', '3:m b,']);
    connection.close();
  });

  const trouble: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
    ['closes', (socket) => void socket.end(), /closed the connection/],
    ['resets', (socket) => void socket.resetAndDestroy(), /ECONNRESET|closed/],
    ['sends garbage', (socket) => void socket.write('garbage'), /no netstring/],
    ['sends too much', (socket) => void socket.write('100001:'), /100001 octets, more than 100000/],
    ['sends two replies', (socket) => void socket.write('4:OK a,4:OK b,'), /followed by something else/],
  ];
  for (const [what, serve, wanted] of trouble) {
    it(`fails when the server ${what}`, async () => {
      const connection = await connectTo((socket) => void socket.once('data', () => serve(socket)));
      await assert.rejects(connection.values(query, 'k'), wanted);
      await assert.rejects(connection.values(query, 'k'), wanted, 'and stays so');
      connection.close();
    });
  }

  it('fails when the server sends something before it is asked', async () => {
    let seen: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const connection = await connectTo((socket) => {
      socket.once('close', () => seen());
      socket.write('4:OK a,');
    });
    await closed;
    await assert.rejects(connection.values(query, 'k'), /not asked for/);
  });
});
