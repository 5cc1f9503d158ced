/*
 * config/pmdf.schema.json accepts what our reader accepts, judged by ajv; and the sample shows every setting.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, it } from 'mocha';
import { parseSettings } from '../../../lib/config/parse-settings.js';
import { defaultSettings } from '../../../lib/config/settings.js';
import { readYaml } from '../../../lib/config/yaml/read-yaml.js';
import { hasErrors } from '../../../lib/text/diagnostic.js';
import { documentedSettings } from '../../generate/settings-page.js';
import { projectRoot } from '../../support/project-root.js';
import { plainValue } from './plain-value.js';
import { settingsOf, sourceOf } from './source-of.js';

const config = join(projectRoot, 'config');
const schema: unknown = JSON.parse(readFileSync(join(config, 'pmdf.schema.json'), 'utf8'));
const sample = readFileSync(join(config, 'pmdf.yaml'), 'utf8');
/** The sample with the `#` of its examples taken away: the ones before a key or an even indent. */
const uncommented = sample.replace(/^#(?=(?: {2})*[\w-])/gm, '');

assert.ok(typeof schema === 'object' && schema !== null);
const validate = new Ajv2020({ strictTypes: false }).compile(schema);

function schemaAccepts(text: string): boolean {
  return validate(plainValue(readYaml(sourceOf(text)).value));
}

function readerAccepts(text: string): boolean {
  return !hasErrors(parseSettings(sourceOf(text)).diagnostics);
}

/** Settings whose keys the site chooses, with one such key. */
const siteKeys: ReadonlyMap<string, string> = new Map([
  ['listeners.PORT', 'listeners.587'],
  ['delivery.CHANNEL', 'delivery.tcp_local'],
]);

/** Values of every kind, and near misses. */
const values = String.raw`
  | ~ | "" | " " | true | yes | 0 | 1 | 5 | 24 | 25 | 32 | 0.05 | 0.5 | 60 | 1000 | 1e9 | -1 | .inf | "5" | 1_000
  | a | A | tcp_local | tcp-local | a b | a.com | .a.com | "*.a.com" | a..b | a.com. | smtp_forward | held | "a\nb"
  | a/b | a/ | /a | PMDF_TABLE:a | IMTA_ROOT:a | http://a | a:25 | a.db | a.cdb | lmtp://[::1]:24 | strip | strict
  | reject | refused | switched | name | none | queue | pmdf | [] | [a] | [a, a] | [a.com, b.com] | [A] | [1] | [[a]]
  | [SEND_ACCESS] | {} | {a: b} | {a: } | {file: a} | {required: true} | {file: a, required: } | {method: queue}
  | {next_hop: a} | {next_hop: "a:0"} | {tcp_local: name} | {a.com: {verify: name, ca: b}} | {.a.com: none}`
  .split('|')
  .map((value) => value.trim());

describe('pmdf.schema.json', () => {
  it('describes every setting', () => {
    for (const { path, key } of documentedSettings) assert.match(key.about, /\.$/, path);
  });

  const good = [
    '',
    'local_domains: [a.com]',
    'local_domains:',
    'listeners: {25: a, default: b}',
    'switch_lookup: name',
    'reverse_timeout: 0.1',
    'relaying_channels: [a]',
    'relaying_channels: switched',
    'access: {default_text: Go away}',
    'shadow: {tables: [SEND_ACCESS, PORT_ACCESS], channels: [tcp_local]}',
    'shadow: {tables: , channels: }',
    'files: {cnf: PMDF_TABLE:pmdf.cnf, aliases: /a/b}',
    'databases: {general: a.txt, alias: {file: b.cdb, required: true}, forward: }',
    'databases: {alias: {store: a, query: "b %s %%"}, forward: {store: b, hash: c, key: "%u@%1"}, domain: {store: c, map: d}}',
    'stores: {a: {kind: redis}, b-2.c: {kind: sqlite, file: a.db}, c: {kind: socketmap, hosts: ["[::1]:9"]}}',
    'stores: {a: {kind: redis, hosts: [h, h:1, /run/a.sock], user: u, dbname: 3, tls: on, tls_ca: a.pem}}',
    'stores: {a: {kind: postgresql, dbname: d, timeout: 0.5, connections: 1, retry: 60, password_env: P}}',
    'stores: {a: {kind: mysql, hosts: , cache: {found: 0}, password_file: f}, b: {kind: ldap, bind_dn: cn=a, tls: starttls}}',
    'stores:',
    'lookups: {timeout: 0.5}',
    'lookups: any',
    'delivery: {l: queue, tcp_x: {method: through, next_hop: "lmtp://[::1]:24"}, tcp_y: {next_hop: h}}',
    'tls_verify: name',
    'tls_verify:',
    'tls_verify: {default: none, channels: {l: name, tcp_x: {verify: name, name: a.com}}, domains: {a.com: none, .b.com: {name: c}}}',
    'tls_verify: {channels: , domains: }',
    'tls_verify: {ca: own.pem, channels: {l: {ca: /etc/l.pem}}, domains: {a.com: {verify: name, ca: a.pem}}}',
    'auth: {client_without_tls: [tcp_local]}',
    'files: {security: /etc/security.cnf}',
    'local_host: a.com',
    'rules: [a $U@a, {pattern: 1, template: $U}]',
    'channels: [{name: a, host: b, keywords: 733, hosts: [c, {name: d, proper: e}]}, {defaults: [a]}, {nodefaults: true}]',
    'channels: [{defaults: }]',
    'mappings: {A: [a b, [a, b c], [a], [a, ~], {pattern: a}, {pattern: a, template: ""}], B: }',
    'aliases: {a: b, c: [d, 1], "\\"e f\\"": g, h: }',
    'aliases:',
  ];
  const bad = [
    'hello',
    '[a]',
    'unknown: 1',
    'local_domains: a.com',
    'local_domains: [.a.com]',
    'listeners: {smtp: a}',
    'listeners: {65536: a}',
    'listeners: {25: A}',
    'switch_lookup: both',
    'switch_lookup:',
    'reverse_timeout: 0.05',
    'reverse_timeout: "5"',
    'relaying_channels: all',
    'access: {orcpt: yes}',
    'access: {default_text: ""}',
    'access: {default_text: "a\\nb"}',
    'shadow: {tables: [FORWARD]}',
    'shadow: {tables: [send_access]}',
    'shadow: {channels: [TCP_LOCAL]}',
    'shadow: true',
    'files: {cnf: "http://a"}',
    'files: {cnf: a/}',
    'databases: {general: "ldap://a"}',
    'databases: {general: {required: true}}',
    'databases: {general: {}}',
    'databases: {general: {store: }}',
    'databases: {general: {store: a, file: b}}',
    'databases: {general: {store: a, query: "%x"}}',
    'databases: {general: {store: a, query: "50%"}}',
    'databases: {general: {store: a, map: b c}}',
    'stores: {a: }',
    'stores: {a: {}}',
    'stores: {a: {kind: memcache}}',
    'stores: {a b: {kind: redis}}',
    'stores: {a: {kind: redis, hosts: h}}',
    'stores: {a: {kind: redis, hosts: ["h:0"]}}',
    'stores: {a: {kind: redis, hosts: ["redis://h"]}}',
    'stores: {a: {kind: redis, hosts: [/run/]}}',
    'stores: {a: {kind: redis, dbname: people}}',
    'stores: {a: {kind: redis, tls: starttls}}',
    'stores: {a: {kind: redis, password: secret}}',
    'stores: {a: {kind: sqlite}}',
    'stores: {a: {kind: ldap, user: u}}',
    'stores: {a: {kind: redis, timeout: 0}}',
    'stores: {a: {kind: redis, connections: 0}}',
    'delivery: {A: queue}',
    'delivery: {l: thru}',
    'delivery: {l: {method: }}',
    'delivery: {l: {next_hop: "http://h"}}',
    'delivery: {through_plugin: "a b"}',
    'limits: {steps: 10}',
    'limits: {steps: 1_000}',
    'tls_verify: dane',
    'tls_verify: {a.com: name}',
    'tls_verify: {channels: {A: name}}',
    'tls_verify: {ca: }',
    'auth: {client_without_tls: tcp_local}',
    'tls_verify: {channels: {l: {verify: }}}',
    'tls_verify: {domains: {"*.a.com": name}}',
    'tls_verify: {domains: {a.com: {name: "a b"}}}',
    'local_host: a b',
    'reload: {settle: -1}',
    'rules: [{pattern: a}]',
    'rules: [{pattern: a b, template: c}]',
    'rules: [[a, b]]',
    'rules: [""]',
    'channels: [{name: a}]',
    'channels: [{name: a b, host: c}]',
    'channels: [{nodefaults: false}]',
    'channels: [{defaults: a, host: b}]',
    'channels: [a]',
    'mappings: {1: []}',
    'mappings: {A: a b}',
    'mappings: {A: [[]]}',
    'mappings: {A: [[a, b, c]]}',
    'mappings: {A: [{template: a}]}',
    'aliases: [a]',
    'aliases: {a: {b: c}}',
    'aliases: {a: ""}',
    'aliases: {a: [[b]]}',
    'aliases: {a b: c}',
    'aliases: {"a:b": c}',
    'aliases: {"!a": c}',
  ];
  const documents = [
    ...good.map((text) => [text, true] as const),
    ...bad.map((text) => [text, false] as const),
  ];
  for (const [text, isGood] of documents) {
    it(`${isGood ? 'accepts' : 'refuses'} \`${text}\`, as the reader does`, () => {
      assert.equal(schemaAccepts(text), isGood);
      assert.equal(readerAccepts(text), isGood);
    });
  }

  for (const { path } of documentedSettings) {
    it(`accepts for \`${path}\` what the reader accepts`, () => {
      const keys = (siteKeys.get(path) ?? path).split('.');
      for (const value of values) {
        const text = `${keys.map((key, index) => `${'  '.repeat(index)}${key}:`).join('\n')} ${value}\n`;
        assert.equal(schemaAccepts(text), readerAccepts(text), text);
      }
    });
  }
});

describe('the sample pmdf.yaml', () => {
  it('holds true defaults only', () => {
    const { rules, channelBlocks, mappingLines, aliasLines, places, ...settings } = settingsOf(sample);
    assert.deepEqual(settings, defaultSettings);
    assert.deepEqual([rules, channelBlocks, mappingLines, aliasLines], [[], [], [], []]);
    assert.ok(places.size > 30);
  });

  it('fits the schema, with and without its examples', () => {
    for (const text of [sample, uncommented]) assert.ok(schemaAccepts(text), JSON.stringify(validate.errors));
  });

  it('shows every setting', () => {
    const { places } = settingsOf(uncommented);
    assert.deepEqual(
      documentedSettings.map(({ path }) => path).filter((path) => !siteKeys.has(path) && !places.has(path)),
      [],
    );
  });

  it('has examples that can be used as they are', () => {
    const settings = settingsOf(uncommented);
    assert.equal(settings.rules.length, 5);
    assert.equal(settings.channelBlocks.length, 5);
    assert.deepEqual(
      settings.mappingLines.map((line) => line.text),
      [
        'ORIG_SEND_ACCESS',
        '',
        ' tcp_local|*|tcp_local|* $NRelaying$ not$ permitted',
        '',
        'FORWARD',
        '',
        ' *@domain.com   $D$Y${$0}',
        '',
      ],
    );
    assert.deepEqual(
      settings.aliasLines.map((line) => line.text),
      ['abuse: postmaster', 'team: bob, carol@sub.domain.com'],
    );
    assert.equal(settings.delivery.channels.get('l')?.nextHop?.host, '::1');
    assert.equal(settings.listeners.ports.get(587), 'tcp_submit');
    assert.equal(settings.localHost, 'mail.domain.com');
  });
});
