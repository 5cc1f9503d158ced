import assert from 'node:assert/strict';
import { settingRows } from '../../../bin/show/setting-rows.js';
import { settingsShape } from '../../../lib/config/parse-settings.js';
import { type KeyTree, keyTree } from '../../../lib/config/shapes/schema.js';
import { placeOf } from '../../../lib/text/places.js';
import { settingsOf } from '../../lib/config/source-of.js';

/** Settings with names of channels or domains below them, those that are not settings, and a withdrawn one. */
const bySite =
  /^(?:lookups|directories|rules|channels|mappings|aliases|stores|metermaid|routines|delivery\.(?:method|next_hop)|tls_verify\.(?:channels|domains))\b/;

/** Settings whose parts are one value. */
function isWhole(path: string): boolean {
  return path === 'auth.passwords' || path === 'prove.allowed' || path.startsWith('databases.');
}

function pathsIn(keys: KeyTree, above: string): string[] {
  return [...keys].flatMap(([key, below]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return below.size === 0 || isWhole(path) ? [path] : pathsIn(below, path);
  });
}

describe('settingRows', () => {
  it('has every setting that pmdf.yaml knows', () => {
    const names = settingRows(settingsOf('')).map((row) => row.name);
    const known = pathsIn(keyTree(settingsShape.schema), '').filter((path) => !bySite.test(path));
    assert.deepEqual(
      known.filter((path) => !names.includes(path)),
      [],
    );
    assert.deepEqual(
      names.filter((name) => !known.includes(name)),
      [],
    );
  });

  it('shows each setting once', () => {
    const text = [
      'routines: { my_check: my-check.js }',
      'metermaid: { mine: { quota: 10, quota_time: 60 } }',
      'stores: { people: { kind: redis } }',
    ].join('\n');
    const names = settingRows(settingsOf(text)).map(({ name }) => name);
    assert.ok(names.includes('routines.my_check'));
    assert.deepEqual(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
    );
  });

  it('shows what is set, and where', () => {
    const text = [
      'listeners: { 587: tcp_x }',
      'databases: { alias: a.cdb }',
      'delivery: { l: queue, tcp_x: { next_hop: "lmtp://[::1]" }, tcp_y: { method: through, next_hop: h } }',
      'tls_verify: { default: name, channels: { l: none }, domains: { .a.com: { name: b.com } } }',
      'limits: { alias_depth: 3 }',
    ].join('\n');
    const rows = settingRows(settingsOf(text)).filter((row) => row.span !== null);
    assert.deepEqual(
      rows.map(({ name, value, span }) => [name, value, span === null ? '' : placeOf(span)]),
      [
        ['listeners.587', 'tcp_x', 'pmdf.yaml:1'],
        ['databases.alias', { file: 'a.cdb', required: true }, 'pmdf.yaml:2'],
        ['delivery.l', 'queue', 'pmdf.yaml:3'],
        ['delivery.tcp_x', { next_hop: 'lmtp://[::1]:24' }, 'pmdf.yaml:3'],
        ['delivery.tcp_y', { method: 'through', next_hop: 'smtp://h:25' }, 'pmdf.yaml:3'],
        ['tls_verify.default', 'name', 'pmdf.yaml:4'],
        ['tls_verify.channels.l', 'none', 'pmdf.yaml:4'],
        ['tls_verify.domains..a.com', { verify: 'name', name: 'b.com' }, 'pmdf.yaml:4'],
        ['limits.alias_depth', 3, 'pmdf.yaml:5'],
      ],
    );
  });

  it('finds the place of a section that is one word', () => {
    const row = settingRows(settingsOf('tls_verify: name')).find((one) => one.name === 'tls_verify.default');
    assert.equal(row?.span?.offset, 12);
  });
});
