/*
 * The meaning of flags and output of an access table, above all which argument belongs to which flag.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { accessFlags } from '../../../lib/access/flags.js';
import { type AccessOutcome, readAccessOutcome, readFlags } from '../../../lib/access/outcome.js';
import { type AccessTable, accessTables } from '../../../lib/access/tables.js';
import { holdBars } from '../../../lib/address/bar.js';
import { answered, unmatched } from './answers.js';

function read(flags: string, output: string, table: AccessTable = 'FROM_ACCESS'): AccessOutcome {
  return readAccessOutcome(table, answered(flags, output));
}

describe('verdict of an access table', () => {
  const cases = [
    ['', 'tcp_local|a@b|l|c@d', 'permit', false, null],
    ['Y', '', 'permit', true, null],
    ['Y', 'EXTERNAL', 'permit', true, null],
    ['N', '', 'reject', false, null],
    ['N', 'Go away!', 'reject', false, 'Go away!'],
    ['F', 'Go away!', 'reject', false, 'Go away!'],
    ['NF', 'Go away!', 'reject', false, 'Go away!'],
    ['YN', 'Go away!', 'reject', false, 'Go away!'],
    ['N', 'this | or that', 'reject', false, 'this | or that'],
    ['N', '   ', 'reject', false, null],
    ['R', 'x', 'permit', false, null],
  ] as const;
  for (const [flags, output, verdict, explicitPermit, text] of cases) {
    it(`\`${flags}\` with \`${output}\`: ${verdict}`, () => {
      for (const { table } of accessTables) {
        const outcome = read(flags, output, table);
        assert.deepEqual(
          [outcome.verdict, outcome.explicitPermit, outcome.text],
          [verdict, explicitPermit, text],
          table,
        );
      }
    });
  }

  it('permits without a match', () => {
    const outcome = readAccessOutcome('SEND_ACCESS', unmatched('a|b|c|d'));
    assert.equal(outcome.verdict, 'permit');
    assert.equal(outcome.explicitPermit, false);
    assert.deepEqual(outcome.problems, []);
  });
});

describe('arguments of flags', () => {
  const cases: readonly (readonly [string, string, Partial<AccessOutcome>])[] = [
    [
      'ND',
      '30|Relaying not allowed',
      { text: 'Relaying not allowed', delay: { hundredths: 30, everyCommand: true } },
    ],
    ['ND', '-30|No', { text: 'No', delay: { hundredths: 30, everyCommand: false } }],
    ['ND', '30', { verdict: 'reject', text: null, delay: { hundredths: 30, everyCommand: true } }],
    ['D', '30', { verdict: 'permit', delay: { hundredths: 30, everyCommand: true } }],
    ['YD', '30|EXTERNAL', { explicitPermit: true, delay: { hundredths: 30, everyCommand: true } }],
    ['D', '0', { delay: null, problems: [] }],
    ['D', '999999999', { delay: { hundredths: 30_000, everyCommand: true } }],
    ['<', 'logme|', { verdict: 'permit', logOnMatch: 'logme' }],
    ['<', 'log | this', { logOnMatch: 'log | this' }],
    ['<>N', 'seen|refused|No', { logOnMatch: 'seen', logOnReject: 'refused', text: 'No' }],
    ['N>', 'refused|No', { logOnMatch: null, logOnReject: 'refused', text: 'No' }],
    ['<N', '|No', { logOnMatch: null, text: 'No' }],
    ['NX', '5.7.999|No', { enhancedCode: '5.7.999', text: 'No' }],
    ['NX', '4.7.1|Later', { enhancedCode: '4.7.1', text: 'Later' }],
    ['YA', 'X-Channel: tcp|local', { headerLine: 'X-Channel: tcp|local' }],
    ['YAX', 'X-Channel:in|5.1.1', { headerLine: 'X-Channel: in', enhancedCode: '5.1.1' }],
    ['YA', 'X-A: b\r\nBcc: c', { headerLine: 'X-A: b Bcc: c' }],
    ['YT', 'red', { tag: 'red' }],
    ['YJ', 'joe@example.org', { replaceEnvelopeFrom: 'joe@example.org', undecided: null }],
    ['YJK', 'joe@example.org|ann@example.org', { replaceSender: 'ann@example.org', undecided: null }],
    ['YU', '3', { debugLevel: 3 }],
    ['B', '', { verdict: 'permit', bitbucket: true, hold: false }],
    ['HB', '', { hold: true, bitbucket: true }],
    ['NI', 'joe|staff|No', { groupCheck: { user: 'joe', identifier: 'staff' }, text: 'No' }],
    ['YI', 'joe|staff', { groupCheck: { user: 'joe', identifier: 'staff' } }],
    ['NS', '100,20|No', { limits: [100, 20], text: 'No' }],
    ['NG', 'a,b|No', { conversionTags: ['a', 'b'], text: 'No' }],
    ['N,', '2.5|No', { spamAdjust: '2.5', text: 'No' }],
  ];
  for (const [flags, output, want] of cases) {
    it(`\`${flags}\` with \`${output}\``, () => {
      const got = Object.fromEntries(Object.entries(read(flags, output)).filter(([key]) => key in want));
      assert.deepEqual(got, want);
    });
  }

  it('are in the order of the list, whatever the order of the flags', () => {
    const output = '2|from@x|sender@x|u|g|matched|refused|-5|tag|X-H: v|ct|1,2,3|5.1.2|7|Text | more';
    const letters = ['U', 'J', 'K', 'I', '<', '>', 'D', 'T', 'A', 'G', 'S', 'X', ',', 'N'];
    fc.assert(
      fc.property(fc.shuffledSubarray(letters, { minLength: letters.length }), (shuffled) => {
        const outcome = read(shuffled.join(''), output);
        assert.equal(outcome.debugLevel, 2);
        assert.equal(outcome.replaceEnvelopeFrom, 'from@x');
        assert.equal(outcome.replaceSender, 'sender@x');
        assert.deepEqual(outcome.groupCheck, { user: 'u', identifier: 'g' });
        assert.equal(outcome.logOnMatch, 'matched');
        assert.equal(outcome.logOnReject, 'refused');
        assert.deepEqual(outcome.delay, { hundredths: 5, everyCommand: false });
        assert.equal(outcome.tag, 'tag');
        assert.equal(outcome.headerLine, 'X-H: v');
        assert.deepEqual(outcome.conversionTags, ['ct']);
        assert.deepEqual(outcome.limits, [1, 2, 3]);
        assert.equal(outcome.enhancedCode, '5.1.2');
        assert.equal(outcome.spamAdjust, '7');
        assert.equal(outcome.text, 'Text | more');
        assert.deepEqual(outcome.problems, []);
      }),
      { numRuns: 30 },
    );
  });

  it('use only the arguments of flags that are set', () => {
    const pieces: readonly (readonly [string, string])[] = [
      ['U', '2'],
      ['J', 'from@x'],
      ['K', 'sender@x'],
      ['<', 'matched'],
      ['>', 'refused'],
      ['D', '-5'],
      ['T', 'tag'],
      ['A', 'X-H: v'],
      ['X', '5.1.2'],
    ];
    fc.assert(
      fc.property(fc.subarray([...pieces]), (chosen) => {
        const flags = chosen.map(([letter]) => letter).join('');
        const outcome = read(`N${flags}`, [...chosen.map(([, piece]) => piece), 'Text'].join('|'));
        const isSet = (letter: string): boolean => flags.includes(letter);
        assert.equal(outcome.text, 'Text');
        assert.equal(outcome.replaceEnvelopeFrom, isSet('J') ? 'from@x' : null);
        assert.equal(outcome.replaceSender, isSet('K') ? 'sender@x' : null);
        assert.equal(outcome.debugLevel, isSet('U') ? 2 : null);
        assert.equal(outcome.tag, isSet('T') ? 'tag' : null);
        assert.equal(outcome.headerLine, isSet('A') ? 'X-H: v' : null);
        assert.equal(outcome.enhancedCode, isSet('X') ? '5.1.2' : null);
        assert.equal(outcome.logOnMatch, isSet('<') ? 'matched' : null);
        assert.equal(outcome.logOnReject, isSet('>') ? 'refused' : null);
        assert.deepEqual(outcome.problems, []);
      }),
    );
  });

  it('at the port leave `$T` without one and keep the complete text', () => {
    const outcome = read('NT', '500 5.7.1 Go away', 'PORT_ACCESS');
    assert.equal(outcome.text, '500 5.7.1 Go away');
    assert.equal(outcome.recordConnection, true);
    assert.equal(outcome.tag, null);
  });

  it('at the port end before the text for the connection log', () => {
    const rejected = read('N<', 'seen|500 No||from afar', 'PORT_ACCESS');
    assert.deepEqual([rejected.text, rejected.logOnMatch], ['500 No', 'seen']);
    assert.equal(rejected.connectionText, 'from afar');
    assert.equal(read('Y', '||from afar', 'PORT_ACCESS').connectionText, 'from afar');
    assert.equal(read('Y<', 'seen||from afar', 'PORT_ACCESS').logOnMatch, 'seen');
  });
});

describe('malformed arguments', () => {
  const cases = [
    ['D', 'Go away', 'the argument `Go away` of `$D` is not an integer'],
    ['U', '1.5', 'the argument `1.5` of `$U` is not an integer'],
    ['X', '571', 'the argument `571` of `$X` is not an extended code of class 4 or 5'],
    ['X', '2.0.0', 'the argument `2.0.0` of `$X` is not an extended code of class 4 or 5'],
    ['A', 'no colon', 'the argument `no colon` of `$A` is not a header line'],
    ['A', 'a name: x', 'the argument `a name: x` of `$A` is not a header line'],
    ['J', '', 'the argument `` of `$J` is not an address'],
    ['K', '<a@b>', 'the argument `<a@b>` of `$K` is not an address'],
    ['S', '1,2,3,4', 'the argument `1,2,3,4` of `$S` is not up to three integers'],
  ] as const;
  for (const [letter, argument, problem] of cases) {
    it(`of \`$${letter}\` keep the rejection`, () => {
      const outcome = read(`N${letter}`, `${argument}|No`);
      assert.equal(outcome.verdict, 'reject');
      assert.equal(outcome.text, 'No');
      assert.deepEqual(outcome.problems, [problem]);
    });
  }

  it('of `$J` leave a permit undecided', () => {
    assert.match(read('YJ', '').undecided ?? '', /replaced/);
    assert.equal(read('YJ', 'a@b').undecided, null);
  });

  it('are not expected for a flag that the table does not know', () => {
    const outcome = read('NK', 'Not for you', 'SEND_ACCESS');
    assert.equal(outcome.text, 'Not for you');
    assert.deepEqual(outcome.problems, ['SEND_ACCESS has no flag `$K`']);
  });
});

describe('any answer', () => {
  const letters = [...accessFlags.map((flag) => flag.letter), 'Q', '~'];
  const flags = fc.subarray(letters).map((chosen) => chosen.join(''));
  const tables = fc.constantFrom(...accessTables.map(({ table }) => table));
  const output = fc.oneof(
    fc.string(),
    fc.string().map((text) => text.replaceAll(/[a-f ]/g, '|')),
  );

  it('is read without throwing, and no rejection is lost', () => {
    fc.assert(
      fc.property(tables, flags, output, (table, chosen, text) => {
        const outcome = read(chosen, text, table);
        assert.equal(outcome.verdict === 'reject', /[NF]/.test(chosen));
        assert.equal(outcome.explicitPermit, chosen.includes('Y') && !/[NF]/.test(chosen));
      }),
    );
  });

  it('leaves a flag that is not implemented undecided', () => {
    for (const flag of accessFlags.filter((one) => !one.provided)) {
      assert.ok(read(`Y${flag.letter}`, 'a|b').undecided?.includes(`\`$${flag.letter}\``), flag.letter);
    }
  });

  it('is not shifted by a bar held inside an address', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (address, mark) => {
        const outcome = read('N<>X', `${holdBars(address)}|${holdBars(mark)}|5.7.1|to ${holdBars(address)}.`);
        assert.equal(outcome.logOnMatch ?? '', address.trim());
        assert.equal(outcome.logOnReject ?? '', mark.trim());
        assert.equal(outcome.enhancedCode, '5.7.1');
        assert.equal(outcome.text, `to ${address}.`);
      }),
    );
  });
});

describe('an answer with few flags', () => {
  it('is read as flag by flag', () => {
    const outputs = fc
      .array(fc.constantFrom('a', ' ', '|', '||', '5.7.1', holdBars('|')))
      .map((all) => all.join(''));
    const flags = fc.oneof(fc.constantFrom('N', 'F', 'Y'), fc.string({ minLength: 1, maxLength: 2 }));
    const tables = fc.constantFrom(...accessTables.map(({ table }) => table));
    fc.assert(
      fc.property(tables, flags, outputs, (table, letters, output) => {
        assert.deepEqual(read(letters, output, table), readFlags(table, new Set(letters), output));
      }),
      { numRuns: 3000 },
    );
  });
});
