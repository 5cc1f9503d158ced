import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { StepLimitReached } from '../../../lib/lookup/environment.js';
import { failed } from '../../../lib/lookup/lookup.js';
import type { RewriteContext } from '../../../lib/rewrite/world.js';
import type { TraceEvent } from '../../../lib/trace/trace.js';
import {
  brief,
  channel,
  compiled,
  envelopeFrom,
  type FakeTable,
  hostTable,
  rewrite,
  type Setting,
} from './fixture.js';

const local = channel('l');
const tcpLocal = channel('tcp_local');
const inside = channel('tcp_internal');

interface Row {
  readonly name: string;
  readonly rules: readonly string[];
  readonly address: string;
  readonly setting?: Setting;
  readonly want: string;
}

function table(rows: readonly Row[]): void {
  for (const { name, rules, address, setting, want } of rows) {
    it(name, () => {
      assert.equal(brief(rewrite(compiled(...rules), address, setting)), want);
    });
  }
}

const header: Partial<RewriteContext> = { location: 'header', direction: 'forward' };
const headerFrom: Partial<RewriteContext> = { location: 'header', direction: 'backward' };
const backward: Partial<RewriteContext> = envelopeFrom;
const decnet = ['.decnet $U%$H@decnet-mail$E$F', '.decnet $U@$H.example.com'];
const literal = ['[192.168.] $U%[192.168.$L]@TCP-INTERNAL$E$R'];
const acuvax = ['acuvax $U%acuvax.bitnet@BITNET$Mbn_local', 'acuvax $U%acuvax.dom.com@DNET'];
const insideHosts = hostTable(['TCP-INTERNAL', inside], ['TCP-DAEMON', tcpLocal], ['domain.com', local]);

describe('rewriting by the manual', () => {
  // Ref: PMDF 2.2.4, 2.2.5, 2.2.6
  table([
    {
      name: 'the exact host comes before what is above it',
      rules: ['.domain.com $U@three', '.subnet.domain.com $U@two', 'hosta.subnet.domain.com $U@one'],
      address: 'jdoe@hosta.subnet.domain.com',
      want: 'jdoe@one via one: no channel',
    },
    {
      name: 'a suffix takes any depth',
      rules: ['hosta.subnet.domain.com $U@one', '.subnet.domain.com $U@two', '.domain.com $U@three'],
      address: 'jdoe@hostc.domain.com',
      want: 'jdoe@three via three: no channel',
    },
    {
      name: 'a suffix does not take the domain itself',
      rules: ['.domain.com $U@three'],
      address: 'jdoe@domain.com',
      want: 'jdoe@domain.com via domain.com: no rule',
    },
    {
      name: 'a host below the domain goes inside unchanged',
      rules: ['.domain.com $U%$H$D@TCP-INTERNAL'],
      address: 'jane@pc.sub.domain.com',
      setting: { hosts: insideHosts },
      want: 'jane@pc.sub.domain.com via TCP-INTERNAL on tcp_internal',
    },
    {
      name: 'a literal in an envelope From goes inside',
      rules: literal,
      address: 'jane@[192.168.7.9]',
      setting: { hosts: insideHosts, context: backward },
      want: 'jane@[192.168.7.9] via TCP-INTERNAL on tcp_internal',
    },
    {
      name: 'a literal in an envelope To does not',
      rules: literal,
      address: 'jane@[192.168.7.9]',
      setting: { hosts: insideHosts },
      want: 'jane@[192.168.7.9] via [192.168.7.9]: no rule',
    },
    {
      name: 'nor does one in a header',
      rules: literal,
      address: 'jane@[192.168.7.9]',
      setting: { hosts: insideHosts, context: headerFrom },
      want: 'jane@[192.168.7.9] via [192.168.7.9]: no rule',
    },
    {
      name: 'an envelope To takes the rule for it',
      rules: decnet,
      address: 'user@host.decnet',
      want: 'user@host via decnet-mail: no channel',
    },
    {
      name: 'a header takes the next rule with the pattern',
      rules: decnet,
      address: 'user@host.decnet',
      setting: { context: header },
      want: 'user@host.example.com via host.example.com: no channel',
    },
    {
      name: 'so does an envelope From',
      rules: decnet,
      address: 'user@host.decnet',
      setting: { context: backward },
      want: 'user@host.example.com via host.example.com: no channel',
    },
    {
      name: 'a label of the wildcarded part, case kept',
      rules: ['*.EXAMPLE.COM $U%$&0.example.com@mailhub.example.com'],
      address: 'jdoe@vaxA.example.com',
      want: 'jdoe@vaxA.example.com via mailhub.example.com: no channel',
    },
    {
      name: 'a label that is not there',
      rules: ['*.EXAMPLE.COM $U%$&1.example.com@mailhub.example.com'],
      address: 'jdoe@vaxa.example.com',
      want: 'jdoe@vaxa.example.com via vaxa.example.com: no rule',
    },
    {
      name: 'labels from both ends',
      rules: ['.a.b $U%$!0.$&0.$#0.$*0@X'],
      address: 'u@one.two.a.b',
      want: 'u@two.one.b.a via X: no channel',
    },
    {
      name: 'octets count as labels of a literal',
      rules: ['[10.1.] $U%$!0.$&0.$#0.$*0@X'],
      address: 'u@[10.1.2.3]',
      want: 'u@3.2.1.10 via X: no channel',
    },
    {
      name: 'the domain part without its first label',
      rules: ['host.example.com $U%$1D@TCP-DAEMON'],
      address: 'jdoe@host.example.com',
      setting: { hosts: insideHosts },
      want: 'jdoe@example.com via TCP-DAEMON on tcp_local',
    },
    {
      name: 'the domain part of a suffix keeps its dot',
      rules: ['.sub.example.com $U%$1H$1D@X'],
      address: 'u@a.b.sub.example.com',
      want: 'u@b.example.com via X: no channel',
    },
    {
      name: 'a database entry is the template',
      rules: ['.SIROENET $($H)'],
      address: 'jdoe@siroe.siroenet',
      setting: { general: new Map([['siroe', '$u%eng.siroe.com@siroenet']]) },
      want: 'jdoe@eng.siroe.com via siroenet: no channel',
    },
    {
      name: 'a database without the entry fails the rule',
      rules: ['.SIROENET $($H)'],
      address: 'jdoe@other.siroenet',
      setting: { general: new Map([['siroe', '$u%eng.siroe.com@siroenet']]) },
      want: 'jdoe@other.siroenet via other.siroenet: no rule',
    },
    {
      name: 'A@B routes to B',
      rules: ['vax1.example.com $U@example.com'],
      address: 'jdoe@vax1.example.com',
      want: 'jdoe@example.com via example.com: no channel',
    },
    {
      name: 'an envelope rule leaves headers alone',
      rules: ['example.com $U@example.com$E$F'],
      address: 'jdoe@example.com',
      setting: { context: headerFrom },
      want: 'jdoe@example.com via example.com: no rule',
    },
    {
      name: 'A@B@C puts C in front',
      rules: ['com1 $U@com1@siroe.com'],
      address: 'jdoe@com1',
      setting: { hosts: hostTable(['siroe.com', inside]) },
      want: '@siroe.com:jdoe@com1 via siroe.com on tcp_internal',
    },
    {
      name: 'A@B@C@D puts C in front and takes the channel of D',
      rules: ['com1 $U@com1@siroe.com@D'],
      address: 'jdoe@com1',
      setting: { hosts: hostTable(['d', inside]) },
      want: '@siroe.com:jdoe@com1 via D on tcp_internal',
    },
    {
      name: 'A%B@C@D takes the channel of D',
      rules: ['com1 $U%com2@C@D'],
      address: 'jdoe@com1',
      setting: { hosts: hostTable(['d', inside]) },
      want: 'jdoe@com2 via D on tcp_internal',
    },
    {
      name: 'a route in the form of a 733 channel',
      rules: ['com1 $U@com1@siroe.com'],
      address: 'jdoe@com1',
      setting: { hosts: hostTable(['siroe.com', channel('x', { addressForm: '733' })]) },
      want: 'jdoe%com1@siroe.com via siroe.com on x',
    },
    {
      name: 'a route in the form of a uucp channel',
      rules: ['com1 $U@com1@siroe.com'],
      address: 'jdoe@com1',
      setting: { hosts: hostTable(['siroe.com', channel('x', { addressForm: 'uucp' })]) },
      want: 'siroe.com!com1!jdoe via siroe.com on x',
    },
    {
      name: 'a tag holds after the route through us is dropped',
      rules: ['internet $S$U@localhost$Ttcp-force|', 'TCP-force|. $U%$H@TCP-DAEMON', '. $U%$H@WRONG'],
      address: '@internet:jdoe@anything.org',
      setting: { hosts: hostTable(['localhost', local], ['TCP-DAEMON', tcpLocal]) },
      want: 'jdoe@anything.org via TCP-DAEMON on tcp_local',
    },
    {
      name: 'no sender can name a tag',
      rules: ['tcp-force|. $U%$H@TCP-DAEMON', 'tcp-force|a.com $U%$H@TCP-DAEMON'],
      address: 'u@tcp-force|a.com',
      want: 'u@tcp-force|a.com via tcp-force|a.com: no rule',
    },
    {
      name: 'a source that is not the one excluded',
      rules: ['example.com $U%example.com@directory-daemon$Ndirectory', 'example.com $U@example.com'],
      address: 'u@example.com',
      want: 'u@example.com via directory-daemon: no channel',
    },
    {
      name: 'the excluded source',
      rules: ['example.com $U%example.com@directory-daemon$Ndirectory', 'example.com $U@example.com'],
      address: 'u@example.com',
      setting: { context: { sourceChannel: channel('directory') } },
      want: 'u@example.com via example.com: no channel',
    },
    {
      name: 'the source asked for',
      rules: acuvax,
      address: 'u@acuvax',
      setting: { context: { sourceChannel: channel('bn_local') } },
      want: 'u@acuvax.bitnet via BITNET: no channel',
    },
    {
      name: 'another source',
      rules: acuvax,
      address: 'u@acuvax',
      setting: { context: { sourceChannel: local } },
      want: 'u@acuvax.dom.com via DNET: no channel',
    },
    {
      name: 'a destination is not checked for an envelope To',
      rules: ['a.com $U%a.com@X$Qtcp_x'],
      address: 'u@a.com',
      setting: { context: { destinationChannel: channel('tcp_y') } },
      want: 'u@a.com via X: no channel',
    },
    {
      name: 'a destination is checked for others',
      rules: ['a.com $U%a.com@X$Qtcp_x', 'a.com $U%a.com@Y$Ctcp_y', 'a.com $U%a.com@Z'],
      address: 'u@a.com',
      setting: { context: { ...envelopeFrom, destinationChannel: channel('tcp_y') } },
      want: 'u@a.com via Z: no channel',
    },
    {
      name: 'one of several destinations is enough',
      rules: ['a.com $U%a.com@X$Qtcp_x$Qtcp_Y$Ctcp_z'],
      address: 'u@a.com',
      setting: { context: { ...envelopeFrom, destinationChannel: channel('tcp_y') } },
      want: 'u@a.com via X: no channel',
    },
    {
      name: 'one of several sources is enough',
      rules: ['a.com $U%a.com@X$Mtcp_x$Mtcp_local'],
      address: 'u@a.com',
      want: 'u@a.com via X: no channel',
    },
    {
      name: 'norules on the source switches the check off',
      rules: ['a.com $U%a.com@X$Mtcp_x'],
      address: 'u@a.com',
      setting: { context: { sourceChannel: channel('l', { appliesRules: false }) } },
      want: 'u@a.com via X: no channel',
    },
    {
      name: 'an unknown source is not the one asked for',
      rules: ['a.com $U%a.com@X$Mtcp_x', 'a.com $U%a.com@Y$Ntcp_x'],
      address: 'u@a.com',
      setting: { context: { sourceChannel: null } },
      want: 'u@a.com via Y: no channel',
    },
    {
      name: 'a source that only requeues',
      rules: ['a.com $U%a.com@X$1N', 'a.com $U%a.com@Y$1M'],
      address: 'u@a.com',
      setting: { context: { sourceChannel: channel('process') } },
      want: 'u@a.com via Y: no channel',
    },
    {
      name: 'a host not from the right of an at sign',
      rules: ['x.com $U@x.com$A'],
      address: '@x.com:u@y.com',
      want: '@x.com:u@y.com via x.com: no rule',
    },
    {
      name: 'one of several places is enough',
      rules: ['x.com $U@y.com$A$S'],
      address: '@x.com:u@y.com',
      want: '@y.com:u@y.com via y.com: no channel',
    },
    {
      name: 'a host from a percent sign',
      rules: ['x.com $U@y.com$P', 'x.com $U@z.com'],
      address: 'u%x.com',
      want: 'u@y.com via y.com: no channel',
    },
    {
      name: 'a host from an exclamation mark',
      rules: ['x.com $U@y.com$X', 'x.com $U@z.com'],
      address: 'x.com!u',
      want: 'u@y.com via y.com: no channel',
    },
    {
      name: 'a mapping table that does not set $Y fails the rule',
      rules: ['u.com $U%u.com@Q${CHK,$U}'],
      address: 'bob@u.com',
      setting: { tables: new Map([['CHK', () => ({ output: 'x', flags: '' })]]) },
      want: 'bob@u.com via u.com: no rule',
    },
    {
      name: 'a mapping table that is not there fails the rule',
      rules: ['u.com $U%u.com@Q${CHK,$U}'],
      address: 'bob@u.com',
      want: 'bob@u.com via u.com: no rule',
    },
    {
      name: 'a mapping table that sets $Y adds its output, expanded',
      rules: ['u.com $U%u.com@Q${CHK,$U|$H$D}'],
      address: 'bob@u.com',
      setting: {
        tables: new Map([
          ['CHK', (probe: string) => ({ output: probe === 'bob|u.com' ? '-$U' : 'wrong', flags: 'Y' })],
        ]),
      },
      want: 'bob@u.com via Q-bob: no channel',
    },
    {
      name: 'several [] rules are a list',
      rules: ['[] $E$R${ONE,$L}$U%[$L]@one', '[] $E$R${TWO,$L}$U%[$L]@two'],
      address: 'u@[10.1.2.3]',
      setting: {
        context: backward,
        tables: new Map<string, FakeTable>([
          ['ONE', () => undefined],
          ['TWO', (probe: string) => ({ output: '', flags: probe === '10.1.2.3' ? 'Y' : '' })],
        ]),
      },
      want: 'u@[10.1.2.3] via two: no channel',
    },
    {
      name: 'case, subaddress and unique string',
      rules: ['x.com $\\$U.$^$0U.$_$1U.$W@x.com'],
      address: 'Joe+Box@x.com',
      want: 'joe+box.JOE.Box.Unique1@x.com via x.com: no channel',
    },
    {
      name: 'the subaddress of a quoted local part stays quoted',
      rules: ['x.com $0U%y.com@$1U'],
      address: '"joe+b@c"@x.com',
      want: '"joe"@y.com via "b@c": no channel',
    },
    {
      name: 'IPv6 by groups',
      rules: ['[IPv6:2001:db8:] $U%[IPv6:2001:db8:$L]@X'],
      address: 'u@[IPv6:2001:DB8::7]',
      want: 'u@[IPv6:2001:db8:0:0:0:0:0:7] via X: no channel',
    },
    {
      name: '$* comes before everything',
      rules: ['a.com $U@exact', '$* $U%$H@first$E'],
      address: 'u@a.com',
      want: 'u@a.com via first: no channel',
    },
  ]);
});

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
      name: 'a routing system that is a further host leaves the address alone',
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
      name: 'a route through us is dropped',
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
      name: 'the percent rule takes what nothing else does',
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
      name: 'neither takes an at sign',
      rules: ['$! $U%$H@TCP-DAEMON', '$% $U%$H@TCP-DAEMON'],
      address: 'u@b.x',
      setting: { hosts },
      want: 'u@b.x via b.x: no rule',
    },
    {
      name: 'a percent address that nothing takes is local as a whole',
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
      name: 'the domain database is asked after the rules',
      rules: ['a.b $U@wrong$B', '.b $U@rule'],
      address: 'u@A.b',
      setting: { domains: new Map([['a.b', '$U%a.b@TCP-DAEMON$E']]), hosts },
      want: 'u@a.b via TCP-DAEMON on tcp_local',
    },
    {
      name: 'an entry of it may fail',
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
      name: 'rules that go round end at the ceiling',
      rules: ['a $U%b', 'b $U%a'],
      address: 'u@a',
      want: 'ceiling',
    },
    {
      name: 'an address that grows ends too',
      rules: ['a $U$U%a'],
      address: `${'u'.repeat(64)}@a`,
      want: 'failed: a rewrite template gives more than 8192 characters',
    },
  ]);

  it('names the rules that go round', () => {
    const result = rewrite(compiled('a $U%b', '! note', 'b $U%a'), 'u@a', { ceiling: 10 });
    assert.equal(result.kind, 'ceiling');
    if (result.kind !== 'ceiling') return;
    assert.equal(result.text, 'rewriting did not end after 10 rounds: pmdf.cnf:1, pmdf.cnf:3');
    assert.equal(result.rules.length, 10);
  });

  it('comes for an address with more hosts than rounds', () => {
    const address = `u${'%localhost'.repeat(40)}`;
    assert.equal(rewrite(compiled(), address, { hosts }).kind, 'ceiling');
    assert.equal(rewrite(compiled(), `u${'%localhost'.repeat(30)}`, { hosts }).kind, 'routed');
  });

  it('comes by the step budget', () => {
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

  it('is the channel, whatever the text, where a host of a lone text has one', () => {
    const result = rewrite(compiled('mail.x $?gone'), 'u@mail.x', { hosts });
    assert.equal(brief(result), 'u@mail.x via mail.x on tcp_internal');
  });
});

describe('look-ups that fail', () => {
  const general = new Map([['jane', failed('database gone')]]);
  const rules = compiled('domain.com $($U)$E$F', 'domain.com $U@domain.com');

  it('make the whole rewrite fail', () => {
    assert.equal(brief(rewrite(rules, 'jane@domain.com', { general })), 'failed: database gone');
  });

  it('are not made by a rule whose conditions fail', () => {
    const result = rewrite(rules, 'jane@domain.com', { general, context: backward });
    assert.equal(brief(result), 'jane@domain.com via domain.com: no channel');
  });

  it('in the domain database and in mapping tables too', () => {
    const domains = new Map([['.com', failed('no domains')]]);
    assert.equal(brief(rewrite(compiled(), 'u@a.com', { domains })), 'failed: no domains');
    const tables = new Map([['T', () => ({ output: '', flags: 'Y' })]]);
    const result = rewrite(compiled('a.com $U@x${T,$U}'), 'u@a.com', { tables, tableFailure: 'no table' });
    assert.equal(brief(result), 'failed: no table');
  });

  const broken = [
    ['jdoe', 'the template gives no host'],
    ['a%b%c@D', 'the template became `a` with separators `%%@`, which is no form'],
    ['$Y', 'the general database entry `jane` cannot be read: `$Y` has no meaning in a rewrite template'],
  ] as const;
  for (const [value, cause] of broken) {
    it(`and an entry \`${value}\` cannot be used`, () => {
      const result = rewrite(rules, 'jane@domain.com', { general: new Map([['jane', value]]) });
      assert.equal(brief(result), `failed: ${cause}`);
    });
  }

  it('and an entry with a look-up in it fails only its rule', () => {
    const result = rewrite(rules, 'jane@domain.com', { general: new Map([['jane', '$(x)@b']]) });
    assert.equal(brief(result), 'jane@domain.com via domain.com: no channel');
  });
});

describe('the worked file of the manual', () => {
  // Ref: PMDF 2.4.1, Table 2-9
  const a = channel('a_channel');
  const b = channel('b_channel', { addressForm: '733' });
  const hosts = hostTable(['local-host', local], ['a', a], ['e', a, 'a'], ['b', b], ['f', b, 'b']);
  const rules = compiled('! test.cnf', 'a     $U@a', 'b     $U@b', 'c     $U%c@b', 'd     $U%d@a');
  const rows = [
    ['u@a', 'u@a via a on a_channel'],
    ['u@b', 'u@b via b on b_channel'],
    ['u@c', 'u@c via b on b_channel'],
    ['u@d', 'u@d via a on a_channel'],
    ['u@e', 'u@a via a on a_channel'],
    ['u@f', 'u@b via b on b_channel'],
  ] as const;
  for (const [address, wanted] of rows) {
    it(`sends ${address} to ${wanted}`, () => {
      assert.equal(brief(rewrite(rules, address, { hosts, localHost: 'local-host' })), wanted);
    });
  }
});

describe('a forwarded address', () => {
  // Ref: PMDF 2.2.6.5
  const hosts = hostTable(
    ['local-host', local],
    ['TCP-DAEMON', tcpLocal],
    ['PROCESS-DAEMON', channel('process')],
  );
  const rules = compiled(
    'domain.com  $($U)',
    'domain.com  $U%domain.com@LOCAL-HOST',
    '.com $U%$H$D@TCP-DAEMON',
  );

  it('goes straight out with the old entry', () => {
    const general = new Map([['jane.doe', 'jdoe%other.com']]);
    const result = rewrite(rules, 'Jane.Doe@domain.com', { hosts, general });
    assert.equal(brief(result), 'jdoe@other.com via TCP-DAEMON on tcp_local');
  });

  it('goes through the process channel with the new entry', () => {
    const general = new Map([['jane.doe', 'jdoe%other.com@PROCESS-DAEMON']]);
    const result = rewrite(rules, 'Jane.Doe@domain.com', { hosts, general });
    assert.equal(brief(result), 'jdoe@other.com via PROCESS-DAEMON on process');
    const second = rewrite(rules, 'jdoe@other.com', {
      hosts,
      general,
      context: { sourceChannel: channel('process') },
    });
    assert.equal(brief(second), 'jdoe@other.com via TCP-DAEMON on tcp_local');
  });
});

describe('the trace of a rewrite', () => {
  it('tells what was tried and why it failed', () => {
    const events: TraceEvent[] = [];
    const rules = compiled('! note', 'domain.com $($U)$E$F', 'domain.com $U%domain.com@L-HOST$Nx', '.x $U@y');
    rewrite(rules, 'bob@domain.com', {
      hosts: hostTable(['l-host', local]),
      trace: (event) => events.push(event),
    });
    assert.deepEqual(events, [
      { kind: 'rewrite-begins', address: 'bob@domain.com', direction: 'forward', sourceChannel: 'tcp_local' },
      { kind: 'host-extracted', host: 'domain.com', from: 'at' },
      {
        kind: 'lookup',
        request: { kind: 'database', database: 'general', key: 'bob' },
        answer: { kind: 'absent' },
      },
      {
        kind: 'rule-tried',
        place: 'pmdf.cnf:2',
        pattern: 'domain.com',
        host: 'domain.com',
        fired: false,
        failed: 'the general database has no `bob`',
      },
      { kind: 'rule-tried', place: 'pmdf.cnf:3', pattern: 'domain.com', host: 'domain.com', fired: true },
      { kind: 'rewrite-ends', address: 'bob@domain.com', routingSystem: 'L-HOST', channel: 'l' },
    ]);
  });

  it('ends with the reason where there is no channel', () => {
    const events: TraceEvent[] = [];
    rewrite(compiled(), 'u%b', { trace: (event) => events.push(event) });
    assert.deepEqual(events.slice(1), [
      { kind: 'host-extracted', host: 'b', from: 'percent' },
      { kind: 'host-extracted', host: 'localhost', from: 'at' },
      {
        kind: 'rewrite-ends',
        address: 'u%b@localhost',
        routingSystem: 'localhost',
        channel: null,
        error: '5.1.2 illegal host or domain name',
      },
    ]);
  });
});
