/*
 * The bundle as it is published: made by `npm pack` from a fresh clone. Packed once for all tests of this process.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { leaveNothingBehind } from '../../e2e/support/last-will.js';
import { runSuccessfully } from '../../e2e/support/program.js';
import { projectRoot } from '../../support/project-root.js';
import { npm } from './npm.js';

/** A packed bundle. */
export interface Bundle {
  /** The file that `npm pack` made. */
  readonly tarball: string;
  /** Its contents, unpacked. */
  readonly folder: string;
  /** The names of its files, with `/`, sorted. */
  readonly files: readonly string[];
  /** What npm printed while packing. */
  readonly output: string;
}

let packed: Promise<Bundle> | undefined;

/** The packages that are in the bundle: those that the lock file has for more than development. */
function bundledPackages(): ReadonlySet<string> {
  const lock: unknown = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'));
  const packages: unknown = typeof lock === 'object' && lock !== null && Reflect.get(lock, 'packages');
  if (typeof packages !== 'object' || packages === null)
    throw new Error('package-lock.json lists no packages');
  const names = Object.entries(packages).flatMap(([path, entry]) => {
    const isDevelopment = ['dev', 'devOptional', 'optional'].some(
      (flag) => Reflect.get(entry, flag) === true,
    );
    const [, name] = /^node_modules\/([^/]+)/.exec(path) ?? [];
    return isDevelopment || name === undefined ? [] : [name];
  });
  return new Set(names);
}

/** Replaces `npm ci`: npm packs only real folders, so bundled packages are copied; the rest is linked. */
function copyModules(target: string): void {
  const modules = realpathSync(join(projectRoot, 'node_modules'));
  const bundled = bundledPackages();
  mkdirSync(target);
  for (const name of readdirSync(modules)) {
    if (bundled.has(name)) cpSync(join(modules, name), join(target, name), { recursive: true });
    else symlinkSync(join(modules, name), join(target, name));
  }
}

/** The project without files that git ignores, and with those that `npm ci` would install. */
function copyProject(target: string): void {
  const ignored = readFileSync(join(projectRoot, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replaceAll('/', ''));
  const absent = new Set([...ignored, '.git']);
  for (const name of readdirSync(projectRoot)) {
    if (!absent.has(name)) cpSync(join(projectRoot, name), join(target, name), { recursive: true });
  }
  copyModules(join(target, 'node_modules'));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Unpacks the bundle as in docs/install.md, without npm's top folder. */
export async function unpackBundle(tarball: string, target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  await runSuccessfully('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
}

async function pack(): Promise<Bundle> {
  const root = mkdtempSync(join(tmpdir(), 'pmdf-bundle-'));
  leaveNothingBehind(root);
  const clone = join(root, 'clone');
  const folder = join(root, 'unpacked');
  copyProject(clone);
  const { stdout, stderr } = await npm(clone, 'pack', '--pack-destination', root);
  const tarballs = readdirSync(root).filter((name) => name.endsWith('.tgz'));
  const [name] = tarballs;
  if (name === undefined || tarballs.length > 1)
    throw new Error(`one packed file was expected, not ${tarballs.length}:\n${stdout}${stderr}`);
  const tarball = join(root, name);
  await unpackBundle(tarball, folder);
  return { tarball, folder, files: filesUnder(folder), output: stdout + stderr };
}

/** The bundle, packed on first use. */
export function packedBundle(): Promise<Bundle> {
  packed ??= pack();
  return packed;
}
