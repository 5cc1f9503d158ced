/*
 * What keywords and settings say about notices.
 */
import assert from 'node:assert/strict';
import { asksPriority, type NoticeRules, noticeRules } from '../../../lib/policy/index.js';
import { policyOf } from './policy-of.js';

const days = (...ages: readonly number[]): readonly number[] => ages.map((age) => age * 86_400_000);

function policyWith(local: string, other: string, yaml = '') {
  const cnf = `domain.com   $U@domain.com

l ${local}
domain.com

tcp_local smtp ${other}
TCP-DAEMON
`;
  return policyOf({ cnf, yaml }).policy;
}

describe('the ages of notices', () => {
  for (const [local, other, ages] of [
    ['', '', days(3, 6, 9, 12)],
    ['notices 1 2', '', days(1, 2)],
    ['notices 1 2', 'notices 4 5', days(4, 5)],
    ['urgentnotices 1', 'notices 4 5', days(4, 5)],
    ['', 'notices 4', days(4)],
    ['', 'notices 5 4 4 0', days(4, 5)],
    ['', 'notices 0', days(3, 6, 9, 12)],
    ['notices 1 2', 'notices 0', days(1, 2)],
    ['notices 0 0', '', days(3, 6, 9, 12)],
    ['', 'notices 0 7', days(7)],
    ['', 'notices 1 2 3 4 5 6 7', days(1, 2, 3, 4, 5)],
  ] as const) {
    it(`l ${local}, tcp_local ${other}`, () => {
      assert.deepEqual(noticeRules(policyWith(local, other), 'tcp_local', 'normal').ages, ages);
    });
  }

  it('depend on the priority where a keyword says so, its own or that of `l`', () => {
    const policy = policyWith('nonurgentnotices 8', 'notices 3 urgentnotices 1 nonurgentnotices 7');
    assert.deepEqual(
      (['urgent', 'normal', 'nonurgent'] as const).map((one) => noticeRules(policy, 'tcp_local', one).ages),
      [days(1), days(3), days(7)],
    );
    assert.deepEqual(noticeRules(policy, 'l', 'nonurgent').ages, days(8));
    assert.equal(asksPriority(policy, 'tcp_local'), true);
    assert.equal(asksPriority(policyWith('urgentnotices 2', ''), 'tcp_local'), true);
    assert.equal(asksPriority(policyWith('notices 2', 'notices 3'), 'tcp_local'), false);
  });

  it('are hours if the settings say so', () => {
    const policy = policyWith('', 'notices 1 2', 'notices: { return_units: hours }\n');
    assert.deepEqual(noticeRules(policy, 'tcp_local', 'normal').ages, [3_600_000, 7_200_000]);
  });

  it('are those of `l` for a channel that is not there any more', () => {
    assert.deepEqual(noticeRules(policyWith('notices 1', ''), 'gone', 'normal').ages, days(1));
    assert.deepEqual(noticeRules(policyWith('notices 1', ''), null, 'normal').ages, days(1));
  });
});

describe('the keywords about notices', () => {
  const usual: Partial<NoticeRules> = {
    failureCopies: 'usual',
    delayCopies: 'usual',
    postmasterGets: 'message',
    from: { address: 'postmaster@domain.com', name: 'PMDF e-Mail Interconnect' },
    postmaster: 'postmaster@domain.com',
    showsFinal: true,
    mostReturned: 102_400,
  };
  for (const [keywords, yaml, expected] of [
    ['', '', {}],
    ['sendpost warnpost', '', { failureCopies: 'always', delayCopies: 'always' }],
    ['copysendpost copywarnpost', '', { failureCopies: 'unless-null', delayCopies: 'unless-null' }],
    ['errsendpost errwarnpost', '', { failureCopies: 'undeliverable', delayCopies: 'undeliverable' }],
    ['nosendpost nowarnpost', '', { failureCopies: 'never', delayCopies: 'never' }],
    ['sendpost nosendpost', '', { failureCopies: 'never' }],
    ['postheadonly', '', { postmasterGets: 'header' }],
    ['postheadonly postheadbody', '', {}],
    ['suppressfinal', '', { showsFinal: false }],
    [
      'returnaddress robot@domain.com returnpersonal "The Robot"',
      '',
      { from: { address: 'robot@domain.com', name: 'The Robot' } },
    ],
    [
      'noreturnaddress',
      'notices: { return_address: mail@domain.com, return_personal: Mail }\n',
      { from: { address: 'mail@domain.com', name: 'Mail' } },
    ],
    ['returnaddress robot', '', { from: { address: 'robot@domain.com', name: 'PMDF e-Mail Interconnect' } }],
    [
      '',
      'notices: { return_address: robot }\nlocal_host: gate.domain.com\n',
      {
        postmaster: 'postmaster@gate.domain.com',
        from: { address: 'robot@gate.domain.com', name: 'PMDF e-Mail Interconnect' },
      },
    ],
    ['', 'notices: { bounce_block_limit: 0 }\n', { mostReturned: 0 }],
    ['', 'notices: { content_return_block_limit: 5 }\n', { mostReturned: 5_120 }],
    ['', 'notices: { content_return_block_limit: 500 }\n', { mostReturned: 102_400 }],
    [
      '',
      'local_host: gate.domain.com\n',
      {
        postmaster: 'postmaster@gate.domain.com',
        from: { address: 'postmaster@gate.domain.com', name: 'PMDF e-Mail Interconnect' },
      },
    ],
  ] as const) {
    it(`${keywords} ${yaml.trim()}`, () => {
      const rules = noticeRules(policyWith('', keywords, yaml), 'tcp_local', 'normal');
      assert.deepEqual({ ...rules, ages: undefined }, { ...usual, ...expected, ages: undefined });
    });
  }
});
