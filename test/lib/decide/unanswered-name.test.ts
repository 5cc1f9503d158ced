/*
 * What is rejected permanently, and what is deferred, for a client whose name look-up failed.
 */
import assert from 'node:assert/strict';
import type { UnansweredNames } from '../../../lib/channel/reverse-name.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideInDoubt } from '../../../lib/decide/unanswered-name.js';
import { plainEnvironment, policyOf } from '../policy/policy-of.js';
import { decideNow, exampleFile, requestOf, sessionOf } from './session-of.js';

const outside = 'x@other.com';
const cnf = exampleFile('pmdf.cnf');
const byAddressOnly = cnf.replace(/^\.domain\.com .*\n/m, '');
const byDatabase = byAddressOnly.replace(/^\. /m, '$* $($H)\n. ');

interface Row {
  readonly what: string;
  readonly unanswered?: UnansweredNames;
  readonly to?: string;
  readonly cnf?: string;
  readonly yaml?: string;
  readonly sourceChannel?: string;
  readonly code: number;
}

const rows: readonly Row[] = [
  { what: 'every look-up was answered', code: 550 },
  { what: 'any name is possible', unanswered: 'any', code: 451 },
  { what: 'a name inside is possible', unanswered: ['pc.domain.com'], code: 451 },
  { what: 'one of two possible names is inside', unanswered: ['a.example', 'pc.domain.com'], code: 451 },
  { what: 'only a name outside is possible', unanswered: ['pc.other.example'], code: 550 },
  { what: 'only addresses lead inside', unanswered: 'any', cnf: byAddressOnly, code: 550 },
  { what: 'a database may lead inside', unanswered: 'any', cnf: byDatabase, code: 451 },
  { what: 'names do not switch', unanswered: 'any', yaml: 'switch_lookup: literal\n', code: 550 },
  {
    what: 'the initial channel does not switch by name',
    unanswered: 'any',
    cnf: cnf.replace(/^tcp_local smtp /m, 'tcp_local smtp identnonelimited '),
    code: 550,
  },
  { what: 'it is refused inside as well', unanswered: 'any', to: 'v@process-daemon', code: 550 },
  { what: 'the client is inside already', unanswered: 'any', sourceChannel: 'tcp_internal', code: 250 },
  { what: 'mail for our own domain', unanswered: 'any', to: 'bob@domain.com', code: 250 },
];

describe('a name whose look-up failed', () => {
  for (const row of rows) {
    it(`gives ${row.code}: ${row.what}`, () => {
      const yaml = row.yaml === undefined ? {} : { yaml: row.yaml };
      const { policy } = policyOf({ cnf: row.cnf ?? cnf, mappings: exampleFile('mappings'), ...yaml });
      const { unanswered, sourceChannel = 'tcp_local' } = row;
      const session = sessionOf({
        sourceChannel,
        reverseName: { kind: 'none', cause: 'test', ...(unanswered === undefined ? {} : { unanswered }) },
      });
      const options = { tables: true, bothPasses: false };
      const request = requestOf(row.to ?? outside);
      const { verdict } = decideNow(
        decideInDoubt({ policy, session, environment: plainEnvironment() }, (context) =>
          decideRecipient(context, 'a@client.example', request, options),
        ),
      );
      assert.equal(verdict.kind === 'accept' ? 250 : verdict.reply.code, row.code);
      if (row.code === 451 && verdict.kind === 'defer') {
        assert.equal(verdict.reply.enhanced, '4.4.3');
        assert.match(verdict.cause, /could switch the client to `tcp_internal`/);
      }
    });
  }
});
