/*
 * docs/settings.md has every setting, and docs/pmdf-cnf.md every keyword that is honoured.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKeyword, keywords } from '../../lib/channel/keywords.js';
import { documentedSettings, policyKeys } from '../generate/settings-page.js';
import { projectRoot } from '../support/project-root.js';
import { readPage } from './markdown.js';

describe('docs/settings.md', () => {
  const { prose } = readPage('docs/settings.md');

  it('has one row for every setting', () => {
    const rows = [...prose.matchAll(/^\| `([a-z_.A-Z]+)` \|/gm)].map(([, name = '']) => name);
    assert.ok(rows.length > 25);
    assert.deepEqual([...rows].sort(), documentedSettings.map(({ path }) => path).sort());
  });

  it('names the parts of the policy that can be in the file', () => {
    for (const key of policyKeys) assert.match(prose, new RegExp(`\`${key}\``));
  });
});

describe('docs/pmdf-cnf.md', () => {
  const text = readFileSync(join(projectRoot, 'docs/pmdf-cnf.md'), 'utf8');
  const section = text.slice(text.indexOf('## Keywords that count'));
  const named = new Set([...section.matchAll(/`([a-z0-9_]+)`/g)].map(([, word = '']) => word));

  it('names every keyword that is honoured', () => {
    const honoured = keywords.filter((one) => one.honoured === 'yes').map((one) => one.name);
    assert.deepEqual(
      honoured.filter((name) => !named.has(name)),
      [],
    );
  });

  it('calls nothing a keyword that is none', () => {
    const others = new Set(['l', 'sasl']);
    assert.deepEqual(
      [...named].filter((name) => findKeyword(name) === undefined && !others.has(name)),
      [],
    );
  });
});
