/*
 * `$V` and `$Z` of Messaging Server's rules, which query the local domains here.
 */

import assert from 'node:assert/strict';
import { printRules } from '../../support/language.js';
import { brief, Site } from '../decide/decide-as.js';
import { policyOf } from '../policy/policy-of.js';

function cnfWith(rules: string): string {
  return `${rules}
.   $U%$H@TCP-DAEMON

l
mail.domain.com

box-1
box-1-daemon

tcp_local smtp switchchannel
TCP-DAEMON
`;
}

const yaml = 'local_domains: [hosted.example, Österreich.example]\n';
const stock = '$*   $A$E$F$U%$H$V$H@mail.domain.com';

describe('domain checks in rules', () => {
  for (const [rules, to, wanted] of [
    [stock, 'u@hosted.example', 'u@hosted.example on l'],
    [stock, 'u@HOSTED.Example', 'u@hosted.example on l'],
    [stock, 'u@österreich.example', 'u@xn--sterreich-z7a.example on l'],
    [stock, 'u@other.example', 'u@other.example on tcp_local'],
    [stock, 'u@sub.hosted.example', 'u@sub.hosted.example on tcp_local'],
    ['$*   $U%$H$Z$H@mail.domain.com', 'u@other.example', 'u@other.example on l'],
    ['$*   $U%$H$Z$H@mail.domain.com', 'u@hosted.example', 'u@hosted.example on tcp_local'],
    ['.hosted.example   $U%$H$D@box-1-daemon$V$1D', 'u@a.hosted.example', 'u@a.hosted.example on tcp_local'],
    [
      '.hosted.example   $U%$H$D$Vhosted.example@box-1-daemon',
      'u@a.hosted.example',
      'u@a.hosted.example on box-1',
    ],
    [`$*   $U%$H@box-1-daemon$V$H$Mtcp_local`, 'u@hosted.example', 'u@hosted.example on box-1'],
    [`$*   $U%$H@box-1-daemon$V$H$Nbox-1`, 'u@hosted.example', 'u@hosted.example on box-1'],
    [`$*   $U%$H@box-1-daemon$V$H$Ntcp_local`, 'u@hosted.example', 'u@hosted.example on tcp_local'],
  ] as const) {
    it(`\`${rules}\` sends ${to} to ${wanted}`, () => {
      assert.equal(brief(new Site({ cnf: cnfWith(rules), yaml }).recipient(to)), wanted);
    });
  }

  it('are printed as they were written', () => {
    const { rules } = policyOf({ cnf: cnfWith(stock), yaml });
    assert.equal(printRules(rules).split('\n')[0], '$*  $A$E$F$U%$H$V$H@mail.domain.com');
  });
});
