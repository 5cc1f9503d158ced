import assert from 'node:assert/strict';
import type { Channel, ChannelTable } from '../../../lib/channel/channel.js';
import {
  confirmationOf,
  type ReverseName,
  reverseNameUse,
  type SwitchLookup,
} from '../../../lib/channel/reverse-name.js';
import { type ChannelChoice, isSmtpChannel, SourceSelection } from '../../../lib/channel/select-source.js';
import { switchAfterAuth, switchAfterTls } from '../../../lib/channel/switch-session.js';
import { tableOf } from './channel-text.js';

interface Variant {
  /** Further keywords of tcp_local, and all those of tcp_internal and l. */
  readonly local?: string;
  readonly internal?: string;
  readonly l?: string;
}

function tableWith({
  local = '',
  internal = 'smtp single_sys mx allowswitchchannel',
  l = '',
}: Variant): ChannelTable {
  return tableOf(
    `defaults noswitchchannel\n\nl ${l}\ndomain.com\n\n` +
      `tcp_local smtp single_sys mx switchchannel remotehost ${local}\nTCP-DAEMON\n\n` +
      `tcp_internal ${internal}\nTCP-INTERNAL\n\ntcp_auth smtp\nTCP-AUTH\n\nprocess allowswitchchannel\nPROCESS-DAEMON\n`,
  ).value;
}

function channelOf(table: ChannelTable, name: string): Channel {
  const channel = table.channels.get(name);
  assert.ok(channel, name);
  return channel;
}

/** The channel of a host by the rules of the relaying example: 192.168. and below domain.com are internal. */
function exampleRules(host: string): string | null {
  if (host === 'nowhere.example') return null;
  if (host === 'domain.com') return 'l';
  if (host === 'batch.example') return 'process';
  const internal =
    host.endsWith('.domain.com') || host.startsWith('[192.168.') || host.startsWith('[IPv6:fd00:');
  return internal ? 'tcp_internal' : 'tcp_local';
}

interface Client {
  readonly ip: string;
  readonly name?: string | ReverseName | null;
  readonly order?: SwitchLookup;
}

/** A choice, and the hosts that were looked up for it. */
type Selected = ChannelChoice & { readonly hosts: readonly string[] };

function select(variant: Variant, { ip, name = null, order = 'name-else-literal' }: Client): Selected {
  const table = tableWith(variant);
  const confirmed = (text: string): ReverseName => ({ kind: 'confirmed', name: text });
  const selection = new SourceSelection({
    initial: channelOf(table, 'tcp_local'),
    clientAddress: ip,
    name:
      name === null ? { kind: 'none', cause: 'NXDOMAIN' } : typeof name === 'string' ? confirmed(name) : name,
    order,
  });
  const hosts: string[] = [];
  for (let host = selection.nextHost; host !== null; host = selection.nextHost) {
    hosts.push(host);
    const owner = exampleRules(host);
    selection.take(owner === null ? null : channelOf(table, owner));
  }
  return { ...selection.choice, hosts };
}

const internal = '192.168.3.4';
const outside = '203.0.113.7';

/** The channel with the seed's order and with the manual's order. */
const worked: readonly (readonly [
  ip: string,
  name: string | null,
  seed: string,
  manual: string,
  variant?: Variant,
])[] = [
  [internal, null, 'tcp_internal', 'tcp_internal'],
  [internal, 'pc.domain.com', 'tcp_internal', 'tcp_internal'],
  [internal, 'pc.elsewhere.org', 'tcp_local', 'tcp_internal'],
  [outside, 'pc.domain.com', 'tcp_internal', 'tcp_internal'],
  [outside, 'domain.com', 'tcp_local', 'tcp_local'],
  [outside, 'mx.other.org', 'tcp_local', 'tcp_local'],
  [outside, 'nowhere.example', 'tcp_local', 'tcp_local'],
  [outside, null, 'tcp_local', 'tcp_local'],
  [internal, null, 'tcp_local', 'tcp_local', { internal: 'smtp noswitchchannel' }],
  [internal, 'pc.domain.com', 'tcp_local', 'tcp_local', { internal: 'smtp noswitchchannel' }],
  [internal, 'pc.domain.com', 'tcp_internal', 'tcp_internal', { internal: 'smtp switchchannel' }],
  [internal, 'pc.domain.com', 'tcp_internal', 'tcp_internal', { local: 'identnonelimited' }],
  [outside, 'pc.domain.com', 'tcp_local', 'tcp_local', { local: 'identnonelimited' }],
  [outside, 'pc.domain.com', 'tcp_local', 'tcp_local', { local: 'identtcplimited' }],
  [outside, 'pc.domain.com', 'tcp_local', 'tcp_local', { local: 'identnonenumeric' }],
  [outside, 'pc.domain.com', 'tcp_local', 'tcp_local', { local: 'identtcpnumeric' }],
  [outside, 'pc.domain.com', 'tcp_internal', 'tcp_internal', { local: 'identnonesymbolic' }],
  [outside, 'pc.domain.com', 'tcp_internal', 'tcp_internal', { local: 'identtcp' }],
  [internal, 'pc.elsewhere.org', 'tcp_internal', 'tcp_internal', { local: 'identnonelimited' }],
  [internal, 'pc.domain.com', 'tcp_local', 'tcp_local', { local: 'noswitchchannel' }],
  [internal, 'pc.domain.com', 'tcp_local', 'tcp_local', { local: 'allowswitchchannel' }],
  // only SMTP channels are switched to
  [outside, 'batch.example', 'tcp_local', 'tcp_local'],
  [outside, 'domain.com', 'tcp_local', 'tcp_local', { l: 'allowswitchchannel' }],
  [outside, 'domain.com', 'l', 'l', { l: 'allowswitchchannel smtp_crlf' }],
  [internal, null, 'tcp_internal', 'tcp_internal', { internal: 'allowswitchchannel' }],
  [internal, null, 'tcp_local', 'tcp_local', { internal: 'allowswitchchannel nosmtp' }],
  // in every spelling of an address
  ['::ffff:192.168.3.4', null, 'tcp_internal', 'tcp_internal'],
  ['::FFFF:C0A8:0304', null, 'tcp_internal', 'tcp_internal'],
  ['FD00:0:0::1', null, 'tcp_internal', 'tcp_internal'],
  ['2001:db8::1', null, 'tcp_local', 'tcp_local'],
  ['unknown', null, 'tcp_local', 'tcp_local'],
  ['', 'pc.domain.com', 'tcp_internal', 'tcp_internal'],
];

describe('SourceSelection', () => {
  for (const [ip, name, seed, manual, variant = {}] of worked) {
    it(`puts ${ip} named ${name} with ${JSON.stringify(variant)} on ${seed}, or ${manual} in the manual's order`, () => {
      assert.equal(select(variant, { ip, name }).channel.name, seed);
      assert.equal(select(variant, { ip, name, order: 'literal-then-name' }).channel.name, manual);
    });
  }

  const looked: readonly (readonly [
    order: SwitchLookup,
    ip: string,
    name: string | null,
    hosts: readonly string[],
  ])[] = [
    ['name-else-literal', internal, 'pc.elsewhere.org', ['pc.elsewhere.org']],
    ['name-else-literal', internal, null, ['[192.168.3.4]']],
    ['name-else-literal', '2001:DB8:0::1', null, ['[IPv6:2001:db8::1]']],
    ['name-else-literal', internal, 'pc.domain.com.', ['pc.domain.com']],
    ['literal-then-name', internal, 'pc.elsewhere.org', ['[192.168.3.4]']],
    ['literal-then-name', outside, 'pc.domain.com', ['[203.0.113.7]', 'pc.domain.com']],
    ['literal-then-name', outside, null, ['[203.0.113.7]']],
    ['literal', outside, 'pc.domain.com', ['[203.0.113.7]']],
    ['name', internal, null, []],
    ['name', internal, 'pc.elsewhere.org', ['pc.elsewhere.org']],
    ['name', outside, 'pc.domain.com', ['pc.domain.com']],
  ];
  for (const [order, ip, name, hosts] of looked) {
    it(`looks up ${hosts.join(' and ') || 'nothing'} for ${ip} named ${name} by ${order}`, () => {
      const choice = select({}, { ip, name, order });
      assert.deepEqual(choice.hosts, hosts);
    });
  }

  it('does not try the name if the address belongs to a channel that refuses', () => {
    const choice = select(
      { internal: 'smtp noswitchchannel' },
      { ip: internal, name: 'pc.domain.com', order: 'literal-then-name' },
    );
    assert.deepEqual(choice.hosts, ['[192.168.3.4]']);
  });

  const unconfirmed: ReverseName = {
    kind: 'unconfirmed',
    name: 'pc.domain.com',
    cause: 'it resolves to 198.51.100.1',
  };
  for (const [local, wanted] of [
    ['', 'tcp_local'],
    ['forwardchecknone', 'tcp_internal'],
    ['forwardchecktag', 'tcp_local'],
    ['forwardcheckdelete', 'tcp_local'],
  ] as const) {
    it(`puts an unconfirmed internal name on ${wanted} with \`${local}\``, () => {
      assert.equal(select({ local }, { ip: outside, name: unconfirmed }).channel.name, wanted);
      assert.equal(
        select({ local }, { ip: outside, name: unconfirmed, order: 'literal-then-name' }).channel.name,
        wanted,
      );
    });
  }

  it('looks up the literal when the name is not confirmed', () => {
    assert.equal(
      select({}, { ip: internal, name: { ...unconfirmed, name: 'pc.elsewhere.org' } }).channel.name,
      'tcp_internal',
    );
  });

  for (const name of [
    '[192.168.3.4]',
    '192.168.3.4',
    'a@pc.domain.com',
    'x|pc.domain.com',
    'x%pc.domain.com',
    '.domain.com',
    'a..domain.com',
    'a b.domain.com',
    '',
    '.',
    `${'a.'.repeat(150)}domain.com`,
  ]) {
    it(`never looks up the name ${JSON.stringify(name.slice(0, 30))}`, () => {
      const choice = select({ local: 'forwardchecknone' }, { ip: outside, name });
      assert.deepEqual(choice.hosts, ['[203.0.113.7]']);
      assert.equal(choice.channel.name, 'tcp_local');
    });
  }

  const reasons: readonly (readonly [variant: Variant, client: Client, why: string])[] = [
    [{}, { ip: internal }, '`[192.168.3.4]` belongs to channel `tcp_internal` (no name: NXDOMAIN)'],
    [{}, { ip: internal, order: 'literal' }, '`[192.168.3.4]` belongs to channel `tcp_internal`'],
    [{}, { ip: outside, name: 'pc.domain.com' }, '`pc.domain.com` belongs to channel `tcp_internal`'],
    [{}, { ip: outside, name: 'mx.other.org' }, '`mx.other.org` stays on channel `tcp_local`'],
    [{}, { ip: outside, name: 'nowhere.example' }, '`nowhere.example` belongs to no channel'],
    [
      {},
      { ip: outside, name: 'domain.com' },
      '`domain.com` belongs to channel `l`, which has noswitchchannel',
    ],
    [
      {},
      { ip: outside, name: 'batch.example' },
      '`batch.example` belongs to channel `process`, which is not an SMTP channel',
    ],
    [
      {},
      { ip: outside, name: unconfirmed },
      '`[203.0.113.7]` stays on channel `tcp_local` (no name: `pc.domain.com` is not confirmed, it resolves to 198.51.100.1)',
    ],
    [
      { local: 'identnonelimited' },
      { ip: outside, name: 'pc.domain.com' },
      '`[203.0.113.7]` stays on channel `tcp_local` (no name: `tcp_local` does not switch by name)',
    ],
    [{ local: 'noswitchchannel' }, { ip: internal }, 'channel `tcp_local` has noswitchchannel'],
    [{ local: 'allowswitchchannel' }, { ip: internal }, 'channel `tcp_local` lacks switchchannel'],
    [{}, { ip: internal, order: 'name' }, 'only names switch (no name: NXDOMAIN)'],
    [{}, { ip: 'nothing', order: 'literal' }, '`nothing` is not an IP address'],
    [
      {},
      { ip: outside, name: 'a\r\n250 ok', order: 'name' },
      'only names switch (no name: `a 250 ok` is not a host name)',
    ],
  ];
  for (const [variant, client, why] of reasons) {
    it(`says: ${why}`, () => {
      assert.equal(select(variant, client).why, why);
    });
  }
});

describe('reverse names of a channel', () => {
  const uses: readonly (readonly [keywords: string, use: string])[] = [
    ['', 'lookedUp addressInReceived nameInReceived switches'],
    ['identnonelimited', 'lookedUp addressInReceived nameInReceived'],
    ['identnonenumeric', 'addressInReceived'],
    ['identnonesymbolic', 'lookedUp nameInReceived switches'],
    ['identtcpsymbolic', 'lookedUp nameInReceived switches'],
    ['noswitchchannel', 'lookedUp addressInReceived nameInReceived switches'],
    ['allowswitchchannel', 'lookedUp addressInReceived nameInReceived switches'],
  ];
  for (const [local, use] of uses) {
    it(`with \`${local}\``, () => {
      const channel = channelOf(tableWith({ local }), 'tcp_local');
      const found = Object.entries(reverseNameUse(channel)).filter(([, on]) => on);
      assert.deepEqual(found.map(([name]) => name).join(' '), use);
    });
  }

  for (const [local, wanted] of [
    ['', 'required'],
    ['forwardchecknone', 'none'],
    ['forwardchecktag', 'tag'],
    ['forwardcheckdelete', 'delete'],
  ] as const) {
    it(`asks for confirmation \`${wanted}\` with \`${local}\``, () => {
      assert.equal(confirmationOf(channelOf(tableWith({ local }), 'tcp_local')), wanted);
    });
  }
});

describe('switches inside a session', () => {
  it('follow the keyword of the current channel', () => {
    const table = tableWith({
      local: 'maysaslserver saslswitchchannel tcp_auth maytls tlsswitchchannel tcp_internal',
    });
    const local = channelOf(table, 'tcp_local');
    assert.equal(switchAfterAuth(table, local)?.name, 'tcp_auth');
    assert.equal(switchAfterTls(table, local)?.name, 'tcp_internal');
    const auth = channelOf(table, 'tcp_auth');
    assert.equal(switchAfterAuth(table, auth), null);
    assert.equal(switchAfterTls(table, auth), null);
  });

  it('do not happen to an unknown channel, to the same one, or if a later keyword cancels them', () => {
    for (const local of [
      'saslswitchchannel nowhere',
      'saslswitchchannel tcp_local',
      'saslswitchchannel tcp_auth nosaslswitchchannel',
    ]) {
      const table = tableWith({ local });
      assert.equal(switchAfterAuth(table, channelOf(table, 'tcp_local')), null, local);
    }
  });

  it('recognise an SMTP channel by its keyword or its family', () => {
    const table = tableOf('l\nh\n\ntcp_x\nX\n\ntcp_y nosmtp\nY\n\nz smtp_lf\nZ\n\ntcp_store lmtp\nS').value;
    const smtp = [...table.channels.values()].filter(isSmtpChannel).map((one) => one.name);
    assert.deepEqual(smtp, ['tcp_x', 'z']);
  });
});
