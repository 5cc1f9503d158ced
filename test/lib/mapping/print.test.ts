import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { parsePattern } from '../../../lib/mapping/parse-pattern.js';
import { parseTemplate } from '../../../lib/mapping/parse-template.js';
import { printPattern, printTemplate } from '../../../lib/mapping/print.js';
import { hasErrors } from '../../../lib/text/diagnostic.js';
import { printMappings } from '../../support/language.js';
import { anyFile, anyPattern, anyTemplate } from './arbitrary.js';
import { parseText, spansIn, withoutSpans } from './make.js';

describe('printMappings', () => {
  it('keeps comments and quoting, and puts templates into a column', () => {
    const text = '! head\n\nT\n\n! one\n a$ |*\t$Y$$$ x\n  %   $N\n! last\n\n! tail\nU\n\n  a\\\n   b\n';
    assert.equal(
      printMappings(parseText(text).value),
      '! head\nT\n\n! one\n  a$ |*  $Y$$$ x\n  %      $N\n! last\n\n! tail\nU\n\n  a  b\n\n',
    );
  });

  it('parses to the same tree', () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const parsed = parseText(printMappings(file));
        assert.equal(hasErrors(parsed.diagnostics), false);
        assert.deepEqual(withoutSpans(parsed.value), withoutSpans(file));
      }),
    );
  });
});

describe('printPattern', () => {
  for (const [text, printed] of [
    ['*$@^_*', '*$_*'],
    ['$^_%', '%'],
    ['%$0', '%$0*'],
    ['$d*$_@x*', '$D*$@_X*'],
    ['$|a$.', '|a.'],
    ['$(1.2.3.4)', '$(1.2.3.4/32)'],
    ['$<1.2.3.4>', '$<1.2.3.4/0>'],
    ['$[a\\-c-f]%', '$[a\\-c-f]%'],
  ] as const) {
    it(`${text} as ${printed}`, () => {
      assert.equal(printPattern(parsePattern(text, spansIn(text)).value), printed);
    });
  }

  it('parses to the same tree', () => {
    fc.assert(
      fc.property(anyPattern, (pattern) => {
        const text = printPattern(pattern);
        const parsed = parsePattern(text, spansIn(text));
        assert.deepEqual(withoutSpans(parsed.value), withoutSpans(pattern));
      }),
    );
  });
});

describe('printTemplate', () => {
  it('parses to the same tree', () => {
    fc.assert(
      fc.property(anyTemplate, (template) => {
        const text = printTemplate(template);
        const parsed = parseTemplate(text, spansIn(text));
        assert.deepEqual(withoutSpans(parsed.value), withoutSpans(template));
      }),
    );
  });

  for (const text of [
    '$[image,routine,a$ $0$]$_]',
    '$]ldap:///?x?sub?(a=$0$[)[',
    '$+1E$=$?0.5?$;A$#f|10|4|9#',
  ]) {
    it(`${text} unchanged`, () => {
      assert.equal(printTemplate(parseTemplate(text, spansIn(text)).value), text);
    });
  }
});
