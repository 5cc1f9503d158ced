import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { policyOf } from '../policy/policy-of.js';

/** Keywords of tcp_local, its option file where it has one, and whether RCPT can reach a limit. */
const rows: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
  ['', {}, false],
  ['transactionlimit 3 recipientcutoff 3 disconnectrecipientlimit 3 disconnectrejectlimit 3', {}, false],
  ['blocklimit 3 mailfromdnsverify spfmailfrom', {}, false],
  ['recipientlimit 3', {}, true],
  ['recipientlimit 0', {}, true],
  ['deferralrejectlimit 3', {}, true],
  ['spfrcptto', {}, true],
  ['', { tcp_local_option: 'ALLOW_RECIPIENTS_PER_TRANSACTION=3\n' }, true],
];

describe('whether a policy limits recipients', () => {
  for (const [keywords, options, expected] of rows) {
    it(`${keywords} ${JSON.stringify(options)}: ${expected}`, () => {
      const cnf = `domain.com $U@domain.com\n\nl\ndomain.com\n\ntcp_local smtp ${keywords}\nTCP-DAEMON\n`;
      assert.equal(policyOf({ cnf, options }).policy.limitsRecipients, expected);
    });
  }
});
