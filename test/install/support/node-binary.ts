/*
 * Finds a Node of another major version: the npm package of this platform's binary, fetched once into dist/.nodes.
 * It is never installed in the project, where its `node` would come before the one of the user.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runSuccessfully } from '../../e2e/support/program.js';
import { projectRoot } from '../../support/project-root.js';
import { npm } from './npm.js';

/** The name under which the npm package `node` fetches the binary of this platform. */
function packageOfPlatform(): string {
  const { platform, arch } = process;
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform}-${arch}`;
}

async function fetchNode(major: number, target: string): Promise<void> {
  const cache = join(projectRoot, 'dist', '.nodes');
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'fetch-'));
  try {
    const name = packageOfPlatform();
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await npm(work, 'install', '--prefix', work, ...quiet, `${name}@${major}`);
    renameSync(join(work, 'node_modules', name, 'bin', 'node'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The file of a Node of this major version; rejects when it cannot be fetched or is another version. */
export async function nodeBinary(major: number): Promise<string> {
  const running = Number(process.versions.node.split('.')[0]);
  if (running === major) return process.execPath;
  const file = join(projectRoot, 'dist', '.nodes', `node-${major}`);
  if (!existsSync(file)) await fetchNode(major, file);
  const { stdout } = await runSuccessfully(file, ['--version']);
  if (!stdout.startsWith(`v${major}.`)) throw new Error(`\`${file}\` is Node ${stdout.trim()}, not ${major}`);
  return file;
}
