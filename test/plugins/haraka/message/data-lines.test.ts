/*
 * Every way to misuse line ends, through Haraka's own reading of a message and its output: what leaves has CR and LF as
 * pairs only, and ends once, at its end.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reply } from '../../../../lib/smtp/reply.js';
import { faultOf, guardDataLines, isHeaderTooLong } from '../../../../plugins/haraka/message/data-lines.js';
import { type CoreSession, startCoreSession } from '../core-connection.js';

const doubtful = reply(554, '5.6.0', 'doubtful end');
const symbols = ['\r', '\n', '.', 'x'];
const head = 'Subject: test\r\n\r\nfirst';
const end = '\r\n.\r\n';

function session(): CoreSession {
  return startCoreSession((connection) => guardDataLines(connection, () => doubtful));
}

function octets(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** Every text of the given length. */
function textsOf(length: number): string[] {
  if (length === 0) return [''];
  return textsOf(length - 1).flatMap((text) => symbols.map((symbol) => text + symbol));
}

/** Whether CR and LF occur as pairs only, and NUL not at all. */
function isClean(text: string): boolean {
  return !/\0|\r(?!\n)|(?<!\r)\n/.test(text);
}

/** The text of a message up to the first end that any server could see. */
function strictBody(sent: string): string {
  assert.ok(sent.endsWith(end), JSON.stringify(sent));
  const [, ...body] = sent.slice(0, -end.length).split('\r\n\r\n');
  return body.join('\r\n\r\n');
}

async function play(chunks: readonly Buffer[]): Promise<{ reply: string; fault: boolean; sent: string }> {
  const one = session();
  const { transaction } = one.connection;
  assert.ok(transaction !== null);
  one.receive(chunks);
  const fault = faultOf(transaction) !== null;
  if (!one.isMessageDone()) return { reply: one.replies(), fault, sent: '' };
  return { reply: one.replies(), fault, sent: (await one.sent()).toString('latin1') };
}

async function assertSafe(body: string, chunks: readonly Buffer[]): Promise<void> {
  const { reply: answer, fault, sent } = await play(chunks);
  const shown = JSON.stringify(body);
  if (sent === '') {
    // A lone dot that ends the message for some servers only.
    assert.match(answer, /^554 5\.6\.0 doubtful end\r\n$/, shown);
    assert.match(`\n${body}\n`, /\n\.\r?\n/, shown);
    return;
  }
  assert.equal(answer, '', shown);
  assert.ok(isClean(sent), `${shown} leaves as ${JSON.stringify(sent)}`);
  assert.equal(sent.split('\r\n.\r\n').length, 2, `${shown} ends more than once: ${JSON.stringify(sent)}`);
  const whole = `first${body}`;
  // If it contains no end of its own, the message is clean exactly when nothing is found.
  if (`${whole}${end}`.indexOf(end) === whole.length) {
    assert.equal(fault, !isClean(whole), shown);
    if (!fault) assert.equal(strictBody(sent), whole, shown);
  }
}

describe('the lines of a message', () => {
  for (const length of [0, 1, 2, 3, 4, 5, 6]) {
    it(`with ${length} of CR, LF, dot and x in the text`, async function () {
      this.timeout(60_000);
      for (const body of textsOf(length)) await assertSafe(body, [octets(`${head}${body}${end}`)]);
    });
  }

  it('are read the same however they are split into chunks, with NUL in them and in the header', async () => {
    const part = fc.constantFrom('\r', '\n', '.', 'x', '\0', '\r\n', '\r\n.', '\u00e4');
    const chunk = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 8 }), fc.boolean(), async (texts, isHeader) => {
        const before = isHeader ? 'Subject: a' : head;
        const whole = [before, ...texts, end];
        const cut = await play(whole.map(octets));
        const once = await play([octets(whole.join(''))]);
        assert.deepEqual(cut, once);
        if (once.sent === '') return;
        assert.ok(isClean(once.sent), JSON.stringify([whole, once.sent]));
        assert.equal(once.sent.split(end).length, 2, JSON.stringify([whole, once.sent]));
      }),
      { numRuns: 200 },
    );
  });

  const kept: readonly (readonly [string, string])[] = [
    ['an ISO 8859-1 octet in a header line', 'Subject: k\u00e4se\r\n\r\nhello\r\n.\r\n'],
    [
      'UTF-8 in a header line',
      `Subject: ${Buffer.from('k\u00e4se').toString('latin1')}\r\n\r\nhello\r\n.\r\n`,
    ],
    [
      'private-use characters',
      `Subject: ${Buffer.from('\uf7e4 \u00e4 \uf7e4').toString('latin1')}\xff\r\n\r\n\xef\x9f\xa4\xe4\r\n.\r\n`,
    ],
    [
      'half a character at the end of a line',
      'Subject: a\xc3\r\nX-A: \xef\x9f\r\n \xa4\r\n\r\nhello\r\n.\r\n',
    ],
    [
      'all octets above 127',
      `X: ${Array.from({ length: 128 }, (_one, n) => String.fromCharCode(128 + n)).join('')}\r\n\r\n\xe4\r\n.\r\n`,
    ],
    ['a message without a header', 'k\u00e4se\r\n.\r\n'],
  ];
  for (const [what, message] of kept) {
    it(`keep the octets of ${what}`, async () => {
      const { sent, fault } = await play([octets(message)]);
      assert.equal(fault, false);
      assert.ok(sent.endsWith(message), JSON.stringify(sent));
    });
  }

  it('name the first fault and its line', () => {
    const rows = [
      ['a\r\nb\rc\r\n', { fault: 'bare CR', line: 4 }],
      ['a\nb\rc\r\n', { fault: 'bare LF', line: 3 }],
      ['a\r\n\r\nb\0\r\n', { fault: 'NUL', line: 5 }],
    ] as const;
    for (const [text, found] of rows) {
      const one = session();
      const { transaction } = one.connection;
      assert.ok(transaction !== null);
      one.receive([octets(`Subject: a\r\n\r\n${text}.\r\n`)]);
      assert.deepEqual(faultOf(transaction), found);
    }
  });

  const dotted: readonly (readonly [string, string])[] = [
    ['a field that begins with a dot', 'Subject: a\r\n..Foo: b\r\n\r\n..x\r\n'],
    ['a dot before a space, which would continue the field before', 'Subject: a\r\n.. b\r\n\r\nx\r\n'],
    ['dots in a field of several lines', '..A: b\r\n .c\r\n\r\n..\r\n'],
    ['a dot and an octet above 127', 'Subject: a\r\n..\xe4: b\r\n\r\n..x\r\n'],
  ];
  for (const [what, message] of dotted) {
    it(`go into the queue as they are sent: ${what}`, async () => {
      const one = session();
      one.receive([octets(`${message}.\r\n`)]);
      assert.ok((await one.queued()).toString('latin1').endsWith(message));
    });
  }

  it('of a message that begins with a space are its text, not part of our Received field', async () => {
    const { sent } = await play([octets(' by evil.example\r\nX: y\r\n.\r\n')]);
    assert.ok(sent.endsWith('; now\r\n\r\n by evil.example\r\nX: y\r\n.\r\n'), JSON.stringify(sent));
  });

  it('of a header that is longer than Haraka reads are counted, and those after the header are not', () => {
    const rows: readonly (readonly [string, boolean])[] = [
      ['X: y\r\n'.repeat(999), false],
      ['X: y\r\n'.repeat(1000), true],
      [`X: y\r\n${' z\r\n'.repeat(999)}`, true],
      [`${'X: y\r\n'.repeat(999)}\r\n${'z\r\n'.repeat(2000)}`, false],
      ['text\r\n'.repeat(1000), true],
    ];
    for (const [text, expected] of rows) {
      const one = session();
      const { transaction } = one.connection;
      assert.ok(transaction !== null);
      one.receive([octets(`${text}.\r\n`)]);
      assert.equal(isHeaderTooLong(transaction), expected, text.slice(0, 20));
    }
  });

  for (const [tail, wanted] of [
    ['tail', 'tail\r\n'],
    ['tail\r', 'tail \r\n'],
    ['tail\n', 'tail\r\n'],
    ['', ''],
  ] as const) {
    it(`end, the last one too, where a plugin changes the text to end in ${JSON.stringify(tail)}`, async () => {
      const one = session();
      const { transaction } = one.connection;
      assert.ok(transaction !== null);
      Reflect.set(transaction, 'parse_body', true);
      one.receive([octets('Subject: a\r\n\r\nx\r\n.\r\n')]);
      transaction.message_stream.add_line(tail);
      assert.match((await one.sent()).toString('latin1'), new RegExp(`\r\n\r\nx\r\n${wanted}\\.\r\n$`));
    });
  }
});
