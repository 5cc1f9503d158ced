import assert from 'node:assert/strict';
import { describe } from 'mocha';
import { failed } from '../../../lib/engine/lookup.js';
import { rulesOf } from '../../../lib/rewrite/rule.js';
import { parseRules, printRules } from '../../support/language.js';
import { type FakeTable, linesOf } from './fixture.js';
import { insideHosts, table } from './rows.js';

const sims = ['[] $E$U%$[IMTA_LIBUTIL,hostName,$L]@TCP-DAEMON'];
const names = new Map([
  ['192.0.2.7', 'Mail.Example.ORG'],
  ['2001:db8::1', 'six.example.org'],
]);
const setting = { hosts: insideHosts, names };

describe('the name of an address in a rule', () => {
  table([
    {
      name: 'is the host of the new address',
      rules: sims,
      address: 'u@[192.0.2.7]',
      setting,
      want: 'u@Mail.Example.ORG via TCP-DAEMON on tcp_local',
    },
    {
      name: 'is that of an IPv6 address too',
      rules: sims,
      address: 'u@[IPv6:2001:db8::1]',
      setting,
      want: 'u@six.example.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'makes the rule fail if there is none, so that the next one applies',
      rules: [...sims, '. $U%$H@TCP-INTERNAL'],
      address: 'u@[192.0.2.8]',
      setting,
      want: 'u@[192.0.2.8] via TCP-INTERNAL on tcp_internal',
    },
    {
      name: 'makes the rule fail if DNS fails',
      rules: [...sims, '. $U%$H@TCP-INTERNAL'],
      address: 'u@[192.0.2.7]',
      setting: { ...setting, names: new Map([['192.0.2.7', failed('DNS does not answer')]]) },
      want: 'u@[192.0.2.7] via TCP-INTERNAL on tcp_internal',
    },
    {
      name: 'is asked for in any spelling of the routine',
      rules: ['[] $U%$\\$[imta_libutil,HOSTNAME,$L]@TCP-DAEMON'],
      address: 'u@[192.0.2.7]',
      setting,
      want: 'u@mail.example.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'is rewritten again where no system follows',
      rules: ['[] $U%$[IMTA_LIBUTIL,hostName,$L]', '.example.org $U%$H$D@TCP-INTERNAL'],
      address: 'u@[192.0.2.7]',
      setting,
      want: 'u@Mail.Example.ORG via TCP-INTERNAL on tcp_internal',
    },
    {
      name: 'has no separators, whatever the holder of the address wrote',
      rules: ['[] $U%$[IMTA_LIBUTIL,hostName,$L]@TCP-DAEMON'],
      address: 'u@[192.0.2.7]',
      setting: { ...setting, names: new Map([['192.0.2.7', 'a@TCP-INTERNAL%$U.']]) },
      want: 'u@a@TCP-INTERNAL%$U. via TCP-DAEMON on tcp_local',
    },
    {
      name: 'makes the rule fail if it has no dot, as names of channels have none',
      rules: ['[] $U%x.org@$[IMTA_LIBUTIL,hostName,$L]', '. $U%$H@TCP-DAEMON'],
      address: 'u@[192.0.2.7]',
      setting: { ...setting, names: new Map([['192.0.2.7', 'TCP-INTERNAL']]) },
      want: 'u@[192.0.2.7] via TCP-DAEMON on tcp_local',
    },
    {
      name: 'can be the argument of a table',
      rules: ['[] $U%${T,$[IMTA_LIBUTIL,hostName,$L]}@TCP-DAEMON'],
      address: 'u@[192.0.2.7]',
      setting: {
        ...setting,
        tables: new Map<string, FakeTable>([['T', (probe) => ({ output: `via.${probe}`, flags: 'Y' })]]),
      },
      want: 'u@via.Mail.Example.ORG via TCP-DAEMON on tcp_local',
    },
  ]);

  it('is printed as it was written', () => {
    const { value, diagnostics } = parseRules(linesOf(`${sims.join('\n')}\n`));
    assert.deepEqual(diagnostics, []);
    assert.equal(rulesOf(value).length, 1);
    assert.match(printRules(value), /\$\[IMTA_LIBUTIL,hostName,\$L\]@TCP-DAEMON/);
  });
});
