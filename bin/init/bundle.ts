/*
 * The bundle that this command belongs to: where it lies, its version, and how another install gets the same one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** The folder of the bundle. */
export const bundleFolder = resolve(__dirname, '..', '..', '..');

const packageName = 'haraka-plugin-pmdf';

/** The Haraka that the bundle is made and tested for. */
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

/** What the `package.json` of another install writes to get this bundle: its version, or the file it came from. */
export function bundleSource(target: string): string {
  const version = textMember(manifestIn(bundleFolder), 'version') ?? '*';
  const modules = dirname(bundleFolder);
  const fileSource = (path: string): string => `file:${relative(resolve(target), path) || '.'}`;
  // Outside node_modules it is a clone or an unpacked bundle, which no registry may have.
  if (basename(modules) !== 'node_modules') return fileSource(bundleFolder);
  const project = dirname(modules);
  const written = textMember(manifestIn(project), 'dependencies', packageName);
  if (written?.startsWith('file:') !== true) return version;
  return fileSource(resolve(project, written.slice('file:'.length)));
}

/** Tells whether an install has the bundle, in one of the two ways. */
export function hasBundle(install: string): boolean {
  return [join('node_modules', packageName), join('plugins', 'pmdf')].some((way) =>
    existsSync(join(install, way)),
  );
}

/** Tells whether Haraka itself lies in an install. */
export function hasHaraka(install: string): boolean {
  return ['Haraka', 'haraka'].some((name) => existsSync(join(install, 'node_modules', name)));
}

/** Tells whether the `package.json` of an install asks for Haraka. */
export function asksForHaraka(install: string): boolean {
  const manifest = manifestIn(install);
  return ['Haraka', 'haraka'].some((name) => textMember(manifest, 'dependencies', name) !== null);
}

/** Writes the `package.json` of a new install. */
export function packageText(target: string): string {
  const manifest = {
    name: 'mail-gateway',
    private: true,
    description: 'A mail gateway: Haraka with the policy of PMDF',
    scripts: { start: 'haraka -c .', check: 'pmdf check' },
    dependencies: { Haraka: harakaVersion, [packageName]: bundleSource(target) },
    overrides: { 'haraka-email-message': { libmime: '5.4.3' } },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
