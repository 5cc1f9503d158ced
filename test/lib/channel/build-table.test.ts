import assert from 'node:assert/strict';
import { argumentOf, hasKeyword } from '../../../lib/channel/channel.js';
import { findings, tableOf } from './channel-text.js';

const local = 'l\nh.domain.com\n\n';

/** The keywords among `names` in effect on a channel, explicit or default. */
function inForce(text: string, channel: string, names: string): string {
  const found = tableOf(text).value.channels.get(channel);
  return names
    .split(' ')
    .filter((name) => found !== undefined && hasKeyword(found, name))
    .join(' ');
}

describe('buildChannelTable', () => {
  const switching = 'switchchannel allowswitchchannel noswitchchannel';
  const tls =
    'notls maytls musttls notlsserver maytlsserver musttlsserver notlsclient maytlsclient musttlsclient';
  const settled: readonly (readonly [text: string, channel: string, names: string, wanted: string])[] = [
    [
      'defaults noswitchchannel\n\nl\nh\n\ntcp_internal smtp allowswitchchannel\nTI',
      'l',
      switching,
      'noswitchchannel',
    ],
    [
      'defaults noswitchchannel\n\nl\nh\n\ntcp_internal smtp allowswitchchannel\nTI',
      'tcp_internal',
      switching,
      'allowswitchchannel',
    ],
    ['l\nh', 'l', switching, 'allowswitchchannel'],
    ['l\nh\n\ndefaults noswitchchannel', 'l', switching, 'allowswitchchannel'],
    ['defaults noswitchchannel\n\ndefaults switchchannel\n\nl\nh', 'l', switching, 'switchchannel'],
    ['defaults noswitchchannel\n\ndefaults mx\n\nl\nh', 'l', `${switching} mx nomx`, 'noswitchchannel mx'],
    ['defaults noswitchchannel\n\nnodefaults\n\nl\nh', 'l', switching, 'allowswitchchannel'],
    ['defaults nomx\n\nnodefaults\n\ndefaults mx\n\nl\nh', 'l', 'mx nomx defaultmx', 'mx'],
    ['l\nh', 'l', tls, 'notls notlsserver notlsclient'],
    ['l maytls\nh', 'l', tls, 'maytls maytlsserver maytlsclient'],
    ['l musttls notlsclient\nh', 'l', tls, 'musttlsserver notlsclient'],
    ['l maytlsserver musttlsclient\nh', 'l', tls, 'maytlsserver musttlsclient'],
    ['defaults musttls\n\nl notlsclient\nh', 'l', tls, 'musttlsserver notlsclient'],
    ['defaults notlsclient\n\nl musttls\nh', 'l', tls, 'musttls musttlsserver musttlsclient'],
    ['l maytlsserver maytlsclient\nh', 'l', 'maytls', 'maytls'],
    ['l percents\nh', 'l', '822 733 uucp percents', '733'],
    ['l smtp\nh', 'l', 'smtp nosmtp', 'smtp'],
    [
      'l\nh',
      'l',
      'multiple single single_sys rules norules identnone forwardchecknone',
      'multiple rules identnone forwardchecknone',
    ],
  ];
  for (const [text, channel, names, wanted] of settled) {
    it(`has ${wanted} on ${channel} in ${JSON.stringify(text)}`, () => {
      assert.equal(inForce(text, channel, names), wanted);
    });
  }

  it('keeps arguments without their quotes, and distinguishes explicit keywords from defaults', () => {
    const { value } = tableOf(
      'l saslswitchchannel tcp_auth description "the local one" defaulthost a.example b.example\nh',
    );
    const channel = value.channels.get('l');
    assert.ok(channel);
    assert.equal(argumentOf(channel, 'saslswitchchannel'), 'tcp_auth');
    assert.equal(argumentOf(channel, 'description'), 'the local one');
    assert.deepEqual(channel.keywords.get('defaulthost')?.arguments, ['a.example', 'b.example']);
    assert.notEqual(channel.keywords.get('defaulthost')?.span, null);
    assert.equal(channel.keywords.get('rules')?.span, null);
    assert.equal(hasKeyword(channel, 'nosaslswitchchannel'), false);
  });

  it('inherits arguments from defaults', () => {
    const { value } = tableOf(
      'defaults notices 1 2 4 7 defaulthost domain.com domain.com\n\nl notices 3\nh\n\ntcp_x smtp\nX',
    );
    assert.deepEqual(value.channels.get('l')?.keywords.get('notices')?.arguments, ['3']);
    assert.deepEqual(value.channels.get('tcp_x')?.keywords.get('notices')?.arguments, ['1', '2', '4', '7']);
  });

  it('reads unknown words as group ids, without error', () => {
    const { value, diagnostics } = tableOf(`${local}tcp_x smtp staffgroup\nTX`);
    assert.deepEqual(value.channels.get('tcp_x')?.groupIds, ['staffgroup']);
    assert.deepEqual(findings(diagnostics), ['warning channel/unknown-keyword staffgroup']);
  });

  it('maps every host to its channel', () => {
    const { value, diagnostics } = tableOf(
      'l\nDomain.Com mailhost\nold.domain.com\n\ntcp_x smtp\nTCP-X thishost\ne\nf F.example.com\n[192.0.2.1]',
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      [...value.hosts].map(([name, { channel, properName }]) => [name, channel.name, properName]),
      [
        ['domain.com', 'l', null],
        ['mailhost', 'l', null],
        ['old.domain.com', 'l', 'Domain.Com'],
        ['tcp-x', 'tcp_x', null],
        ['e', 'tcp_x', 'TCP-X'],
        ['f', 'tcp_x', 'F.example.com'],
        ['[192.0.2.1]', 'tcp_x', 'TCP-X'],
      ],
    );
    assert.deepEqual([...value.channels.keys()], ['l', 'tcp_x']);
    assert.equal(value.channels.get('tcp_x')?.localHostAlias, 'thishost');
  });

  it('reads the local channel of a message store', () => {
    const { value, diagnostics } = tableOf('defaults mx\n\nmsgstore\nh.domain.com alias\n\ntcp_x smtp\nX');
    assert.deepEqual(diagnostics, []);
    assert.equal(value.hosts.get('alias')?.channel.name, 'msgstore');
  });

  const wrong: readonly (readonly [text: string, findings: readonly string[]])[] = [
    [local, []],
    ['defaults mx\n\nnodefaults\n\nl\nh', []],
    ['l\nh h', []],
    ['l\nh H', []],
    [`${local}tcp_x smtp\nX same\n\ntcp_y smtp\nY same`, []],
    ['tcp_x smtp\nX', ['error channel/local-missing tcp_x']],
    ['tcp_x smtp\nX\n\nl\nh', ['warning channel/local-first l']],
    [`${local}x\na\n\nx\nb`, ['error channel/duplicate-channel x']],
    ['l\nh\n\nx\nH', ['error channel/duplicate-host H']],
    ['l\nh\nh', ['error channel/duplicate-host h']],
    ['l\nh alias\n\nx\nX\nalias', ['error channel/duplicate-host alias']],
    [`${local}x\nX\ne\n\ny\nY\nE proper`, ['error channel/duplicate-host E']],
    [`${local}pipe\nP`, ['warning channel/reserved-name pipe']],
    [`${local}process\nP\n\nreprocess\nR\n\nbitbucket\nB`, []],
    [`${local}directory\nD\n\ndirectory_x inline\nE`, []],
    [
      `${local}tcp_x smtp saslswitchchannel tcp_auht\nX\n\ntcp_auth smtp\nA`,
      ['error channel/unknown-channel tcp_auht'],
    ],
    [`${local}tcp_x smtp tlsswitchchannel tcp_tls\nX`, ['error channel/unknown-channel tcp_tls']],
    [`defaults tlsswitchchannel nowhere\n\n${local}`, ['error channel/unknown-channel nowhere']],
    [`${local}tcp_x smtp expandchannel nowhere\nX`, ['error channel/unknown-channel nowhere']],
    [`${local}tcp_x smtp saslswitchchannel "tcp_auth"\nX\n\ntcp_auth smtp\nA`, []],
  ];
  for (const [text, wanted] of wrong) {
    it(`finds ${wanted.length === 0 ? 'nothing' : wanted.join(', ')} in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(findings(tableOf(text).diagnostics), wanted);
    });
  }

  it('shows both places of a host that occurs twice, and keeps the first', () => {
    const { value, diagnostics } = tableOf('l\nh\n\nx\nX\nh');
    assert.equal(diagnostics[0]?.related?.[0]?.message, 'first in the channel `l`');
    assert.ok((diagnostics[0]?.related?.[0]?.span.offset ?? Infinity) < (diagnostics[0]?.span.offset ?? 0));
    assert.equal(value.hosts.get('h')?.channel.name, 'l');
  });

  it('suggests a similar channel', () => {
    const { diagnostics } = tableOf(`${local}tcp_x smtp saslswitchchannel tcp_auht\nX\n\ntcp_auth smtp\nA`);
    assert.equal(diagnostics[0]?.hint, 'did you mean `tcp_auth`?');
  });

  it('returns an empty table for no channels', () => {
    const { value, diagnostics } = tableOf('! nothing');
    assert.equal(value.channels.size + value.hosts.size + diagnostics.length, 0);
  });
});
