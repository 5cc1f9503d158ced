/*
 * A message inside another one, and what is found out about it.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { enclosed, surveyOf, textOfOctets } from '../../../../plugins/haraka/message/enclosed-message.js';
import type { MessageText } from '../../../../plugins/haraka/message/message-text.js';

/** A message in chunks of some length. */
function textIn(message: Buffer, length: number): MessageText {
  const chunks: Buffer[] = [];
  for (let at = 0; at < message.length; at += length) chunks.push(message.subarray(at, at + length));
  return { pipe: (destination) => Readable.from(chunks, { objectMode: false }).pipe(destination) };
}

async function read(text: MessageText): Promise<string> {
  const destination = new PassThrough();
  const chunks: Buffer[] = [];
  destination.on('data', (chunk: Buffer) => chunks.push(chunk));
  const end = once(destination, 'end');
  text.pipe(destination);
  await end;
  return Buffer.concat(chunks).toString();
}

describe('the survey of a message', () => {
  for (const [message, header, isEightBit, isHeaderUtf8] of [
    ['From: a\r\nTo: b\r\n\r\nHello.\r\n', 'From: a\r\nTo: b\r\n', false, false],
    ['From: a\r\n\r\nGrüße\r\n', 'From: a\r\n', true, false],
    ['From: ü\r\n\r\nHello.\r\n', 'From: ü\r\n', true, true],
    ['\r\nno header\r\n', '', false, false],
    ['From: a\r\n', 'From: a\r\n', false, false],
    ['From: a', '', false, false],
    ['', '', false, false],
  ] as const) {
    it(`of ${JSON.stringify(message)}, however it comes in chunks`, async () => {
      const octets = Buffer.from(message);
      for (const length of [1, 2, 3, 5, 100]) {
        const survey = await surveyOf(textIn(octets, length));
        assert.equal(survey.header.toString(), header, String(length));
        assert.deepEqual(
          [survey.octets, survey.isEightBit, survey.isHeaderUtf8],
          [octets.length, isEightBit, isHeaderUtf8],
        );
      }
    });
  }

  it('cuts a long header at the end of a line', async () => {
    const line = `X: ${'y'.repeat(96)}\r\n`;
    const { header } = await surveyOf(textIn(Buffer.from(`${line.repeat(1_000)}\r\nHello.\r\n`), 10_000));
    assert.ok(header.length <= 64 * 1024 && header.length > 64 * 1024 - line.length);
    assert.ok(header.toString().endsWith(line));
  });

  it('rejects when the message cannot be read', async () => {
    const text: MessageText = {
      pipe: (destination) => setImmediate(() => destination.emit('error', new Error('EIO'))),
    };
    await assert.rejects(surveyOf(text), /EIO/);
  });
});

describe('an enclosed message', () => {
  it('is between what is before and after, octet by octet', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.integer({ min: 1, max: 9 }),
        async (before, message, after, length) => {
          const octets = Buffer.from(message);
          const whole = before + octets.toString() + after;
          assert.equal(await read(enclosed(before, textIn(octets, length), after)), whole);
          assert.equal(await read(enclosed(before, textOfOctets(octets), after)), whole);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('passes an error on to the destination', async () => {
    const destination = new PassThrough();
    const text: MessageText = {
      pipe: (enclosing) => setImmediate(() => enclosing.emit('error', new Error('EIO'))),
    };
    const failed = once(destination, 'error');
    enclosed('a', text, 'b').pipe(destination);
    const [error] = await failed;
    assert.match(String(error), /EIO/);
  });
});
