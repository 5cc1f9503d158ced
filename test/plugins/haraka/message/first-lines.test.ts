/*
 * The header of a message and its first lines.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { firstLines } from '../../../../plugins/haraka/message/first-lines.js';

async function read(message: string, length: number, lines: number): Promise<string> {
  const octets = Buffer.from(message);
  const chunks: Buffer[] = [];
  for (let at = 0; at < octets.length; at += length) chunks.push(octets.subarray(at, at + length));
  const destination = new PassThrough();
  const read: Buffer[] = [];
  destination.on('data', (chunk: Buffer) => read.push(chunk));
  const end = once(destination, 'end');
  const text = {
    pipe: (to: NodeJS.WritableStream) => Readable.from(chunks, { objectMode: false }).pipe(to),
  };
  firstLines(text, lines).pipe(destination);
  await end;
  return Buffer.concat(read).toString();
}

const header = 'From: a\r\nTo: b\r\n';

describe('the first lines of a message', () => {
  for (const [message, lines, expected] of [
    [`${header}\r\none\r\ntwo\r\nthree\r\n`, 2, `${header}\r\none\r\ntwo\r\n`],
    [`${header}\r\none\r\n\r\n\r\nfour\r\n`, 2, `${header}\r\none\r\n\r\n`],
    [`${header}\r\none\r\ntwo\r\n`, 20, `${header}\r\none\r\ntwo\r\n`],
    [`${header}\r\n`, 1, `${header}\r\n`],
    [header, 1, header],
    ['\r\none\r\ntwo\r\n', 1, '\r\none\r\n'],
    ['', 1, ''],
    [`${header}\r\ngrün\r\n..\r\nx`, 3, `${header}\r\ngrün\r\n..\r\nx`],
  ] as const) {
    it(`${lines} of ${JSON.stringify(message)}, however it comes in chunks`, async () => {
      for (const length of [1, 2, 3, 7, 100]) assert.equal(await read(message, length, lines), expected);
    });
  }

  it('are passed on with an error of reading', async () => {
    const destination = new PassThrough();
    const failed = once(destination, 'error');
    firstLines(
      {
        pipe: (to) => setImmediate(() => to.emit('error', new Error('EIO'))),
      },
      3,
    ).pipe(destination);
    assert.match(String(await failed), /EIO/);
  });
});
