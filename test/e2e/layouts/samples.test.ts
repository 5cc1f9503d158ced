/*
 * The samples of the four layouts: `pmdf check` finds nothing in them, and the outer gateway knows almost nothing about
 * the inside.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { printed } from '../../docs/console.js';
import { projectRoot } from '../support/project-root.js';
import { layouts, sampleFile } from './support/layouts.js';

function filesOf(...folder: readonly string[]): ReadonlyMap<string, string> {
  const names = readdirSync(path.join(projectRoot(), 'config', 'firewall', ...folder));
  return new Map(names.map((name) => [name, sampleFile(...folder, name)]));
}

/** The lines of a text without comments, blank lines and indentation. */
function spoken(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[!#]/.test(line))
    .join('\n');
}

function layoutHasFilter(folder: string): boolean {
  return existsSync(path.join(projectRoot(), 'config', 'firewall', folder, 'firewall', 'filter.nft'));
}

describe('the samples of the firewall layouts', () => {
  it('are the ones that are tested', () => {
    const found = readdirSync(path.join(projectRoot(), 'config', 'firewall')).flatMap((folder) =>
      readdirSync(path.join(projectRoot(), 'config', 'firewall', folder))
        .filter((name) => name !== 'firewall')
        .map((name) => `${folder}/${name}`),
    );
    const tested = layouts.flatMap(({ folder, gateways }) => gateways.map(({ name }) => `${folder}/${name}`));
    assert.deepEqual(found.sort(), tested.sort());
  });

  for (const { folder, gateways } of layouts) {
    for (const { name } of gateways) {
      it(`${folder}/${name} has no finding`, () => {
        assert.match(
          printed('pmdf check', filesOf(folder, name)),
          /^(?:relaying: .*: proved: strangers cannot relay\n)+policy hash=[0-9a-f]{16}\n0 errors, 0 warnings$/,
        );
      });
    }
  }

  for (const { folder, gateways } of layouts) {
    const page = spoken(readFileSync(path.join(projectRoot(), 'docs', 'firewall', `${folder}.md`), 'utf8'));
    for (const { name } of gateways) {
      for (const file of ['pmdf.cnf', 'mappings', 'pmdf.yaml']) {
        it(`docs/firewall/${folder}.md shows ${name}/${file}`, () => {
          assert.ok(page.includes(spoken(sampleFile(folder, name, file))));
        });
      }
    }
    if (layoutHasFilter(folder)) {
      it(`docs/firewall/${folder}.md shows the rules of the packet filter`, () => {
        const rules = spoken(sampleFile(folder, 'firewall', 'filter.nft')).match(/^.*iifname.*$/gm) ?? [];
        assert.ok(rules.length > 2);
        for (const rule of rules) assert.ok(page.includes(rule), rule);
      });
    }
  }

  it('tell the outer gateway about no internal host except the inner gateway, and about no user', () => {
    const files = filesOf('both-sides', 'outer');
    assert.deepEqual([...files.keys()].sort(), ['mappings', 'pmdf.cnf', 'pmdf.yaml']);
    const texts = [...files.values()].join('\n');
    const dotted = texts.match(/\w[\w-]*(?:\.[\w-]+)+/g) ?? [];
    const named = new Set(dotted.filter((word) => !word.endsWith('.md') && word !== '5.7.1'));
    assert.deepEqual([...named].sort(), ['10.20.0.2', 'domain.com']);
  });
});
