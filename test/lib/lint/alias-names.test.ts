import assert from 'node:assert/strict';
import { lintAliasNames } from '../../../lib/lint/alias-names.js';
import { decideNow } from '../decide/session-of.js';
import { plainEnvironment, policyOf } from '../policy/policy-of.js';

function findings(l: string, aliases: string, rules = ''): string[] {
  const cnf = `${rules}domain.com     $U@domain.com
.              $U%$H@TCP-DAEMON

defaults noswitchchannel

${l}

tcp_local smtp switchchannel
TCP-DAEMON
`;
  const compiled = policyOf({ cnf, aliases });
  return decideNow(lintAliasNames(compiled, () => plainEnvironment())).map(({ message }) => message);
}

const oneHost = 'l\ndomain.com';
const twoHosts = `${oneHost}\nold.example`;

describe('aliases at a domain', () => {
  const found: readonly (readonly [what: string, l: string, aliases: string, message: string])[] = [
    [
      'that becomes the official host name',
      twoHosts,
      'info@old.example: jane\nsales@OLD.example: joe\n',
      '`info@old.example` and 1 more at it is never looked up: mail for `old.example` becomes mail for `domain.com` first',
    ],
    [
      'that leads outside',
      oneHost,
      'info@far.example: jane\n',
      '`info@far.example` is never looked up: mail for `far.example` goes to `tcp_local`, which has no aliases',
    ],
  ];
  for (const [what, l, aliases, message] of found) {
    it(`${what} are reported once`, () => assert.deepEqual(findings(l, aliases), [message]));
  }

  const quiet: readonly (readonly [what: string, l: string, aliases: string, rules?: string])[] = [
    ['of the local channel', oneHost, 'info@domain.com: jane\ninfo: joe\n'],
    ['with its own proper name', `${twoHosts} old.example`, 'info@old.example: jane\n'],
    ['in U-labels', `${oneHost}\nxn--bcher-kva.example bücher.example`, 'info@BÜCHER.example: jane\n'],
    ['that a rule names', twoHosts, 'info@old.example: jane\n', 'a.example $U%old.example@domain.com\n'],
  ];
  for (const [what, l, aliases, rules] of quiet) {
    it(`${what} are not`, () => assert.deepEqual(findings(l, aliases, rules), []));
  }
});
