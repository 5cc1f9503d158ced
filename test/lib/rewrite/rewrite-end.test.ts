import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { StepLimitReached } from '../../../lib/engine/environment.js';
import { brief, compiled, hostTable, rewrite } from './fixture.js';
import { backward, inside, local, table, tcpLocal } from './rows.js';

describe('the end of a rewrite', () => {
  const hosts = hostTable(
    ['localhost', local],
    ['TCP-DAEMON', tcpLocal],
    ['mail.x', inside],
    ['alias.x', inside, 'mail.x'],
  );
  table([
    {
      name: 'the channel table comes before the rule of last resort',
      rules: ['. $U%$H@TCP-DAEMON'],
      address: 'u@MAIL.x',
      setting: { hosts },
      want: 'u@MAIL.x via MAIL.x on tcp_internal',
    },
    {
      name: 'and after a rule for everything of as many labels',
      rules: ['*.* $U%$H@TCP-DAEMON'],
      address: 'u@mail.x',
      setting: { hosts },
      want: 'u@mail.x via TCP-DAEMON on tcp_local',
    },
    {
      name: 'a further host becomes the proper name in an envelope To',
      rules: [],
      address: 'u@alias.x',
      setting: { hosts },
      want: 'u@mail.x via mail.x on tcp_internal',
    },
    {
      name: 'in a route too',
      rules: [],
      address: '@alias.x:u@b',
      setting: { hosts },
      want: '@mail.x:u@b via mail.x on tcp_internal',
    },
    {
      name: 'but not in other addresses',
      rules: [],
      address: 'u@alias.x',
      setting: { hosts, context: backward },
      want: 'u@alias.x via alias.x on tcp_internal',
    },
    {
      name: 'a routing system that is a further host does not change the address',
      rules: ['b.c $U%b.c@alias.x'],
      address: 'u@b.c',
      setting: { hosts },
      want: 'u@b.c via mail.x on tcp_internal',
    },
    {
      name: 'a bare address gets the local host',
      rules: ['localhost $U@localhost'],
      address: 'postmaster',
      setting: { hosts },
      want: 'postmaster@localhost via localhost on l',
    },
    {
      name: 'a route through us is removed',
      rules: ['. $U%$H@TCP-DAEMON'],
      address: '@localhost:user@b.org',
      setting: { hosts },
      want: 'user@b.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'so is a percent sign',
      rules: ['. $U%$H@TCP-DAEMON'],
      address: 'user%b.org@localhost',
      setting: { hosts },
      want: 'user@b.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'and an exclamation mark',
      rules: ['. $U%$H@TCP-DAEMON'],
      address: 'b.org!user@localhost',
      setting: { hosts },
      want: 'user@b.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'several in a row',
      rules: ['. $U%$H@TCP-DAEMON'],
      address: '@localhost,@localhost:user%b.org%localhost@localhost',
      setting: { hosts },
      want: 'user@b.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'a quoted local part has no further host',
      rules: ['. $U%$H@TCP-DAEMON'],
      address: '"user%b.org"@localhost',
      setting: { hosts },
      want: '"user%b.org"@localhost via localhost on l',
    },
    {
      name: 'a route that is not through us stays',
      rules: ['. $U%$H@TCP-DAEMON'],
      address: '@a.org:u@b.org',
      setting: { hosts },
      want: '@a.org:u@b.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'the percent rule matches what no other rule does',
      rules: ['$% $U%$H@TCP-DAEMON', 'a.x $U%b.x'],
      address: 'u%b.x@localhost',
      setting: { hosts },
      want: 'u@b.x via TCP-DAEMON on tcp_local',
    },
    {
      name: 'the bang rule too',
      rules: ['$! $U%$H@TCP-DAEMON', '$% $U%$H@WRONG'],
      address: 'b.x!u@localhost',
      setting: { hosts },
      want: 'u@b.x via TCP-DAEMON on tcp_local',
    },
    {
      name: 'neither matches an at sign',
      rules: ['$! $U%$H@TCP-DAEMON', '$% $U%$H@TCP-DAEMON'],
      address: 'u@b.x',
      setting: { hosts },
      want: 'u@b.x via b.x: no rule',
    },
    {
      name: 'a percent address that no rule matches is local as a whole',
      rules: [],
      address: 'u%nowhere@localhost',
      setting: { hosts },
      want: 'u%nowhere@localhost via localhost on l',
    },
    {
      name: 'a bang address likewise',
      rules: [],
      address: 'nowhere!u',
      setting: { hosts },
      want: 'nowhere!u@localhost via localhost on l',
    },
    {
      name: 'a percent address goes where the local host goes',
      rules: ['localhost $U%mail.x'],
      address: 'u%nowhere@localhost',
      setting: { hosts, localHost: 'localhost' },
      want: 'u%nowhere@mail.x via mail.x on tcp_internal',
    },
    {
      name: 'A%B starts over',
      rules: ['a $U%b', 'b $U%c', 'c $U%c@TCP-DAEMON'],
      address: 'u@a',
      setting: { hosts },
      want: 'u@c via TCP-DAEMON on tcp_local',
    },
    {
      name: 'the domain database is consulted after the rules',
      rules: ['a.b $U@wrong$B', '.b $U@rule'],
      address: 'u@A.b',
      setting: { domains: new Map([['a.b', '$U%a.b@TCP-DAEMON$E']]), hosts },
      want: 'u@a.b via TCP-DAEMON on tcp_local',
    },
    {
      name: 'its entries can fail',
      rules: ['.b $U@rule'],
      address: 'u@a.b',
      setting: { domains: new Map([['a.b', '$U%a.b@TCP-DAEMON$B']]), hosts },
      want: 'u@rule via rule: no channel',
    },
    {
      name: 'an empty host fails the rule',
      rules: ['a.b $U%$H@X', 'a.b $U@second'],
      address: 'u@a.b',
      want: 'u@second via second: no channel',
    },
    {
      name: 'rules that loop end at the limit',
      rules: ['a $U%b', 'b $U%a'],
      address: 'u@a',
      want: 'ceiling',
    },
    {
      name: 'an address that grows terminates too',
      rules: ['a $U$U%a'],
      address: `${'u'.repeat(64)}@a`,
      want: 'failed: a rewrite template gives more than 8192 characters',
    },
  ]);

  it('names the rules that loop', () => {
    const result = rewrite(compiled('a $U%b', '! note', 'b $U%a'), 'u@a', { ceiling: 10 });
    assert.equal(result.kind, 'ceiling');
    if (result.kind !== 'ceiling') return;
    assert.equal(result.text, 'rewriting did not finish within 10 rounds: pmdf.cnf:1, pmdf.cnf:3');
    assert.equal(result.rules.length, 10);
  });

  it('is reached for an address with more hosts than rounds', () => {
    const address = `u${'%localhost'.repeat(40)}`;
    assert.equal(rewrite(compiled(), address, { hosts }).kind, 'ceiling');
    assert.equal(rewrite(compiled(), `u${'%localhost'.repeat(30)}`, { hosts }).kind, 'routed');
  });

  it('is reached by the step budget', () => {
    assert.throws(() => rewrite(compiled('a $U%b', 'b $U%a'), 'u@a', { steps: 20 }), StepLimitReached);
  });

  const texts: readonly (readonly [string, string, string, string])[] = [
    ['. $?Unrecognized', 'u@nowhere.zz', '5.1.2', 'Unrecognized'],
    ['. $4001002?Unrecognized', 'u@nowhere.zz', '4.1.2', 'Unrecognized'],
    ['. $E$F$?ask a@b, 5% of us know', 'u@nowhere.zz', '5.1.2', 'ask a@b, 5% of us know'],
    ['a $U%b$?asked for a', 'u@a', '5.1.2', 'asked for a'],
    ['a $U%b$B$?not set', 'u@a', '5.1.2', 'illegal host or domain name'],
    ['a $U%b', 'u@nowhere.zz', '5.1.2', 'illegal host or domain name'],
  ];
  for (const [rule, address, status, text] of texts) {
    it(`with \`${rule}\` for \`${address}\` says ${status} ${text}`, () => {
      const result = rewrite(compiled(rule), address, { hosts });
      assert.equal(result.kind, 'no-channel');
      if (result.kind === 'no-channel') assert.deepEqual([result.status, result.text], [status, text]);
    });
  }

  it('is the channel, whatever the text, if the host of a lone text has one', () => {
    const result = rewrite(compiled('mail.x $?gone'), 'u@mail.x', { hosts });
    assert.equal(brief(result), 'u@mail.x via mail.x on tcp_internal');
  });
});
