/*
 * The bundle as it is published: what `npm pack` makes of a fresh clone. Packed once for all tests of this process.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
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
  /** What it holds, unpacked. */
  readonly folder: string;
  /** The names of its files, with `/`, sorted. */
  readonly files: readonly string[];
  /** What npm printed while packing. */
  readonly output: string;
}

let packed: Promise<Bundle> | undefined;

/** The project without what git ignores; node_modules, which `npm ci` makes, is a link. */
function copyProject(target: string): void {
  const ignored = readFileSync(join(projectRoot, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replaceAll('/', ''));
  const absent = new Set([...ignored, '.git']);
  for (const name of readdirSync(projectRoot)) {
    if (!absent.has(name)) cpSync(join(projectRoot, name), join(target, name), { recursive: true });
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(target, 'node_modules'));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Unpacks the bundle as docs/install.md tells, without the folder that npm wraps it in. */
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

/** The bundle, packed by the first who asks. */
export function packedBundle(): Promise<Bundle> {
  packed ??= pack();
  return packed;
}
