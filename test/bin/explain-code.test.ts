/*
 * `pmdf check --explain`: every code has its entry.
 */
import assert from 'node:assert/strict';
import { explainCode } from '../../bin/check/explain-code.js';
import { noPaint } from '../../bin/support/paint.js';
import { diagnosticCodes } from '../../lib/text/codes.js';

describe('pmdf check --explain', () => {
  it('shows the meaning of every code, and a finding where the page has one', () => {
    const codes = Object.entries(diagnosticCodes);
    const withoutExample: string[] = [];
    for (const [code, meaning] of codes) {
      const report = explainCode(code);
      const [first, second, , ...example] = report.text(noPaint);
      assert.equal(first, code);
      assert.equal(second, meaning);
      if (example.length === 0) withoutExample.push(code);
      else
        assert.ok(
          example.some((line) => line.includes(`[${code}]`)),
          code,
        );
    }
    assert.deepEqual(withoutExample, []);
  });

  it('accepts the code as findings print it, and suggests a similar one', () => {
    assert.throws(() => explainCode('open-relai'), {
      name: 'UnknownName',
      hint: 'did you mean `lint/open-relay`?',
    });
    assert.throws(() => explainCode('constructor'), { name: 'UnknownName' });
    assert.deepEqual(explainCode('[Lint/Open-Relay]').json, explainCode('lint/open-relay').json);
  });
});
