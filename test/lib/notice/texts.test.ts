/*
 * The texts of notices, and what they take from the original message.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  languageOf,
  noticeKinds,
  priorityOf,
  readHeader,
  shownHeader,
  type TextName,
  usualTexts,
  wordsFor,
} from '../../../lib/notice/index.js';

const substitutions = {
  header: ['  Subject: x'],
  recipients: ['  bob', '', '  carol'],
  unit: 'days',
} as const;

function words(texts: Partial<Record<TextName, string>>, unit: 'days' | 'hours' = 'days') {
  const written = new Map(Object.entries(texts) as [TextName, string][]);
  return wordsFor('failed', { ...usualTexts, texts: written }, { ...substitutions, unit });
}

describe('the text of a notice', () => {
  it('is there without any file, for each kind', () => {
    for (const kind of noticeKinds) {
      const { lines, language } = wordsFor(kind, usualTexts, substitutions);
      assert.equal(language, 'en');
      assert.deepEqual(lines.slice(0, 4), [
        'This report relates to a message you sent with the following header fields:',
        '',
        '  Subject: x',
        '',
      ]);
      assert.ok(lines.join('\n').includes('\n  bob\n\n  carol'));
      assert.ok(lines.every((line) => !line.includes('%') && line.length <= 78));
    }
  });

  for (const [what, texts, unit, lines, language] of [
    [
      'prefix, kind and suffix',
      { prefix: 'Content-language: fr\n\nA\n', failed: 'B\n', suffix: 'C\n' },
      'days',
      ['A', 'B', 'C'],
      'fr',
    ],
    [
      'a prefix without header fields',
      { prefix: 'A %H\nB', failed: 'C' },
      'days',
      ['A   Subject: x', 'B', 'C'],
      null,
    ],
    [
      'line ends of other systems',
      { prefix: 'Content-type: x\r\n\r\nA\r\n', failed: 'B\r\n' },
      'days',
      ['A', 'B'],
      null,
    ],
    ['days', { prefix: '-', failed: '%U %u %% %x' }, 'days', ['-', 'Day day % %x'], null],
    ['hours', { prefix: '-', failed: '%U %u' }, 'hours', ['-', 'Hour hour'], null],
    [
      'several lines in place of one sequence',
      { prefix: '-', failed: '%R' },
      'days',
      ['-', '  bob', '', '  carol'],
      null,
    ],
    [
      'nothing but spaces for controls',
      { prefix: '-', failed: 'a\u0007b\u2028c' },
      'days',
      ['-', 'a b c'],
      null,
    ],
  ] as const) {
    it(`has ${what}`, () => {
      assert.deepEqual(words(texts, unit), { lines, language });
    });
  }

  it('has no language when its parts come from different sources', () => {
    assert.equal(words({ failed: 'Échec' }).language, null);
  });
});

describe('the header of the original', () => {
  const read = (text: string) => readHeader(Buffer.from(text));

  it('is shown by the fields by which a sender knows it', () => {
    const header = read('X-A: 1\r\nsubject: a\r\n\tb\r\nFROM: me\r\nSubject: second\r\nMessage-ID: <1>\r\n');
    assert.deepEqual(shownHeader(header), ['  Message-id: <1>', '  From: me', '  Subject: a b']);
  });

  for (const [text, priority] of [
    ['', 'normal'],
    ['Priority: urgent', 'urgent'],
    ['Priority: Non-Urgent', 'nonurgent'],
    ['Priority: normal', 'normal'],
    ['Priority: what', 'normal'],
  ] as const) {
    it(`says ${priority}: ${text}`, () => assert.equal(priorityOf(read(text)), priority));
  }

  it('names the languages of the sender, the standard field first', () => {
    assert.equal(languageOf(read('X-Accept-Language: de\r\nAccept-Language: fr, en\r\n')), 'fr,en');
    assert.equal(languageOf(read('Preferred-language: de')), 'de');
    assert.equal(languageOf(read('')), '');
  });

  it('can be anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (octets) => {
        for (const line of shownHeader(readHeader(octets))) assert.doesNotMatch(line, /[\r\n]/);
      }),
    );
  });
});
