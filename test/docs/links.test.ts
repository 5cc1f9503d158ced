/*
 * Every link between the pages leads somewhere, and every script that they name exists.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { allPages, type Page } from './markdown.js';

/** Commands of npm itself. */
const ownCommands = new Set(['install', 'uninstall', 'ci', 'pack']);

function brokenLinks(page: Page, pages: readonly Page[]): string[] {
  return page.links.flatMap(({ target, line }) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const name = path === '' ? page.name : normalize(join(dirname(page.name), path));
    const where = `${page.name}:${line}: ${target}`;
    if (!existsSync(join(projectRoot, name))) return [where];
    const other = pages.find((one) => one.name === name);
    return anchor !== undefined && other !== undefined && !other.anchors.has(anchor) ? [where] : [];
  });
}

function scripts(): ReadonlySet<string> {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const found: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'scripts') : null;
  return new Set(typeof found === 'object' && found !== null ? Object.keys(found) : []);
}

describe('the documentation', () => {
  const pages = allPages();

  it('has links that lead somewhere', () => {
    assert.deepEqual(
      pages.flatMap((page) => brokenLinks(page, pages)),
      [],
    );
  });

  it('names scripts of package.json', () => {
    const known = scripts();
    const missing = pages.flatMap((page) => {
      const spans = [...page.prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
      const text = [...spans, ...page.blocks.map((block) => block.text)].join('\n');
      return [...text.matchAll(/\bnpm (?:run )?([a-z]+)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !known.has(name) && !ownCommands.has(name))
        .map((name) => `${page.name}: npm ${name}`);
    });
    assert.deepEqual(missing, []);
  });

  it('has an index that names every page of docs, or the page above it', () => {
    const others = pages.map(({ name }) => name).filter((name) => /^docs\/(?!README)/.test(name));
    const missing = others.filter((name) => {
      // docs/command.md names the pages of docs/command/.
      const folder = dirname(name);
      const index = folder === 'docs' ? 'docs/README.md' : `${folder}.md`;
      const links = pages.find((page) => page.name === index)?.links ?? [];
      return !links.some(({ target }) => join(dirname(index), target.replace(/#.*/, '')) === name);
    });
    assert.deepEqual(missing, []);
  });
});
