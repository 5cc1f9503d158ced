import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { parseSettings, settingKeys } from '../../../lib/config/parse-settings.js';
import { defaultSettings } from '../../../lib/config/settings.js';
import { readYaml } from '../../../lib/config/yaml/read-yaml.js';
import type { KeyTree } from '../../../lib/config/yaml/shape.js';
import { hasErrors } from '../../../lib/text/diagnostic.js';
import { projectRoot } from '../../support/project-root.js';
import { fits, objectOf, referred } from './json-schema.js';
import { plainValue } from './plain-value.js';
import { settingsOf, sourceOf } from './source-of.js';

const config = join(projectRoot, 'config');
const schema = objectOf(JSON.parse(readFileSync(join(config, 'pmdf.schema.json'), 'utf8')));
const sample = readFileSync(join(config, 'pmdf.yaml'), 'utf8');
/** The sample without the `#` of its examples: those before a key or an even indent. */
const uncommented = sample.replace(/^#(?=(?: {2})*[\w-])/gm, '');

type Tree = Readonly<Record<string, unknown>>;

function treeOf(keys: KeyTree): Tree {
  return Object.fromEntries([...keys].sort().map(([key, below]) => [key, treeOf(below)]));
}

/** All keys that a part of the schema names, through references, alternatives and lists. */
function keysIn(part: unknown): Tree {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return {};
  const node = objectOf(part);
  const keys = new Map<string, Tree>();
  const inner: unknown[] = [node['items'], ...Object.values(objectOf(node['patternProperties'] ?? {}))];
  for (const several of [node['oneOf'], node['prefixItems']]) {
    if (Array.isArray(several)) inner.push(...several);
  }
  if (node['$ref'] !== undefined) inner.push(referred(schema, node['$ref']));
  for (const one of inner)
    for (const [key, below] of Object.entries(keysIn(one))) keys.set(key, objectOf(below));
  for (const [key, below] of Object.entries(objectOf(node['properties'] ?? {}))) keys.set(key, keysIn(below));
  return Object.fromEntries([...keys].sort());
}

/** Every described key of the schema with its default, by path. */
function defaultsIn(part: unknown, path: string): [string, unknown][] {
  const node = objectOf(part);
  const own: [string, unknown][] = node['default'] === undefined ? [] : [[path, node['default']]];
  const below = Object.entries(objectOf(node['properties'] ?? {}));
  return [...own, ...below.flatMap(([key, one]) => defaultsIn(one, path === '' ? key : `${path}.${key}`))];
}

function defaultAt(path: string): unknown {
  let value: unknown = defaultSettings;
  for (const key of path.split('.')) {
    value = objectOf(value)[key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())];
  }
  return value;
}

function isDescribed(part: unknown): boolean {
  if (Array.isArray(part)) return part.every(isDescribed);
  if (typeof part !== 'object' || part === null) return true;
  const named = Object.values(objectOf(objectOf(part)['properties'] ?? {}));
  return (
    named.every((one) => typeof (objectOf(one)['description'] ?? referredText(one)) === 'string') &&
    Object.values(part).every(isDescribed)
  );
}

function referredText(part: unknown): unknown {
  const reference = objectOf(part)['$ref'];
  return reference === undefined ? undefined : referred(schema, reference)['description'];
}

describe('pmdf.schema.json', () => {
  it('names the keys that the parser knows, and no others', () => {
    assert.deepEqual(keysIn(schema), treeOf(settingKeys));
  });

  it('describes every key', () => {
    assert.ok(isDescribed(schema));
  });

  it('gives the actual defaults', () => {
    const defaults = defaultsIn(schema, '');
    assert.ok(defaults.length > 25);
    for (const [path, value] of defaults) assert.deepEqual(value, defaultAt(path), path);
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
    'lookups: {timeout: 0.5}',
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
    'lookups: {cache_size: 1.5}',
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
    it(`${isGood ? 'accepts' : 'refuses'} \`${text}\`, as the parser does`, () => {
      const source = sourceOf(text);
      assert.equal(fits(schema, schema, plainValue(readYaml(source).value)), isGood);
      assert.equal(hasErrors(parseSettings(source).diagnostics), !isGood);
    });
  }
});

describe('the sample pmdf.yaml', () => {
  it('contains only the actual defaults', () => {
    const { rules, channelBlocks, mappingLines, aliasLines, places, ...settings } = settingsOf(sample);
    assert.deepEqual(settings, defaultSettings);
    assert.deepEqual([rules, channelBlocks, mappingLines, aliasLines], [[], [], [], []]);
    assert.ok(places.size > 30);
  });

  it('fits the schema, with and without its examples', () => {
    for (const text of [sample, uncommented]) {
      assert.ok(fits(schema, schema, plainValue(readYaml(sourceOf(text)).value)));
    }
  });

  it('shows every setting', () => {
    const shown = plainValue(readYaml(sourceOf(uncommented)).value);
    for (const [key, below] of settingKeys) {
      assert.ok(Object.hasOwn(objectOf(shown), key), key);
      if (['rules', 'channels', 'mappings', 'aliases', 'databases'].includes(key)) continue;
      for (const inner of below.keys()) {
        if (key === 'delivery' && inner !== 'through_plugin') continue;
        assert.ok(Object.hasOwn(objectOf(objectOf(shown)[key]), inner), `${key}.${inner}`);
      }
    }
  });

  it('has examples that can be used unchanged', () => {
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
