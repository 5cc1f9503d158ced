import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { defaultSettings, type Settings } from '../../../lib/config/settings.js';
import { formatted, settingsOf, sourceOf } from './source-of.js';

/** The settings of a file: [text, the settings that differ from the defaults]. */
const good: readonly (readonly [string, Partial<Settings>])[] = [
  ['local_domains: [Domain.COM, other.com]', { localDomains: ['domain.com', 'other.com'] }],
  [
    'local_domains: [bücher.example, _tcp.x-y.com]',
    { localDomains: ['xn--bcher-kva.example', '_tcp.x-y.com'] },
  ],
  ['local_domains:', {}],
  [
    'listeners: {587: tcp_submit}',
    { listeners: { default: 'tcp_local', ports: new Map([[587, 'tcp_submit']]) } },
  ],
  ['listeners: {"25": a, default: b}', { listeners: { default: 'b', ports: new Map([[25, 'a']]) } }],
  ['switch_lookup: literal-then-name', { switchLookup: 'literal-then-name' }],
  ['switch_lookup: literal', { switchLookup: 'literal' }],
  ['switch_lookup: name', { switchLookup: 'name' }],
  ['reverse_timeout: 0.1', { reverseTimeout: 0.1 }],
  ['reverse_timeout: 20', { reverseTimeout: 20 }],
  ['relaying_channels: [tcp_internal, tcp_auth]', { relayingChannels: ['tcp_internal', 'tcp_auth'] }],
  ['relaying_channels: []', { relayingChannels: [] }],
  ['relaying_channels: switched', {}],
  ['source_routes: follow', { sourceRoutes: 'follow' }],
  ['built_in_source_routes: pmdf', { builtInSourceRoutes: 'pmdf' }],
  ['built_in_source_routes: off', { builtInSourceRoutes: 'off' }],
  ['bare_line_ends: repair', { bareLineEnds: 'repair' }],
  [
    'access: {orcpt: true, app_info: messaging-server, default_text: Go away, hold_folder: /var/held}',
    {
      access: {
        orcpt: true,
        appInfo: 'messaging-server',
        defaultText: 'Go away',
        holdFolder: '/var/held',
      },
    },
  ],
  ['access:', {}],
  [
    'shadow: {tables: [SEND_ACCESS], channels: [tcp_local]}',
    { shadow: { tables: ['SEND_ACCESS'], channels: ['tcp_local'] } },
  ],
  ['shadow:', {}],
  [
    'files: {cnf: /pmdf/table/pmdf.cnf, mappings: "PMDF_TABLE:mappings."}',
    {
      files: {
        cnf: '/pmdf/table/pmdf.cnf',
        mappings: 'PMDF_TABLE:mappings.',
        aliases: 'aliases',
        security: 'security.cnf',
        options: 'option.dat',
      },
    },
  ],
  [
    'databases: {general: , alias: alias.cdb, forward: {file: forward.txt, required: false}, reverse: {file: r}}',
    {
      databases: {
        general: null,
        alias: { kind: 'file', file: 'alias.cdb', required: true },
        forward: { kind: 'file', file: 'forward.txt', required: false },
        domain: null,
        reverse: { kind: 'file', file: 'r', required: true },
      },
    },
  ],
  [
    'databases: {domain: d.txt}',
    { databases: { ...defaultSettings.databases, domain: { kind: 'file', file: 'd.txt', required: true } } },
  ],
  [
    'delivery:\n  l: through\n  tcp_local: queue\n  keep_connections: false\n  own_addresses: [192.0.2.1]\n  through_plugin: lmtp\n',
    {
      delivery: {
        keepConnections: false,
        ownAddresses: ['192.0.2.1'],
        throughPlugin: 'lmtp',
        channels: new Map([
          ['l', { method: 'through', nextHop: null }],
          ['tcp_local', { method: 'queue', nextHop: null }],
        ]),
      },
    },
  ],
  [
    'spf: {fail: defer, softfail: reject, permerror: accept, temperror: accept, max_recursion: 5, max_dns_queries: 20, timeout: 3}',
    {
      spf: {
        fail: 'defer',
        softfail: 'reject',
        permerror: 'accept',
        temperror: 'accept',
        maxRecursion: 5,
        maxDnsQueries: 20,
        timeout: 3,
      },
    },
  ],
  [
    'limits: {steps: 1000, rewrites: 1, alias_depth: 2, expansions: 3, address: 256, connections: 5, connections_per_client: 1, database_memory: 0}',
    {
      limits: {
        steps: 1000,
        rewrites: 1,
        aliasDepth: 2,
        expansions: 3,
        address: 256,
        connections: 5,
        connectionsPerClient: 1,
        databaseMemory: 0,
      },
    },
  ],
  ['local_host: Mail.Domain.com', { localHost: 'mail.domain.com' }],
  ['reload: {enabled: false, settle: 0}', { reload: { enabled: false, settle: 0 } }],
];

/** Errors: [text, every finding in full]. */
const bad: readonly (readonly [string, string])[] = [
  [
    'acess: {orcpt: true}\n',
    'pmdf.yaml:1:1: error: unknown key: `acess` [settings/unknown-key]\n  acess: {orcpt: true}\n  ^^^^^\n  hint: did you mean `access`?',
  ],
  [
    'through_plugin: lmtp\n',
    'pmdf.yaml:1:1: error: unknown key: `through_plugin` [settings/unknown-key]\n  through_plugin: lmtp\n  ^^^^^^^^^^^^^^\n  hint: `through_plugin` belongs under `delivery`',
  ],
  [
    'access:\n  reverse_timeout: 3\n',
    'pmdf.yaml:2:3: error: unknown key of `access`: `reverse_timeout` [settings/unknown-key]\n    reverse_timeout: 3\n    ^^^^^^^^^^^^^^^\n  hint: `reverse_timeout` belongs at the top level',
  ],
  [
    '__proto__: 1\n',
    'pmdf.yaml:1:1: error: unknown key: `__proto__` [settings/unknown-key]\n  __proto__: 1\n  ^^^^^^^^^',
  ],
  [
    'reload: {enabled: yes}\n',
    'pmdf.yaml:1:19: error: `reload.enabled` must be true or false, not the text `yes` [settings/type]\n  reload: {enabled: yes}\n                    ^^^\n  hint: write `true`',
  ],
  [
    'reverse_timeout: 30\n',
    'pmdf.yaml:1:18: error: `reverse_timeout` must be a number of seconds from 0.1 to 20, not `30` [settings/range]\n  reverse_timeout: 30\n                   ^^',
  ],
  [
    'reverse_timeout:\n',
    'pmdf.yaml:1:1: error: `reverse_timeout` must be a number of seconds from 0.1 to 20, not nothing [settings/type]\n  reverse_timeout:\n  ^^^^^^^^^^^^^^^',
  ],
  [
    'limits: {steps: 1_000_000}\n',
    'pmdf.yaml:1:17: error: `limits.steps` must be a whole number from 1000 to 1000000000, not the text `1_000_000` [settings/type]\n  limits: {steps: 1_000_000}\n                  ^^^^^^^^^\n  hint: write `1000000`',
  ],
  [
    'limits: {rewrites: "32"}\n',
    'pmdf.yaml:1:20: error: `limits.rewrites` must be a whole number from 1 to 1000, not the text `32` [settings/type]\n  limits: {rewrites: "32"}\n                     ^^^^\n  hint: write it without quotes',
  ],
  [
    'source_routes: stripp\n',
    'pmdf.yaml:1:16: error: `source_routes` must be `strip` or `follow`, not `stripp` [settings/choice]\n  source_routes: stripp\n                 ^^^^^^\n  hint: did you mean `strip`?',
  ],
  [
    'local_domains: [.domain.com, a..b, 25, a.com, A.com]\n',
    [
      'pmdf.yaml:1:17: error: `.domain.com` is not a domain name [settings/domain]\n  local_domains: [.domain.com, a..b, 25, a.com, A.com]\n                  ^^^^^^^^^^^\n  hint: this means the domain only; list each subdomain as well: `domain.com`',
      'pmdf.yaml:1:30: error: `a..b` is not a domain name [settings/domain]\n  local_domains: [.domain.com, a..b, 25, a.com, A.com]\n                               ^^^^',
      'pmdf.yaml:1:36: error: `local_domains[2]` must be a domain name, not `25` [settings/type]\n  local_domains: [.domain.com, a..b, 25, a.com, A.com]\n                                     ^^\n  hint: put it in quotes',
      'pmdf.yaml:1:47: warning: `a.com` is listed twice [settings/duplicate]\n  local_domains: [.domain.com, a..b, 25, a.com, A.com]\n                                                ^^^^^',
    ].join('\n'),
  ],
  [
    'listeners: {smtp: tcp_local, 0: a, 65536: a, 25: TCP_LOCAL}\n',
    [
      'pmdf.yaml:1:13: error: `smtp` is not a port [settings/port]\n  listeners: {smtp: tcp_local, 0: a, 65536: a, 25: TCP_LOCAL}\n              ^^^^\n  hint: name a port from 1 to 65535, or `default`',
      'pmdf.yaml:1:30: error: `0` is not a port [settings/port]\n  listeners: {smtp: tcp_local, 0: a, 65536: a, 25: TCP_LOCAL}\n                               ^\n  hint: name a port from 1 to 65535, or `default`',
      'pmdf.yaml:1:36: error: `65536` is not a port [settings/port]\n  listeners: {smtp: tcp_local, 0: a, 65536: a, 25: TCP_LOCAL}\n                                     ^^^^^\n  hint: name a port from 1 to 65535, or `default`',
      'pmdf.yaml:1:50: error: `TCP_LOCAL` cannot be the name of a channel [settings/channel-name]\n  listeners: {smtp: tcp_local, 0: a, 65536: a, 25: TCP_LOCAL}\n                                                   ^^^^^^^^^\n  hint: channel names are in lower case: `tcp_local`',
    ].join('\n'),
  ],
  [
    'databases: {general: "ldap://h/", alias: users.sqlite, forward: {required: true}}\n',
    [
      'pmdf.yaml:1:22: error: databases of the kind `ldap:` are not supported [settings/not-provided]\n  databases: {general: "ldap://h/", alias: users.sqlite, forward: {required: true}}\n                       ^^^^^^^^^^^\n  hint: use a text file, a CDB made with `pmdf crdb`, or a store: `{ store: NAME }`',
      'pmdf.yaml:1:42: error: the format of the database `users.sqlite` is not supported [settings/not-provided]\n  databases: {general: "ldap://h/", alias: users.sqlite, forward: {required: true}}\n                                           ^^^^^^^^^^^^\n  hint: use a text file, a CDB made with `pmdf crdb`, or a store: `{ store: NAME }`',
      'pmdf.yaml:1:65: error: `databases.forward` has no `file` [settings/missing-key]\n  databases: {general: "ldap://h/", alias: users.sqlite, forward: {required: true}}\n                                                                  ^^^^^^^^^^^^^^^^',
    ].join('\n'),
  ],
  [
    'delivery: {l: thru, tcp_x: {next_hop: "2001:db8::1"}}\n',
    [
      'pmdf.yaml:1:15: error: `delivery.l` must be `queue` or `through`, not `thru` [settings/choice]\n  delivery: {l: thru, tcp_x: {next_hop: "2001:db8::1"}}\n                ^^^^',
      'pmdf.yaml:1:39: error: `2001:db8::1` is not a next hop [settings/next-hop]\n  delivery: {l: thru, tcp_x: {next_hop: "2001:db8::1"}}\n                                        ^^^^^^^^^^^^^\n  hint: put an IPv6 address in brackets: `[2001:db8::1]:25`',
    ].join('\n'),
  ],
  [
    'files: {cnf: "http://h/x", aliases: ""}\n',
    [
      'pmdf.yaml:1:14: error: unknown prefix of a file name: `http:` [settings/file-name]\n  files: {cnf: "http://h/x", aliases: ""}\n               ^^^^^^^^^^^^\n  hint: name a file in the folder of this one, or give its whole path',
      'pmdf.yaml:1:37: error: `files.aliases` is empty [settings/empty]\n  files: {cnf: "http://h/x", aliases: ""}\n                                      ^^',
    ].join('\n'),
  ],
  [
    'access: {default_text: "go\\naway"}\n',
    'pmdf.yaml:1:24: error: `access.default_text` must fit on one line [settings/line-break]\n  access: {default_text: "go\\naway"}\n                         ^^^^^^^^^^',
  ],
  [
    'hello\n',
    'pmdf.yaml:1:1: error: the file must be a mapping, not the text `hello` [settings/type]\n  hello\n  ^^^^^',
  ],
];

describe('parseSettings', () => {
  it('returns the defaults without a file, and for an empty one', () => {
    for (const source of [null, sourceOf(''), sourceOf('# nothing\n'), sourceOf('{}'), sourceOf('---\n')]) {
      const { value, diagnostics } = parseSettings(source);
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(value, {
        ...defaultSettings,
        rules: [],
        channelBlocks: [],
        mappingLines: [],
        aliasLines: [],
        places: new Map(),
      });
    }
  });

  describe('settings', () => {
    for (const [text, expected] of good) {
      it(`reads \`${text}\``, () => {
        const { rules, channelBlocks, mappingLines, aliasLines, places, ...settings } = settingsOf(text);
        assert.deepEqual(settings, { ...defaultSettings, ...expected });
        assert.deepEqual([rules, channelBlocks, mappingLines, aliasLines], [[], [], [], []]);
        assert.ok(places.size > 0 || /:$/.test(text));
      });
    }
  });

  describe('next hops', () => {
    const hops: readonly (readonly [string, string | null])[] = [
      ['mailhub.domain.com:2525', 'smtp mailhub.domain.com 2525'],
      ['MAILHUB', 'smtp mailhub 25'],
      ['10.0.0.1:26', 'smtp 10.0.0.1 26'],
      ['[10.0.0.1]:26', 'smtp 10.0.0.1 26'],
      ['[2001:DB8::1]:26', 'smtp 2001:db8::1 26'],
      ['[::1]', 'smtp ::1 25'],
      ['smtp://h:587', 'smtp h 587'],
      ['LMTP://[::1]', 'lmtp ::1 24'],
      ['lmtp://h:2003', 'lmtp h 2003'],
      ['h:0', null],
      ['h:65536', null],
      ['h:', null],
      [':25', null],
      ['[]:25', null],
      ['[fe80::1%eth0]:25', null],
      ['::1', null],
      ['999.0.0.1:25', null],
      ['1.2.3:25', null],
      ['smtps://h:465', null],
      ['http://h', null],
      ['smtp://h:25/x', null],
      ['a b:25', null],
      ['user@h:25', null],
    ];
    for (const [written, expected] of hops) {
      it(`${expected === null ? 'refuses' : 'reads'} \`${written}\``, () => {
        const parsed = parseSettings(
          sourceOf(`delivery: {tcp_x: {method: through, next_hop: '${written}'}}`),
        );
        const hop = parsed.value.delivery.channels.get('tcp_x')?.nextHop ?? null;
        assert.equal(hop === null ? null : `${hop.protocol} ${hop.host} ${hop.port}`, expected);
        assert.deepEqual(
          parsed.diagnostics.map((one) => one.code),
          expected === null ? ['settings/next-hop'] : [],
        );
      });
    }
  });

  describe('findings', () => {
    for (const [text, expected] of bad) {
      it(`shows what is wrong with ${JSON.stringify(text)}`, () => {
        assert.equal(formatted(parseSettings(sourceOf(text))), expected);
      });
    }

    it('keeps the default of a wrong setting, and reads the rest', () => {
      const { value } = parseSettings(sourceOf('reverse_timeout: fast\nlimits: {steps: x, rewrites: 5}\n'));
      assert.equal(value.reverseTimeout, defaultSettings.reverseTimeout);
      assert.deepEqual(value.limits, { ...defaultSettings.limits, rewrites: 5 });
    });
  });

  it('knows the place of each setting', () => {
    const text =
      'relaying_channels: [a, tcp_b]\nlisteners: {25: c}\ndelivery: {d: queue}\nlimits: {steps: 1000}\n';
    const { places } = settingsOf(text);
    const written = ['relaying_channels.tcp_b', 'listeners.25', 'delivery.d', 'limits.steps', 'reload'].map(
      (path) => {
        const span = places.get(path);
        return span === undefined ? null : text.slice(span.offset, span.offset + span.length);
      },
    );
    assert.deepEqual(written, ['tcp_b', 'c', 'd', '1000', null]);
  });

  it('is frozen', () => {
    const settings = settingsOf(
      'access: {orcpt: true}\nlocal_domains: [a.com]\ndelivery: {l: {next_hop: h}}\n',
    );
    const parts = [
      settings,
      defaultSettings,
      ...Object.values(settings).filter((one) => typeof one === 'object' && !(one instanceof Map)),
      settings.databases.general,
      settings.delivery.channels.get('l'),
      settings.delivery.channels.get('l')?.nextHop,
    ];
    for (const part of parts) assert.ok(Object.isFrozen(part), JSON.stringify(part));
  });

  it('never throws, whatever is in the file', () => {
    const words = fc.constantFrom(
      ...[
        'local_domains',
        'listeners',
        'rules',
        'channels',
        'mappings',
        'delivery',
        'databases',
        'access',
        'name',
      ],
      ...[
        'host',
        'hosts',
        'keywords',
        'defaults',
        'nodefaults',
        'pattern',
        'template',
        'T',
        'next_hop',
        'general',
      ],
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('a', 'a b', '', '$', 'x$', '!', '<x', 'a\nb', '__proto__', 25, -1, 1.5, true, null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(words, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(words, tree, { maxKeys: 4 }), (document) => {
        const { value, diagnostics } = parseSettings(sourceOf(JSON.stringify(document)));
        for (const one of diagnostics) assert.match(one.message, /^[^A-Z].*[^.]$/s);
        for (const line of [
          ...value.rules,
          ...value.channelBlocks.flat(),
          ...value.mappingLines,
          ...value.aliasLines,
        ]) {
          assert.doesNotMatch(line.text, /\n/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
