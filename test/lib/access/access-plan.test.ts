/*
 * The plan of an access table: it says that no entry can match only where a run of the table finds none either.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type AccessPlan, planAccessInSlices } from '../../../lib/access/access-plan.js';
import { accessProbe, type ProbeFacts } from '../../../lib/access/probe.js';
import { type AccessTable, accessTables } from '../../../lib/access/tables.js';
import { createMappings, type Mappings } from '../../../lib/mapping/compile-tables.js';
import { atOnce } from '../../../lib/text/slices.js';
import { bindMappings } from '../../support/language.js';
import { decideNow } from '../decide/session-of.js';
import { tableOf as pairsTable } from '../mapping/make.js';
import { plainEnvironment } from '../policy/policy-of.js';
import { factsOf } from './probe-facts.js';
import { tableOf } from './tables-of.js';

function planOf(mappings: Mappings, orcpt = false): AccessPlan {
  return atOnce(planAccessInSlices(mappings, { orcpt }));
}

function canMatch(
  table: AccessTable,
  pattern: string,
  [source, destination]: readonly [string, string],
): boolean {
  const plan = planOf(createMappings([tableOf(table, [[pattern, '$N']])])).get(table);
  assert.ok(plan !== undefined);
  return plan.canMatch(source, destination);
}

const port = { serverAddress: '192.0.2.1', serverPort: 25, clientAddress: '198.51.100.7', clientPort: 4000 };

const name = fc.constantFrom('tcp_local', 'TCP_LOCAL', 'l', 'tcp_internal', 'ımap', 'straße', 'é');
const text = fc.string({
  unit: fc.constantFrom('a', 'L', '@', '|', '.', '1', 'é', '\ud87c', '😀'),
  maxLength: 6,
});

const anyFacts: fc.Arbitrary<ProbeFacts> = fc
  .record({
    port: fc.constantFrom(null, port),
    application: fc.constantFrom('', 'SMTP', 'SMTP/a|b'),
    sourceChannel: name,
    destinationChannel: name,
    envelopeFrom: fc.oneof(text, name),
    envelopeTo: fc.oneof(text, name),
    authenticatedFrom: fc.constantFrom('', 'joe|l'),
    originalRecipient: fc.oneof(fc.constant(null), text),
  })
  .map(factsOf);

const field = fc.oneof(
  { weight: 4, arbitrary: name },
  { weight: 4, arbitrary: fc.constantFrom('*', '$_*', '*@*', '%*', '$[a-z|]*', '$0*', 't*', '*l', '$D*') },
  fc.constantFrom(
    '',
    'TCP',
    'SMTP',
    'MAIL',
    '25',
    '192.0.2.1',
    '$<198.51.100.0/8>',
    'tcp$_local',
    '|',
    'a$|b',
  ),
);

const anyPairs = fc.array(
  fc.tuple(
    fc.array(field, { minLength: 1, maxLength: 12 }).map((fields) => fields.join('|')),
    fc.constantFrom('$N', '$Y', 'x$C', '$0$R'),
  ),
  { minLength: 1, maxLength: 4 },
);

describe('plans of access tables', () => {
  it('have only tables that exist', () => {
    const tables = ['FROM_ACCESS', 'other'].map((one) => pairsTable(one, [['*', '$N']]));
    assert.deepEqual([...planOf(createMappings(tables)).keys()], ['FROM_ACCESS']);
  });

  const relay = 'tcp_local|*|tcp_local|*';
  const rows: readonly (readonly [AccessTable, string, readonly [string, string], boolean])[] = [
    ['SEND_ACCESS', relay, ['tcp_local', 'tcp_local'], true],
    ['SEND_ACCESS', relay, ['TCP_Local', 'TCP_LOCAL'], true],
    ['SEND_ACCESS', relay, ['tcp_local', 'l'], false],
    ['SEND_ACCESS', relay, ['tcp_internal', 'tcp_local'], false],
    ['SEND_ACCESS', 'tcp_local|*|l|*|*', ['tcp_local', 'l'], false],
    ['SEND_ACCESS', 'tcp_local|*', ['tcp_local', 'l'], true],
    ['SEND_ACCESS', 'tcp_local|*', ['l', 'l'], false],
    ['SEND_ACCESS', '*|l|*', ['tcp_local', 'tcp_local'], true],
    ['SEND_ACCESS', 'tcp_%ocal|*|l|*', ['l', 'l'], true],
    ['SEND_ACCESS', 'tcp_%ocal|*|l|*', ['tcp_local', 'tcp_local'], false],
    ['SEND_ACCESS', '*', ['tcp_local', 'l'], true],
    ['MAIL_ACCESS', `TCP|*|*|*|*|SMTP*|MAIL|${relay}`, ['tcp_local', 'tcp_local'], true],
    ['MAIL_ACCESS', `TCP|*|*|*|*|SMTP*|MAIL|${relay}`, ['tcp_local', 'l'], false],
    ['MAIL_ACCESS', `|*|MAIL|${relay}`, ['tcp_internal', 'tcp_local'], true],
    ['MAIL_ACCESS', `*|MAIL|${relay}`, ['tcp_internal', 'l'], true],
    ['FROM_ACCESS', 'TCP|*|*|*|*|SMTP*|MAIL|tcp_local|*|', ['tcp_local', ''], true],
    ['FROM_ACCESS', 'TCP|*|*|*|*|SMTP*|MAIL|tcp_local|*|', ['l', ''], false],
    ['PORT_ACCESS', 'TCP|*|25|*|*', ['l', ''], true],
  ];
  for (const [table, pattern, channels, wanted] of rows) {
    it(`${table} ${pattern} ${wanted ? 'can' : 'cannot'} match ${channels.join(' to ')}`, () => {
      assert.equal(canMatch(table, pattern, channels), wanted);
    });
  }

  it('know the field that ORCPT adds', () => {
    const mappings = createMappings([pairsTable('SEND_ACCESS', [['l|*|l|*|*', '$N']])]);
    const answers = [true, false].map((orcpt) =>
      planOf(mappings, orcpt).get('SEND_ACCESS')?.canMatch('l', 'l'),
    );
    assert.deepEqual(answers, [true, false]);
  });

  it('say that nothing can match only where nothing matches', () => {
    let ruledOut = 0;
    fc.assert(
      fc.property(anyPairs, fc.constantFrom(...accessTables), anyFacts, (pairs, { table }, facts) => {
        const mappings = createMappings([pairsTable(table, pairs)]);
        const plan = planOf(mappings, facts.originalRecipient !== null).get(table);
        if (plan?.canMatch(facts.sourceChannel, facts.destinationChannel) !== false) return;
        ruledOut += 1;
        const apply = bindMappings(mappings, plainEnvironment());
        const result = decideNow(apply(table, accessProbe(table, facts), new Set()));
        assert.equal(result?.matched, false);
      }),
      { numRuns: 5000 },
    );
    assert.ok(ruledOut > 500, `${ruledOut} of 5000`);
  });
});
