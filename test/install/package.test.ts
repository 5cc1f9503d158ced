/*
 * The contents of the bundle that `npm pack` makes, packed from a tree like a fresh clone.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { join, posix, sep } from 'node:path';
import { projectRoot } from '../support/project-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Bundle, packedBundle } from './support/bundle.js';
import { pluginLines } from './support/gateway-install.js';
import { npm } from './support/npm.js';

const PACK_LIMIT_MS = 300_000;

const pluginNames = readdirSync(join(projectRoot, 'plugins'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['haraka', 'support'].includes(entry.name))
  .map((entry) => entry.name);

const builtIn = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/** The modules that a file of the bundle requires by literal name. */
function requiredBy(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/\brequire\(["']([^"']+)["']\)/g)].flatMap(
    ([, name]) => name ?? [],
  );
}

describe('package-lock.json', function () {
  this.timeout(PACK_LIMIT_MS);
  const folder = temporaryFolder();

  it('agrees with package.json, so that `npm ci` works in a fresh clone', async () => {
    for (const name of ['package.json', 'package-lock.json'])
      folder.write(name, readFileSync(join(projectRoot, name)));
    await npm(folder.path(), 'ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund');
  });
});

describe('package', function () {
  this.timeout(PACK_LIMIT_MS);
  let bundle: Bundle;

  before(async () => {
    bundle = await packedBundle();
  });

  it('holds the documents, the sample configuration and the docs of the project', () => {
    const documents = ['LICENSE', 'README.md', 'CHANGELOG.md'].filter((name) =>
      existsSync(join(projectRoot, name)),
    );
    const trees = ['config', 'docs'].flatMap((folder) =>
      readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(projectRoot.length + 1)),
    );
    const missing = [...documents, ...trees].filter((name) => !bundle.files.includes(name));
    assert.deepEqual(missing, []);
  });

  it('holds every file that its documents link to', () => {
    const documents = bundle.files.filter(
      (name) => name.endsWith('.md') && !name.startsWith('node_modules/'),
    );
    assert.ok(documents.includes('README.md'));
    const packed = new Set(bundle.files);
    const isPacked = (path: string): boolean =>
      packed.has(path) || bundle.files.some((name) => name.startsWith(`${path}/`));
    const broken = documents.flatMap((name) =>
      [...readFileSync(join(bundle.folder, name), 'utf8').matchAll(/\]\((?!#|[a-z]+:)([^)#\s]+)/g)]
        .map(([, link = '']) => posix.normalize(posix.join(posix.dirname(name), link)).replace(/\/$/, ''))
        .filter((path) => !isPacked(path))
        .map((path) => `${name} leads to ${path}`),
    );
    assert.deepEqual(broken, []);
  });

  for (const name of pluginNames) {
    it(`holds the plugin ${name}, which Haraka finds as pmdf/${name}`, () => {
      const { resolve } = createRequire(join(bundle.folder, 'package.json'));
      const file = resolve(join(bundle.folder, name));
      assert.equal(file, join(bundle.folder, 'dist', 'packed', `${name}.js`));
    });
  }

  it('holds no tests, sources, maps or traces of a working copy', () => {
    const own = bundle.files.filter((name) => !name.startsWith('node_modules/'));
    const tops = new Set(own.map((name) => name.split('/')[0] ?? ''));
    const expected = new Set([
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'package.json',
      'dist',
      'config',
      'docs',
      'contrib',
    ]);
    assert.deepEqual(
      [...tops].filter((top) => !expected.has(top) && !pluginNames.includes(top)),
      [],
    );
    const parts = new Set(own.filter((name) => name.startsWith('dist/')).map((name) => name.split('/')[1]));
    assert.deepEqual(
      [...parts].filter((part) => !['lib', 'packed', 'bin'].includes(part ?? '')),
      [],
    );
    assert.deepEqual(
      own.filter((name) => /\.map$|\.test\.|(?<!\.d)\.ts$/.test(name)),
      [],
    );
  });

  it('holds every package that it needs, and none for development', () => {
    const outside: string[] = [];
    for (const name of bundle.files.filter((one) => one.startsWith('dist/') && one.endsWith('.js'))) {
      const file = join(bundle.folder, name);
      const { resolve } = createRequire(file);
      for (const wanted of requiredBy(file)) {
        if (builtIn.has(wanted)) continue;
        if (!resolve(wanted).startsWith(bundle.folder + sep)) outside.push(`${name} requires ${wanted}`);
      }
    }
    assert.deepEqual(outside, []);
  });

  it('shows in docs/install.md the lines of config/plugins that are tested', () => {
    const text = readFileSync(join(bundle.folder, 'docs', 'install.md'), 'utf8');
    assert.ok(text.includes(`\`\`\`\n${pluginLines.join('\n')}\n\`\`\``));
  });

  it('bundles exactly its dependencies', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(bundle.folder, 'package.json'), 'utf8'));
    assert.ok(typeof manifest === 'object' && manifest !== null);
    assert.ok('dependencies' in manifest && 'bundleDependencies' in manifest);
    const { dependencies, bundleDependencies } = manifest;
    assert.ok(typeof dependencies === 'object' && dependencies !== null && Array.isArray(bundleDependencies));
    assert.deepEqual(bundleDependencies.toSorted(), Object.keys(dependencies).sort());
  });

  it('exports the engine under its name, and as a whole is a plugin that only refuses to start', () => {
    // A package can require itself by name.
    const load = createRequire(join(bundle.folder, 'package.json'));
    const engine: unknown = load('haraka-plugin-pmdf/engine');
    assert.ok(typeof engine === 'object' && engine !== null && 'decide' in engine);
    for (const name of ['haraka-plugin-pmdf', bundle.folder]) {
      const whole: unknown = load(name);
      assert.deepEqual(Object.keys(Object(whole)), ['register']);
    }
    for (const name of pluginNames) {
      const plugin: unknown = load(`haraka-plugin-pmdf/${name}`);
      assert.ok(typeof plugin === 'object' && plugin !== null && 'register' in plugin, name);
    }
  });
});
