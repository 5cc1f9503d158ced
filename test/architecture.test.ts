/*
 * The rooms: every file imports only from lower floors, through the index of the room, or from its own room; there are
 * no cycles, the engine is pure, and the top level holds only permitted entries.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { itWith } from './support/programs.js';
import { projectRoot } from './support/project-root.js';

/** The rooms of each floor, from the bottom up. Rooms of one floor do not see each other. */
const lowerFloors: readonly (readonly string[])[] = [
  ['lib/text', 'lib/engine'],
  ['lib/smtp', 'lib/address'],
  ['lib/ldap'],
  ['lib/mapping', 'lib/notary'],
  ['lib/channel', 'lib/rewrite', 'lib/access', 'lib/forwarding', 'lib/tls', 'lib/notice', 'lib/log'],
  ['lib/directory', 'lib/limits'],
  ['lib/config'],
  ['lib/policy'],
  ['lib/decide'],
  ['lib/proof'],
  ['lib/lint'],
  ['lib/index.ts', 'runtime/time'],
  ['runtime/files'],
  ['runtime/haraka-install', 'runtime/databases'],
  ['runtime/stores'],
  [
    'runtime/counters',
    'runtime/names',
    'runtime/passwords',
    'runtime/certificates',
    'runtime/queue',
    'runtime/routines',
  ],
  ['runtime'],
  ['plugins/haraka', 'bin/support'],
  ['plugins/support'],
  [
    'plugins/access',
    'plugins/auth',
    'plugins/deliver',
    'plugins/forward',
    'plugins/log',
    'plugins/maytls',
    'plugins/switchchannel',
    'plugins/watch',
  ],
  ['plugins/bundle.ts'],
];

const aboveCommands = ['bin/main', 'bin/commands', 'bin/pmdf'];

/** Each command: `bin/NAME.ts` and the folder `bin/NAME`, or one of them. */
const commandRooms = [
  ...new Set(readdirSync(join(projectRoot, 'bin')).map((entry) => `bin/${entry.replace(/\.ts$/, '')}`)),
].filter((room) => room !== 'bin/support' && !aboveCommands.includes(room));

const floors = [...lowerFloors, commandRooms, ['bin/commands'], ['bin/main'], ['bin/pmdf']];

/** Whether one room is a plugin and the other a command, which do not see each other. */
function areApart(room: string, other: string): boolean {
  const sides = [room, other].map((one) => one.split('/')[0]);
  return sides.includes('plugins') && sides.includes('bin');
}

/** The most files that a room may have directly in it. */
const mostFiles = 40;

/** What the pure engine may import from Node: pure functions. */
const pureModules = new Set(['node:url']);

/** The only files that may import a package, and which. */
const packageImports = new Map<string, string>([
  ['ipaddr.js', 'lib/address/ip.ts'],
  ['js-yaml', 'lib/config/yaml/'],
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

/** The room of a file: of the rooms that hold it, the innermost. */
function roomOf(file: string): string | undefined {
  return floors
    .flat()
    .filter((room) => file === room || file === `${room}.ts` || file.startsWith(`${room}/`))
    .toSorted((one, other) => other.length - one.length)[0];
}

function floorOf(room: string): number {
  return floors.findIndex((floor) => floor.includes(room));
}

const sources = [
  ...sourcesUnder('lib'),
  ...sourcesUnder('runtime'),
  ...sourcesUnder('plugins'),
  ...sourcesUnder('bin'),
];

describe('architecture', () => {
  it('has every source file in a room', () => {
    assert.deepEqual(
      sources.filter((file) => roomOf(file) === undefined),
      [],
    );
  });

  it('imports only from the own room and through the index of rooms on lower floors', () => {
    const breaches: string[] = [];
    for (const file of sources) {
      const room = roomOf(file);
      if (room === undefined) continue;
      for (const specifier of importsOf(file).filter((one) => one.startsWith('.'))) {
        const target = resolveImport(file, specifier);
        const other = roomOf(target);
        if (other === undefined) breaches.push(`${file} imports ${target}, which is in no room`);
        else if (other === room) continue;
        else if (areApart(room, other))
          breaches.push(`${file} imports ${target}: plugins and commands are apart`);
        else if (floorOf(other) >= floorOf(room)) {
          breaches.push(`${file} (floor ${floorOf(room)}) imports ${target} (floor ${floorOf(other)})`);
        } else if (![other, `${other}.ts`, `${other}/index.ts`].includes(target)) {
          breaches.push(`${file} imports ${target}, not the index`);
        }
      }
    }
    assert.deepEqual(breaches, []);
  });

  it('exports by name only', () => {
    const breaches = sources.filter((file) =>
      /^export \* from/m.test(readFileSync(join(projectRoot, file), 'utf8')),
    );
    assert.deepEqual(breaches, []);
  });

  it(`has at most ${mostFiles} files directly in a folder`, () => {
    const counts = new Map<string, number>();
    for (const file of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    assert.deepEqual(
      [...counts].filter(([, count]) => count > mostFiles),
      [],
    );
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
    const plugins = sources.filter((file) => /^plugins\/(?!haraka\/|support\/)[^/]+\/index\.ts$/.test(file));
    assert.ok(plugins.length >= 6);
    for (const file of plugins) {
      assert.match(readFileSync(join(projectRoot, file), 'utf8'), /^ {2}joinGateway\(this, '/m, file);
    }
  });

  it('passes no list of unknown length as arguments', () => {
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

  itWith(['git'], 'has only the permitted entries at the top level', () => {
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
      ...[
        '.ci',
        '.gitignore',
        '.biome.json',
        'lib',
        'runtime',
        'plugins',
        'bin',
        'config',
        'contrib',
        'test',
        'docs',
      ],
    ]);
    assert.deepEqual(
      [...top].filter((entry) => entry !== undefined && !expected.has(entry)),
      [],
    );
  });
});
