/*
 * `aliaspostmaster`, and `authrewrite` with Messaging Server's values.
 */
import assert from 'node:assert/strict';
import { checkAuthRewrite, namesSender } from '../../../lib/channel/auth-rewrite.js';
import { findings, tableOf } from '../channel/channel-text.js';
import { parseKeywordLine } from '../channel/keyword-line.js';
import { brief, Site } from './decide-as.js';

const cnf = `mail3.example   $U%$D@TCP-TWO
.other.example  $U%$H$D@TCP-TWO
.               $U%$H@TCP-DAEMON

l
domain.com

tcp_local smtp switchchannel
TCP-DAEMON

tcp_two smtp aliaspostmaster
TCP-TWO
mail2.example

tcp_three smtp
TCP-THREE
mail4.example
`;

describe('aliaspostmaster', () => {
  const site = new Site({ cnf });
  const strict = new Site({
    cnf,
    mappings: 'ORIG_SEND_ACCESS\n\n  *|*|l|postmaster@domain.com   $NNot$ so\n',
  });
  for (const [to, wanted] of [
    ['postmaster@mail2.example', 'postmaster@domain.com on l'],
    ['PostMaster@MAIL2.example', 'postmaster@domain.com on l'],
    ['"postmaster"@mail2.example', 'postmaster@domain.com on l'],
    ['bob@mail2.example', 'bob@TCP-TWO on tcp_two'],
    ['postmaster+x@mail2.example', 'postmaster+x@TCP-TWO on tcp_two'],
    ['postmaster@mail3.example', 'postmaster@mail3.example on tcp_two'],
    ['postmaster@x.other.example', 'postmaster@x.other.example on tcp_two'],
    ['postmaster@mail4.example', 'postmaster@TCP-THREE on tcp_three'],
    ['postmaster@domain.com', 'postmaster@domain.com on l'],
  ] as const) {
    it(`sends ${to} to ${wanted}`, () => {
      assert.equal(brief(site.recipient(to)), wanted);
    });
  }

  it('shows tables the address of the local postmaster', () => {
    assert.match(brief(strict.recipient('postmaster@mail2.example')), /^550 5\.7\.1 Not so/);
  });
});

describe('authrewrite', () => {
  for (const [keywords, does, found] of [
    ['authrewrite', true, []],
    ['authrewrite 0', false, []],
    ['authrewrite 1', true, []],
    ['authrewrite 2', true, []],
    ['authrewrite 3', false, ['warning channel/auth-rewrite 3']],
    ['authrewrite 4', false, ['warning channel/auth-rewrite 4']],
    ['authrewrite 5', false, ['warning channel/auth-rewrite 5']],
    ['authrewrite 6', false, ['warning channel/auth-rewrite 6']],
    ['authrewrite 17', true, ['warning channel/auth-rewrite 17']],
    ['authrewrite 32', false, ['warning channel/auth-rewrite 32']],
    ['authrewrite 733', true, []],
    ['noauthrewrite', false, []],
    ['', false, []],
  ] as const) {
    it(`is ${does ? 'in effect' : 'not in effect'} with \`${keywords}\``, () => {
      const channel = tableOf(`l\nh\n\ntcp_x ${keywords}\nx`).value.channels.get('tcp_x');
      assert.ok(channel !== undefined);
      assert.equal(namesSender(channel), does);
      assert.deepEqual(findings(checkAuthRewrite(parseKeywordLine(keywords).value)), found);
    });
  }

  it('reads a word that is not a number as a group id', () => {
    const { value, diagnostics } = parseKeywordLine('authrewrite groupx');
    assert.deepEqual(
      value.map(({ kind }) => kind),
      ['keyword', 'group-id'],
    );
    assert.deepEqual(findings(diagnostics), ['warning channel/unknown-keyword groupx']);
  });
});
