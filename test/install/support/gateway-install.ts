/*
 * A Haraka install with our bundle, installed in one of the two ways of docs/install.md, and our sample configuration
 * from the bundle.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type HarakaInstall, makeInstall } from '../../e2e/support/haraka-install.js';
import { oncePerRun } from '../../support/once-per-run.js';
import { packedBundle, unpackBundle } from './bundle.js';
import { npm } from './npm.js';

/** How the bundle is installed. */
export interface Way {
  readonly name: string;
  /** The bundle's folder in the install. */
  readonly place: string;
  /** The number of worker processes, 0 for a single process. */
  readonly nodes: number;
  put(tarball: string, install: string): Promise<void>;
  /** The command `pmdf` as it is typed in the folder of the install: a program and its first arguments. */
  readonly command: readonly [string, ...string[]];
}

/** `npm install` in the folder of an install, with an empty cache and no network: the bundle must contain everything. */
async function installByNpm(folder: string, tarball: string): Promise<void> {
  const alone = ['--offline', '--cache', join(folder, 'npm-cache')];
  await npm(folder, 'install', '--no-audit', '--no-fund', ...alone, tarball);
}

const npmWay: Omit<Way, 'name' | 'put'> = {
  place: 'node_modules/haraka-plugin-pmdf',
  nodes: 0,
  command: ['npx', '--offline', '--no-install', 'pmdf'],
};

/** As users do it; slow. */
export const byNpmInPlace: Way = {
  ...npmWay,
  name: 'npm install in the install itself',
  put: (tarball, install) => installByNpm(install, tarball),
};

/** It is run once; each install gets a copy of what it made. */
const byNpm: Way = {
  ...npmWay,
  name: 'npm install',
  put: async (tarball, install) => {
    const installed = await oncePerRun('npm-install', async (folder) => {
      cpSync(join(install, 'package.json'), join(folder, 'package.json'));
      await installByNpm(folder, tarball);
    });
    for (const name of ['package.json', 'package-lock.json', 'node_modules'])
      cpSync(join(installed, name), join(install, name), { recursive: true, verbatimSymlinks: true });
  },
};

/** The packed file, unpacked among the plugins of the install. */
const byUnpacking: Way = {
  name: 'plugins/pmdf/',
  place: 'plugins/pmdf',
  nodes: 1,
  put: (tarball, install) => unpackBundle(tarball, join(install, 'plugins', 'pmdf')),
  command: ['plugins/pmdf/dist/bin/pmdf.js'],
};

/** Both ways of docs/install.md. */
export const ways: readonly Way[] = [byNpm, byUnpacking];

/** The lines of `config/plugins` in docs/install.md. */
export const pluginLines: readonly string[] = [
  'pmdf/switchchannel',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

/** The loopback ports for the mail of two channels. */
export interface NextHops {
  readonly local: number;
  readonly outside: number;
}

function settings({ local, outside }: NextHops): string {
  // The names of loopback addresses depend on the machine, so only the literal is used.
  return `switch_lookup: literal
delivery:
  through_plugin: smtp_forward
  l: { method: through, next_hop: '127.0.0.1:${local}' }
  tcp_local: { method: queue, next_hop: '127.0.0.1:${outside}' }
`;
}

/** Makes an install with the bundle and its sample configuration. */
export async function makeGateway(way: Way, nextHops: NextHops, nodeBinary: string): Promise<HarakaInstall> {
  const { tarball } = await packedBundle();
  const install = await makeInstall({ plugins: pluginLines, nodes: way.nodes, nodeBinary });
  try {
    // The harness links this into its installs for tests of the working tree.
    rmSync(join(install.dir, 'node_modules'), { recursive: true });
    await way.put(tarball, install.dir);
    const samples = join(install.dir, way.place, 'config');
    const folder = join(install.dir, 'config', 'pmdf');
    mkdirSync(folder);
    for (const name of ['pmdf.cnf', 'mappings', 'general.txt'])
      cpSync(join(samples, name), join(folder, name));
    install.writeConfig('pmdf/pmdf.yaml', settings(nextHops));
    return install;
  } catch (error) {
    install.remove();
    throw error;
  }
}
