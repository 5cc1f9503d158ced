/*
 * docs/settings.md names every setting, with the default that counts, and docs/pmdf-cnf.md every keyword that counts.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKeyword, keywords } from '../../lib/channel/keywords.js';
import { settingKeys } from '../../lib/config/parse-settings.js';
import { defaultSettings } from '../../lib/config/settings.js';
import type { KeyTree } from '../../lib/config/yaml/shape.js';
import { projectRoot } from '../support/project-root.js';
import { readPage } from './markdown.js';

/** Written as a whole, with a section of their own. */
const wholes: readonly string[] = ['rules', 'channels', 'mappings', 'aliases'];
/** Stand below the name of a channel, which is the site's. */
const ofChannels: readonly string[] = ['delivery.method', 'delivery.next_hop'];
/** Mappings whose keys are the site's. */
const bySite: readonly string[] = ['tls_verify.channels', 'tls_verify.domains'];

function pathsIn(keys: KeyTree, above: string): readonly string[] {
  return [...keys].flatMap(([key, below]) => {
    if (above === '' && wholes.includes(key)) return [key];
    const path = above === '' ? key : `${above}.${key}`;
    const ofDatabase = above === 'databases';
    return below.size === 0 || ofDatabase || bySite.includes(path) ? [path] : pathsIn(below, path);
  });
}

function defaultAt(path: string): unknown {
  let value: unknown = defaultSettings;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(
      value,
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    );
  }
  return value;
}

describe('docs/settings.md', () => {
  const page = readPage('docs/settings.md');
  const rows = new Map(
    page.prose.split('\n').flatMap((line) => {
      const [, name, value] = /^\| `([a-z_.]+)` \| ([^|]*) \|/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const paths = pathsIn(settingKeys, '').filter(
    (path) => !wholes.includes(path) && !ofChannels.includes(path),
  );

  it('has a line for every setting', () => {
    assert.ok(paths.length > 25);
    assert.deepEqual(
      paths.filter((path) => !rows.has(path)),
      [],
    );
  });

  it('has no line for anything else', () => {
    assert.deepEqual(
      [...rows.keys()].filter((name) => !paths.includes(name)),
      [],
    );
  });

  it('has the defaults that are in force', () => {
    for (const [name, shown] of rows) {
      const value = defaultAt(name);
      if (value === null && name.startsWith('databases.')) assert.equal(shown, 'none', name);
      else if (['string', 'number', 'boolean'].includes(typeof value)) {
        assert.equal(shown, `\`${String(value)}\``, name);
      }
    }
  });

  it('names the parts of the policy that can be in the file', () => {
    for (const key of wholes) assert.match(page.prose, new RegExp(`\`${key}\``));
  });

  it('names the settings for the delivery of a channel', () => {
    for (const path of ofChannels)
      assert.match(page.prose, new RegExp(`\\b${path.slice('delivery.'.length)}: `));
  });
});

describe('docs/pmdf-cnf.md', () => {
  const text = readFileSync(join(projectRoot, 'docs/pmdf-cnf.md'), 'utf8');
  const section = text.slice(text.indexOf('## Keywords that count'));
  const named = new Set([...section.matchAll(/`([a-z0-9_]+)`/g)].map(([, word = '']) => word));

  it('names every keyword that has an effect', () => {
    const honoured = keywords.filter((one) => one.honoured === 'yes').map((one) => one.name);
    assert.deepEqual(
      honoured.filter((name) => !named.has(name)),
      [],
    );
  });

  it('names only keywords', () => {
    const others = new Set(['l', 'sasl']);
    assert.deepEqual(
      [...named].filter((name) => findKeyword(name) === undefined && !others.has(name)),
      [],
    );
  });
});
