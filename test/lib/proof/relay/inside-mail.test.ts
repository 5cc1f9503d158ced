/*
 * Which mail of strangers gets to which channel inside.
 */
import assert from 'node:assert/strict';
import { absent, driveNow } from '../../../../lib/engine/lookup.js';
import { mailInside } from '../../../../lib/proof/relay/inside-mail.js';
import { proofGround } from '../../../../lib/proof/relay/prove-relaying.js';
import { exampleFile } from '../../decide/session-of.js';
import { type PolicyText, plainEnvironment, policyOf } from '../../policy/policy-of.js';

const cnf = exampleFile('pmdf.cnf');
const anyone = ['l: *@domain.com from any sender', 'tcp_internal: *@*.domain.com from any sender'];

function insideOf(text: Partial<PolicyText>, left = 5_000_000): readonly string[] {
  const compiled = policyOf({ cnf, ...text });
  const ground = proofGround(compiled, () => plainEnvironment(1_000_000), undefined, { contents: () => [] });
  const found = driveNow(mailInside(ground, left), () => absent);
  return found.flatMap(({ channel, letIn, isPartial }) => [
    ...letIn.map(({ recipients, senders }) => `${channel}: ${recipients} from ${senders}`),
    ...(isPartial ? [`${channel}: partial`] : []),
  ]);
}

const rows: readonly (readonly [string, string, readonly string[]])[] = [
  ['all that the rules lead inside', '', anyone],
  ['nothing', 'ORIG_SEND_ACCESS\n\n  tcp_local|*  $NNo\n', []],
  [
    'what is not refused',
    'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_internal|*  $NNo\n',
    ['l: *@domain.com from any sender'],
  ],
  [
    'some recipients',
    'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_internal|*@mx.domain.com  $Y\n  tcp_local|*|tcp_internal|*  $NNo\n',
    ['l: *@domain.com from any sender', 'tcp_internal: *@mx.domain.com from any sender'],
  ],
  [
    'some senders',
    'FROM_ACCESS\n\n  *|tcp_local|*@partner.example|*  $Y\n  *|tcp_local|*  $NNo\n',
    anyone.map((one) => one.replace('any sender', '*@partner.example')),
  ],
];

describe('mail of strangers inside', () => {
  for (const [name, mappings, expected] of rows) {
    it(name, () => {
      assert.deepEqual(insideOf({ mappings }), expected);
    });
  }

  it('is partial at the limit of work', () => {
    assert.deepEqual(
      insideOf({ mappings: '' }, 2_000).filter((one) => !one.endsWith('partial')),
      [],
    );
  });
});
