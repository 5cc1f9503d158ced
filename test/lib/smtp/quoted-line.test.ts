import assert from 'node:assert/strict';
import { quotedField, quotedLine } from '../../../lib/smtp/quoted-line.js';

describe('a line that is not SMTP, in a log', () => {
  for (const [line, wanted] of [
    ['hello?', '`hello?`'],
    ['hello \r\n', '`hello`'],
    ['', '``'],
    ['\x16\x03\x01 TLS\x1b[31m\x9b\u2028.', '`??? TLS?[31m??.`'],
    ['x'.repeat(100), `\`${'x'.repeat(100)}\``],
    ['x'.repeat(5000), `\`${'x'.repeat(100)}...\``],
  ] as const) {
    it(`is ${wanted.slice(0, 20)}, of ${line.length} characters`, () =>
      assert.equal(quotedLine(line), wanted));
  }
});

describe('a text as a field of a log line', () => {
  for (const [text, wanted] of [
    ['jane', '"jane"'],
    ['x" client=9.9.9.9 \u202eevil', `"x' client=9.9.9.9  evil"`],
    ['a\r\nb\u2066c', '"a b c"'],
  ] as const) {
    it(`is ${JSON.stringify(wanted)}`, () => assert.equal(quotedField(text), wanted));
  }
});
