/*
 * The bundle that this command is part of: its folder, its version, and how another install gets it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { packageFolder } from '../../runtime/files/index.js';

const packageName = 'haraka-plugin-pmdf';

/** The version of Haraka that the bundle is tested with. */
export const harakaVersion = '3.3.4';

function textMember(object: unknown, ...path: readonly string[]): string | null {
  let member: unknown = object;
  for (const name of path) {
    if (typeof member !== 'object' || member === null) return null;
    member = Reflect.get(member, name);
  }
  return typeof member === 'string' ? member : null;
}

function manifestIn(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return null;
  }
}

function ownVersion(): string {
  return textMember(manifestIn(packageFolder), 'version') ?? '0.0.0';
}

/** Whether npm installed the bundle from a registry, so that its version identifies it. */
function isFromRegistry(): boolean {
  const modules = dirname(packageFolder);
  // Outside node_modules it is a clone or an unpacked bundle, perhaps not in any registry.
  if (basename(modules) !== 'node_modules') return false;
  return textMember(manifestIn(dirname(modules)), 'dependencies', packageName)?.startsWith('file:') !== true;
}

/** The packed file that an install gets, so that it needs no other folder; null if a registry has the bundle. */
export function packedName(): string | null {
  return isFromRegistry() ? null : `${packageName}-${ownVersion()}.tgz`;
}

/** The argument of `npm install` for the bundle. */
export function bundleSpecifier(): string {
  const packed = packedName();
  return packed === null ? `${packageName}@${ownVersion()}` : `./${packed}`;
}

/** Whether an install has the bundle, from npm or unpacked. */
export function hasBundle(install: string): boolean {
  return [join('node_modules', packageName), join('plugins', 'pmdf')].some((place) =>
    existsSync(join(install, place)),
  );
}

/** Whether Haraka itself is in an install. */
export function hasHaraka(install: string): boolean {
  return ['Haraka', 'haraka'].some((name) => existsSync(join(install, 'node_modules', name)));
}

/** Whether the `package.json` of an install depends on Haraka. */
export function dependsOnHaraka(install: string): boolean {
  const manifest = manifestIn(install);
  return ['Haraka', 'haraka'].some((name) => textMember(manifest, 'dependencies', name) !== null);
}

/** Prints the `package.json` of a new install. */
export function packageText(): string {
  const packed = packedName();
  const manifest = {
    name: 'mail-gateway',
    private: true,
    description: 'A mail gateway: Haraka with the policy of PMDF',
    scripts: { start: 'haraka -c .', check: 'pmdf check' },
    dependencies: { Haraka: harakaVersion, [packageName]: packed === null ? ownVersion() : `file:${packed}` },
    overrides: { 'haraka-email-message': { libmime: '5.4.3' } },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
