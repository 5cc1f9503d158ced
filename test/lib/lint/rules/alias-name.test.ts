import assert from 'node:assert/strict';
import { absent } from '../../../../lib/engine/lookup.js';
import { aliasName } from '../../../../lib/lint/rules/alias-name.js';
import { policyOf } from '../../policy/policy-of.js';
import { findByRequests, subjectOf } from '../subject-of.js';

function findings(l: string, aliases: string, rules = ''): string[] {
  const cnf = `${rules}domain.com     $U@domain.com
.              $U%$H@TCP-DAEMON

defaults noswitchchannel

${l}

tcp_local smtp switchchannel
TCP-DAEMON
`;
  const subject = subjectOf(policyOf({ cnf, aliases }));
  return findByRequests(subject, () => absent, [aliasName]).map(({ message }) => message);
}

const oneHost = 'l\ndomain.com';
const twoHosts = `${oneHost}\nold.example`;

describe('aliases at a domain', () => {
  const found: readonly (readonly [what: string, l: string, aliases: string, message: string])[] = [
    [
      'that becomes the official host name',
      twoHosts,
      'info@old.example: jane\nsales@OLD.example: joe\n',
      'the alias `info@old.example` and 1 more at its domain are never used: mail for `old.example` is first rewritten to `domain.com`',
    ],
    [
      'that leads outside',
      oneHost,
      'info@far.example: jane\n',
      'the alias `info@far.example` is never used: mail for `far.example` goes to the channel `tcp_local`, which does not use aliases',
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
