/*
 * The lint finds nothing in the manuals' examples or in the samples.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { lintWritten } from '../../../lib/lint/lint-written.js';
import { formatDiagnostic } from '../../../lib/text/diagnostic.js';
import { projectRoot } from '../../support/project-root.js';
import { relayEntries } from '../access/relay-probes.js';
import { type PolicyText, policyOf } from '../policy/policy-of.js';
import { lint, orig, table } from './lint-texts.js';

/** Tables from manuals: none of their entries is a mistake. */
const documented: readonly (readonly [name: string, text: Partial<PolicyText>])[] = [
  ['the source-route entries', orig(...relayEntries.map(([pattern, template]) => `${pattern}  ${template}`))],
  [
    'one connection in four',
    table(
      'PORT_ACCESS',
      'TCP|*|25|192.0.2.7|*  $C$?25?$Y',
      'TCP|*|25|192.0.2.7|*  $N450$ 4.4.0$ Try$ again$ later',
    ),
  ],
  [
    'one host of a network',
    table('PORT_ACCESS', 'TCP|*|25|192.168.1.9|*  $N500$ 5.7.1$ no', 'TCP|*|25|$(192.168.0.0/16)|*  $Y'),
  ],
  ['those who authenticated', table('FROM_ACCESS', '*|SMTP|*|tcp_*|*|  $Y', '*|SMTP|*|tcp_*|*|*  $Y$J$4')],
  [
    'arguments in four spellings',
    orig(
      'tcp_local|a@*|*|*  $N$D30|Relaying$ not$ allowed',
      'tcp_local|b@*|*|*  30|Relaying$ not$ allowed$D$N',
      'tcp_local|c@*|*|*  $N30|Relaying$ not$ allowed$D',
      'tcp_local|d@*|*|*  30|$N$DRelaying$ not$ allowed',
    ),
  ],
  [
    'a test that continues',
    {
      mappings:
        'SEND_ACCESS\n\n  tcp_local|*|*|*  $C$|FRIENDS;$0|$Y$E\n  tcp_local|*|*|*  $NFriends$ only\n\nFRIENDS\n\n  *@friend.example  $Y\n  *@*  $N\n',
    },
  ],
];

describe('the lint is quiet', () => {
  describe('tables of manuals', () => {
    for (const [name, text] of documented) {
      it(name, () => assert.deepEqual(lint(text).map(formatDiagnostic), []));
    }
  });

  for (const folder of ['config', 'config/forward-table', 'config/all-in-yaml']) {
    it(`finds nothing in ${folder}`, () => {
      const read = (name: string): string | undefined => {
        try {
          return readFileSync(join(projectRoot, folder, name), 'utf8');
        } catch {
          return undefined;
        }
      };
      const mappings = read('mappings');
      const yaml = read('pmdf.yaml');
      const aliases = read('aliases');
      const own = read('pmdf.cnf');
      const compiled = policyOf({
        cnf: own ?? null,
        ...(mappings === undefined ? {} : { mappings }),
        ...(yaml === undefined ? {} : { yaml }),
        ...(aliases === undefined ? {} : { aliases }),
      });
      assert.deepEqual(lintWritten(compiled, [read('general.txt') ?? '']).diagnostics, []);
    });
  }
});
