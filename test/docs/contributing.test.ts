/*
 * CONTRIBUTING.md gives a reason for every dependency, and for no other; it names every room, and only files that exist.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

function namesIn(manifest: unknown, key: string): string[] {
  const part: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, key) : undefined;
  return typeof part === 'object' && part !== null ? Object.keys(part) : [];
}

/** The paths in backticks, relative to the project; `*` or NAME in a file name matches any text. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\s]+)`/g)].map(([, span = '']) => span);
  return spans.filter((span) => /^(?:lib|runtime|plugins|bin|config|test|docs|\.ci)\//.test(span));
}

function isThere(path: string): boolean {
  const [start = '', end] = path.split(/\*|NAME/);
  if (end === undefined) return existsSync(join(projectRoot, path));
  const folder = dirname(`${start}x`);
  return readdirSync(join(projectRoot, folder)).some(
    (name) => `${folder}/${name}`.startsWith(start) && name.endsWith(end),
  );
}

describe('CONTRIBUTING.md', () => {
  const text = readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8');

  it('names only files and folders that exist', () => {
    const paths = pathsIn(text);
    assert.ok(paths.length > 40);
    assert.deepEqual(
      paths.filter((path) => !isThere(path)),
      [],
    );
  });

  it('names every room of lib and runtime', () => {
    const named = new Set(pathsIn(text));
    const rooms = ['lib', 'runtime'].flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${folder}/${entry.name}`),
    );
    assert.deepEqual(
      rooms.filter((room) => !named.has(room)),
      [],
    );
  });

  it('names the dependencies of package.json, each with its reason', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
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
