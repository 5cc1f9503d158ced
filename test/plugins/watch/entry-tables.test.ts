import assert from 'node:assert/strict';
import { placeOf } from '../../../lib/text/index.js';
import { tableOfEntry } from '../../../plugins/watch/entry-tables.js';
import { policyOf } from '../../lib/policy/policy-of.js';

const cnf = 'domain.com  $U@domain.com\n\nl\ndomain.com\n\ntcp_local smtp\nTCP-DAEMON\n';
const mappings = `FIRST

  a*   $Y
<more.txt
  c*   $Y

SECOND

  d*   $Y

EMPTY

THIRD

  e*   $Y
  f*   $N
`;

describe('the table of an entry', () => {
  const { policy } = policyOf({ cnf, mappings, included: { 'more.txt': '  b*   $Y\n  bb*  $N\n' } });

  it('is the one that has it, also where a part is in another file', () => {
    const places: (readonly [string, string])[] = [];
    for (const { name, entries } of policy.mappings.values()) {
      for (const { span } of entries) places.push([placeOf(span), name]);
    }
    assert.deepEqual(places.map(([, name]) => name).join(' '), 'FIRST FIRST FIRST FIRST SECOND THIRD THIRD');
    for (const [place, name] of places) assert.equal(tableOfEntry(policy, place), name, place);
  });

  it('is unknown for a built-in entry, and for a place without entries', () => {
    for (const place of ['built-in:5', 'mappings:1', 'more.txt:9', 'mappings', ''])
      assert.equal(tableOfEntry(policy, place), undefined, place);
  });
});
