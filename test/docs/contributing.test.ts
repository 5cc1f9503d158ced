/*
 * CONTRIBUTING.md gives a reason for every dependency, and for none that is gone.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

function namesIn(manifest: unknown, key: string): string[] {
  const part: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, key) : undefined;
  return typeof part === 'object' && part !== null ? Object.keys(part) : [];
}

describe('CONTRIBUTING.md', () => {
  it('names the dependencies of package.json, each with its reason', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    const text = readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8');
    const section = text.slice(text.indexOf('## Dependencies'));
    const named = section.split('\n').flatMap((line) => {
      const [, cell, reason = ''] = /^\| (`.*?`) \| (.+) \|$/.exec(line) ?? [];
      assert.ok(cell === undefined || reason.length > 5, line);
      return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    });
    const needed = [...namesIn(manifest, 'dependencies'), ...namesIn(manifest, 'devDependencies')];
    assert.deepEqual(named.sort(), needed.sort());
  });
});
