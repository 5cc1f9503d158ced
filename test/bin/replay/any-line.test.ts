/*
 * Lines of any kind: their parts, and that no reader fails or slows down on them.
 */
import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import fc from 'fast-check';
import { logFormats } from '../../../bin/replay/log-format.js';
import { logLines } from '../../../bin/replay/log-lines.js';
import { scanPairs, scanPath } from '../../../bin/replay/scan-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { readLog } from './read-log.js';

describe('pieces of log lines', () => {
  it('are paths', () => {
    assert.deepEqual(scanPath('<a@b> c', 0), { text: 'a@b', end: 5 });
    assert.deepEqual(scanPath('<"a>\\"b"@c>', 0), { text: '"a>\\"b"@c', end: 11 });
    assert.equal(scanPath('a@b', 0), null);
    assert.equal(scanPath(`<${'x'.repeat(5000)}>`, 0), null);
  });

  it('are pairs', () => {
    assert.deepEqual(
      [...scanPairs('connect ip=192.0.2.7 a="b \\"c\\" d=e" f= g=h a=i')],
      [
        ['ip', '192.0.2.7'],
        ['a', 'b "c" d=e'],
        ['f', ''],
        ['g', 'h'],
      ],
    );
  });
});

describe('any line', () => {
  const piece = fc.constantFrom(
    ...[
      '[NOTICE] ',
      '[U.1] ',
      '[core] ',
      '[pmdf/access] ',
      'recipient ',
      'sender ',
      '<a@b> ',
      'code=OK ',
      'msg="',
    ],
    ...[
      'reject ',
      'entry=x ',
      'reply="550 x"',
      'shadow ',
      'level=NOTICE ',
      'uuid=U ',
      'origin=core ',
      '{"level":',
    ],
    ...[
      'postfix/smtpd[1]: ',
      'NOQUEUE: ',
      'reject: RCPT from ',
      'a[192.0.2.7]',
      ': 554 ',
      '; from=<a> to=<b> proto=X',
    ],
    ...[
      'postfix/qmgr[1]: ',
      'ABCDEF: ',
      'from=<',
      'client=',
      'to=<a@b>, status=',
      '"',
      '\\',
      '<',
      '>',
      ' ',
      '=',
      '}',
    ],
  );
  const line = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 20 }).map((all) => all.join('')),
  );

  for (const format of logFormats) {
    it(`breaks no reader of the format ${format}`, () => {
      fc.assert(
        fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
          const { kinds } = readLog(lines, format);
          assert.equal(kinds.length, lines.length);
        }),
      );
    });
  }

  it('is read in time that grows with its length only', () => {
    const heads = [
      '[NOTICE] [U.1] [core] recipient ',
      'x postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.7]: 554 ',
    ];
    const rests = ['<"', '; from=<', 'a=', '"a" ', ' level=', '[NOTICE] [', 'postfix/', '\\"'];
    for (const head of heads) {
      for (const rest of rests) readLog([head + rest.repeat(60_000)]);
    }
  }).timeout(60_000);
});

describe('a log without lines', () => {
  const folder = temporaryFolder();

  async function readAll(path: string): Promise<number> {
    let count = 0;
    for await (const lines of logLines(path, () => undefined)) count += lines.length;
    return count;
  }

  it('is rejected', async () => {
    const path = folder.write('log', '');
    truncateSync(path, 20_000_000);
    await assert.rejects(readAll(path), /no line end in 16777216 octets/);
    await assert.rejects(readAll('/dev/zero'), /it is a device/);
  });

  it('is not a log with long lines, which are cut', async () => {
    assert.equal(await readAll(folder.write('log', `${`${'x'.repeat(10_000_000)}\n`.repeat(3)}end`)), 4);
  });
});
