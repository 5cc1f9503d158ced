/*
 * The bundle as it is published: made by `npm pack` from a fresh clone. Packed once for all tests of a run.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { runSuccessfully } from '../../e2e/support/program.js';
import { oncePerRun } from '../../support/once-per-run.js';
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

async function pack(root: string): Promise<void> {
  const clone = join(root, 'clone');
  copyProject(clone);
  await npm(clone, 'pack', '--pack-destination', root);
}

async function unpacked(): Promise<Bundle> {
  const root = await oncePerRun('bundle', async (made) => {
    await pack(made);
    await unpackBundle(tarballIn(made), join(made, 'unpacked'));
  });
  const folder = join(root, 'unpacked');
  return { tarball: tarballIn(root), folder, files: filesUnder(folder) };
}

function tarballIn(root: string): string {
  const tarballs = readdirSync(root).filter((name) => name.endsWith('.tgz'));
  const [name] = tarballs;
  if (name === undefined || tarballs.length > 1)
    throw new Error(`one packed file was expected, not ${tarballs.length}`);
  return join(root, name);
}

/** The bundle, packed on first use. */
export function packedBundle(): Promise<Bundle> {
  packed ??= unpacked();
  return packed;
}
