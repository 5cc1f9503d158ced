import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LimitRefusal } from '../../../lib/limits/refusal.js';
import {
  limitMailByOptions,
  limitRecipientByOptions,
  limitTriedByOptions,
  parseServerOptions,
  type ServerOptions,
} from '../../../lib/limits/server-options.js';
import type { Diagnostic } from '../../../lib/text/diagnostic.js';

const none = { transactions: 0, recipients: 0, rejections: 0, badCommands: 0 };

function parsed(text: string): {
  readonly value: ServerOptions;
  readonly diagnostics: readonly Diagnostic[];
} {
  return parseServerOptions({ name: 'tcp_local_option', shortName: 'tcp_local_option', text: `${text}\n` });
}

/** The file, what is decided, the number up to which nothing is refused, and the reply after it. */
const rows: readonly (readonly [
  string,
  (options: ServerOptions, count: number) => LimitRefusal | null,
  number,
  string,
])[] = [
  [
    'ALLOW_TRANSACTIONS_PER_SESSION=3',
    (one, transactions) => limitMailByOptions(one, { ...none, transactions }),
    3,
    '451 4.5.3 No more transactions allowed',
  ],
  [
    'allow_transactions_per_session=0\nTRANSACTION_LIMIT_RCPT_TO=1',
    (one, transactions) => limitRecipientByOptions(one, { ...none, transactions }, 0),
    0,
    '451 4.5.3 No more transactions allowed',
  ],
  [
    'ALLOW_RECIPIENTS_PER_TRANSACTION=3',
    (one, accepted) => limitRecipientByOptions(one, none, accepted),
    2,
    '452 4.5.3 Too many recipients specified',
  ],
  [
    'ALLOW_REJECTIONS_BEFORE_DEFERRAL=3',
    (one, rejections) => limitRecipientByOptions(one, { ...none, rejections }, 0),
    2,
    '450 4.7.0 too many recipients were refused in this session; try again later',
  ],
  [
    'REJECT_RECIPIENTS_PER_TRANSACTION=3',
    (one, tried) => limitTriedByOptions(one, tried),
    3,
    '451 4.4.5 Error ending envelope - Too many recipients specified',
  ],
];

describe('the option file of a channel', () => {
  for (const [text, decide, most, wanted] of rows) {
    it(`${text.replace('\n', ', ')}: up to ${most}`, () => {
      const { value, diagnostics } = parsed(text);
      assert.deepEqual(diagnostics, []);
      assert.equal(decide(value, most), null);
      const { code, enhanced, text: words } = decide(value, most + 1)?.reply ?? {};
      assert.equal(`${code} ${enhanced} ${words}`, wanted);
    });
  }

  it('refuses at RCPT in place of MAIL with TRANSACTION_LIMIT_RCPT_TO', () => {
    const { value } = parsed('ALLOW_TRANSACTIONS_PER_SESSION=1\nTRANSACTION_LIMIT_RCPT_TO=1');
    assert.equal(limitMailByOptions(value, { ...none, transactions: 2 }), null);
  });

  it('limits nothing without a file', () => {
    const many = { transactions: 1e9, recipients: 1e9, rejections: 1e9, badCommands: 0 };
    assert.equal(limitMailByOptions(null, many), null);
    assert.equal(limitRecipientByOptions(null, many, 1e9), null);
    assert.equal(limitTriedByOptions(null, 1e9), null);
  });

  const findings: readonly (readonly [text: string, code: string, hint: string | null])[] = [
    ['ALLOW_TRANSACTION_PER_SESSION=5', 'option/channel', 'did you mean `ALLOW_TRANSACTIONS_PER_SESSION`?'],
    ['SPF_MAX_RECURSION=5', 'option/channel', 'the settings `spf` in pmdf.yaml say this'],
    ['NOBODY_KNOWS_THIS=5', 'option/channel', 'docs/limits.md lists those that have one'],
    ['ALLOW_TRANSACTIONS_PER_SESSION=-1', 'option/value', null],
    ['ALLOW_TRANSACTIONS_PER_SESSION=2147483648', 'option/value', null],
    ['ALLOW_TRANSACTIONS_PER_SESSION=many', 'option/value', null],
    [
      'ALLOW_TRANSACTIONS_PER_SESSION=1\nALLOW_TRANSACTIONS_PER_SESSION=2',
      'option/twice',
      'remove one of the lines',
    ],
  ];
  for (const [text, code, hint] of findings) {
    it(`${text.replace('\n', ', ')}: ${code}`, () => {
      const [finding, more] = parsed(text).diagnostics;
      assert.equal(more, undefined);
      assert.equal(finding?.code, code);
      if (hint !== null) assert.equal(finding?.hint, hint);
    });
  }
});
