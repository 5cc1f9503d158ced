/*
 * The house holds: every file imports only from lower floors or its own folder, there are no cycles, the engine is
 * pure, and the top level holds only what was asked for.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { itWith } from './support/programs.js';
import { projectRoot } from './support/project-root.js';

const floors: readonly (readonly string[])[] = [
  ['lib/diagnostics', 'lib/trace', 'lib/address', 'lib/smtp', 'lib/lookup'],
  ['lib/mapping'],
  ['lib/channel', 'lib/rewrite', 'lib/forwarding', 'lib/access', 'lib/tls', 'lib/dispatcher'],
  ['lib/policy'],
  ['runtime'],
  ['plugins', 'bin'],
];

/** On these floors folders may see each other; elsewhere a folder sees only lower floors and itself. */
const openFloors = new Set([0]);

const publicFace = 'lib/index.ts';

/** What the pure engine may take from Node: functions without a world behind them. */
const pureModules = new Set(['node:url']);

/** The only files that may import a package, and which. */
const packageImports = new Map<string, string>([
  ['ipaddr.js', 'lib/address/network.ts lib/mapping/ip-glob.ts'],
  ['js-yaml', 'lib/policy/yaml/'],
]);

function sourcesUnder(folder: string): string[] {
  const root = join(projectRoot, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'/g)]
    .concat([...text.matchAll(/(?:^|\n)\s*import\s+'([^']+)'/g)])
    .map((match) => match[1] ?? '');
}

function resolveImport(file: string, specifier: string): string {
  const target = resolve(join(projectRoot, dirname(file)), specifier).replace(/\.js$/, '.ts');
  return relative(projectRoot, target).split(sep).join('/');
}

function folderOf(file: string): string | undefined {
  return floors.flat().find((folder) => file.startsWith(`${folder}/`));
}

function floorOf(folder: string): number {
  return floors.findIndex((floor) => floor.includes(folder));
}

const sources = [
  ...sourcesUnder('lib'),
  ...sourcesUnder('runtime'),
  ...sourcesUnder('plugins'),
  ...sourcesUnder('bin'),
];

describe('architecture', () => {
  it('has every source file on a floor', () => {
    const homeless = sources.filter((file) => file !== publicFace && folderOf(file) === undefined);
    assert.deepEqual(homeless, []);
  });

  it('imports only from lower floors or the own folder', () => {
    const breaches: string[] = [];
    for (const file of sources) {
      const folder = folderOf(file);
      if (folder === undefined) continue;
      for (const specifier of importsOf(file).filter((one) => one.startsWith('.'))) {
        const target = resolveImport(file, specifier);
        if (target === publicFace) {
          if (floorOf(folder) < 4) breaches.push(`${file} imports ${target}`);
          continue;
        }
        const targetFolder = folderOf(target);
        if (targetFolder === undefined) breaches.push(`${file} imports ${target}, which is on no floor`);
        else if (targetFolder !== folder) {
          const mine = floorOf(folder);
          const theirs = floorOf(targetFolder);
          const allowed = theirs < mine || (theirs === mine && openFloors.has(mine));
          if (!allowed) breaches.push(`${file} (floor ${mine}) imports ${target} (floor ${theirs})`);
        }
      }
    }
    assert.deepEqual(breaches, []);
  });

  it('has no cycle of imports', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const specifier of importsOf(file).filter((one) => one.startsWith('.'))) {
        const target = resolveImport(file, specifier);
        if (sources.includes(target)) visit(target, [...path, file]);
      }
      state.set(file, 'done');
    };
    for (const file of sources) visit(file, []);
    assert.deepEqual(cycles, []);
  });

  it('keeps the engine pure', () => {
    const breaches: string[] = [];
    const world =
      /\b(?:process|setTimeout|setInterval|setImmediate|performance)\s*[.(]|\bDate\s*[.(]|Math\.random|require\(/;
    for (const file of sources.filter((one) => one.startsWith('lib/'))) {
      for (const specifier of importsOf(file).filter((one) => !one.startsWith('.'))) {
        const places = packageImports.get(specifier) ?? '';
        const allowed =
          pureModules.has(specifier) ||
          places.split(' ').some((place) => place !== '' && file.startsWith(place));
        if (!allowed) breaches.push(`${file} imports ${specifier}`);
      }
      const code = readFileSync(join(projectRoot, file), 'utf8')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/\/\/.*$/gm, '');
      const found = world.exec(code);
      if (found !== null) breaches.push(`${file} uses ${found[0]}`);
    }
    assert.deepEqual(breaches, []);
  });

  it('has every plugin join the gateway, which guards messages and connections', () => {
    const plugins = sources.filter((file) => /^plugins\/(?!haraka\/)[^/]+\/index\.ts$/.test(file));
    assert.ok(plugins.length >= 6);
    for (const file of plugins) {
      assert.match(readFileSync(join(projectRoot, file), 'utf8'), /^ {2}joinGateway\(this, '/m, file);
    }
  });

  it('hands no list of unknown length over as arguments', () => {
    // The stack holds about 120 000 arguments; a loop, `concat` or an array literal holds any number.
    const breaches = sources.filter((file) =>
      /\.(?:push|unshift)\((?:[^()]*, )?\.\.\./.test(readFileSync(join(projectRoot, file), 'utf8')),
    );
    assert.deepEqual(breaches, []);
    const spread = /Math\.(?:max|min)\([^)]*\.\.\./;
    assert.deepEqual(
      sources.filter((file) => spread.test(readFileSync(join(projectRoot, file), 'utf8'))),
      [],
    );
  });

  itWith(['git'], 'has only the asked-for entries at the top level', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: projectRoot, encoding: 'utf8' })
      .trim()
      .split('\n');
    const top = new Set(tracked.map((file) => file.split('/')[0]));
    const expected = new Set([
      ...[
        'package.json',
        'package-lock.json',
        'tsconfig.json',
        'README.md',
        'CHANGELOG.md',
        'CONTRIBUTING.md',
        'LICENSE',
      ],
      ...['.ci', '.gitignore', '.biome.json', 'lib', 'runtime', 'plugins', 'bin', 'config', 'test', 'docs'],
    ]);
    assert.deepEqual(
      [...top].filter((entry) => entry !== undefined && !expected.has(entry)),
      [],
    );
  });
});
