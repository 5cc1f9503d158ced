// The samples of the four layouts: `pmdf check` finds nothing in them, and the outer gateway knows next to nothing.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { printed } from '../../docs/console.js';
import { projectRoot } from '../support/project-root.js';
import { layouts, sampleFile } from './support/layouts.js';

function filesOf(...folder: readonly string[]): ReadonlyMap<string, string> {
  const names = readdirSync(path.join(projectRoot(), 'config', 'firewall', ...folder));
  return new Map(names.map((name) => [name, sampleFile(...folder, name)]));
}

describe('the samples of the firewall layouts', () => {
  it('are those of the layouts that are tested', () => {
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
        assert.equal(printed('pmdf check', filesOf(folder, name)), '0 errors, 0 warnings');
      });
    }
  }

  it('tell the outer gateway of no host of ours but the inner gateway, and of nobody', () => {
    const files = filesOf('both-sides', 'outer');
    assert.deepEqual([...files.keys()].sort(), ['mappings', 'pmdf.cnf', 'pmdf.yaml']);
    const texts = [...files.values()].join('\n');
    const dotted = texts.match(/\w[\w-]*(?:\.[\w-]+)+/g) ?? [];
    const named = new Set(dotted.filter((word) => !word.endsWith('.md') && word !== '5.7.1'));
    assert.deepEqual([...named].sort(), ['10.20.0.2', 'domain.com']);
  });
});
