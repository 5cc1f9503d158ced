import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { absent, driveNow, found } from '../../../../lib/engine/lookup.js';
import type { TraceEvent } from '../../../../lib/engine/trace.js';
import { lintWritten } from '../../../../lib/lint/lint.js';
import { ruleNeverFires } from '../../../../lib/lint/rules/rule-never-fires.js';
import { rewriteEnvelope } from '../../../../lib/policy/rewriting.js';
import { placeOf } from '../../../../lib/text/places.js';
import { plainEnvironment, policyOf } from '../../policy/policy-of.js';
import { subjectOf } from '../subject-of.js';

const blocks = `
l
domain.com

tcp_local smtp
TCP-DAEMON

tcp_other smtp norules
OTHER-DAEMON
`;

const pattern = fc.constantFrom(
  'a.example',
  '.example',
  '$*',
  '.',
  '$%',
  '[]',
  '[*.*.*.*]',
  '[10.]',
  '*.example',
  '*',
  '*.*',
);
const output = fc.constantFrom(
  ...[
    '$U%b.test@TCP-DAEMON',
    '$U@$D',
    '$U%$H$D@TCP-DAEMON',
    '$U@$H',
    '$U%$&0.x@TCP-DAEMON',
    '$($U)',
    '$U@$(x)',
  ],
);
const control = fc.constantFrom(
  '$E',
  '$F',
  '$R',
  '$B',
  '$A',
  '$P',
  '$Mtcp_local',
  '$Ntcp_local',
  '$Ml',
  '$Mtcp_other',
);
const rule = fc
  .tuple(pattern, output, fc.array(control, { maxLength: 2 }))
  .map(([left, middle, controls]) => {
    // The name of a channel continues to the next control with a name.
    const sorted = [...controls].sort((one, other) => one.length - other.length);
    return `${left}  ${middle}${sorted.join('')}`;
  });

const addresses = [
  'u@a.example',
  'u@b.example',
  'u@other.test',
  'u%a.example@b.example',
  'u@[10.1.2.3]',
  'u%x.test',
  'u@a',
];

describe('rules that never fire', () => {
  it('never fire in a real rewrite', () => {
    let named = 0;
    fc.assert(
      fc.property(fc.array(rule, { minLength: 2, maxLength: 6 }), fc.boolean(), (rules, isFound) => {
        const compiled = policyOf({ cnf: `${rules.join('\n')}\n${blocks}` });
        const never = new Set(
          lintWritten(subjectOf(compiled), [ruleNeverFires]).map(({ span }) => placeOf(span)),
        );
        named += never.size;
        const trace = (event: TraceEvent) => {
          if (event.kind === 'rule-tried' && event.fired) assert.ok(!never.has(event.place), event.place);
        };
        for (const address of addresses) {
          for (const direction of ['forward', 'backward'] as const) {
            for (const sourceChannel of ['l', 'tcp_local', 'tcp_other']) {
              const which = { direction, sourceChannel };
              const environment = { ...plainEnvironment(), trace };
              driveNow(rewriteEnvelope(compiled.policy, address, which, environment), () =>
                isFound ? found('jane%c.test@TCP-DAEMON') : absent,
              );
            }
          }
        }
      }),
      { numRuns: 700 },
    );
    assert.ok(named > 50);
  });
});
