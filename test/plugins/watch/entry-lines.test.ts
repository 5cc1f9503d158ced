import assert from 'node:assert/strict';
import { entryLines } from '../../../plugins/watch/entry-lines.js';
import { policyOf } from '../../lib/policy/policy-of.js';

const cnf = 'domain.com  $U@domain.com\n\nl\ndomain.com\n\ntcp_local smtp\nTCP-DAEMON\n';
const mappings =
  'FIRST\n\n  a*   $Y\n! a secret in a comment\n<more.txt\n  c*   $Y\n  <b>*   $N\n\nSECOND\n\n  d*   $Y\n';

describe('the line of an entry', () => {
  const { policy } = policyOf({ cnf, mappings, included: { 'more.txt': '  bb*  $N\n' } });

  it('comes with the entries of its table in the same file, and nothing else', () => {
    assert.equal(
      entryLines(policy, 'mappings:6'),
      'FIRST in mappings\n\n      3    a*   $Y\n>     6    c*   $Y\n      7    <b>*   $N\n',
    );
  });

  it('is of no other place', () => {
    for (const place of ['built-in:5', 'mappings:4', 'mappings:5', '../mappings:6', '/etc/passwd:1', ''])
      assert.equal(entryLines(policy, place), null, place);
  });
});
