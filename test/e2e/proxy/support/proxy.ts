/*
 * A real proxy on a host of a test network, with a sample configuration.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { leaveNothingBehind } from '../../support/last-will.js';
import type { Host } from '../../support/network/host.js';
import { collectOutput } from '../../support/program-output.js';
import { until } from '../../support/until.js';

const START_LIMIT_MS = 10_000;

/** The program to start. */
export interface ProxyLaunch {
  readonly host: Host;
  readonly program: string;
  /** Arguments in front of the name of the configuration file. */
  readonly args: readonly string[];
  /** The text of the configuration, given the folder of the files. */
  readonly configuration: (folder: string) => string;
  /** Further files of the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** An address and port that it listens on when it is up. */
  readonly listens: { readonly address: string; readonly port: number };
}

/** A running proxy. */
export interface Proxy {
  stop(): Promise<void>;
}

/** Starts it; resolves when it accepts connections, rejects with its output otherwise. */
export async function startProxy(launch: ProxyLaunch): Promise<Proxy> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pmdf-proxy-'));
  const will = leaveNothingBehind(folder);
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(launch.files)) writeFileSync(path.join(folder, name), text);
  const file = path.join(folder, 'configuration');
  writeFileSync(file, launch.configuration(folder));
  const [first = launch.program, ...rest] = [...launch.host.prefix, launch.program, ...launch.args, file];
  const child = spawn(first, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collectOutput(child.stdout, child.stderr);
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await gone;
    rmSync(folder, { recursive: true, force: true });
    will.cancel();
  };
  try {
    await once(child, 'spawn');
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
        const { address, port } = launch.listens;
        try {
          (await launch.host.connect({ to: address, port })).destroy();
          return true;
        } catch {
          return false;
        }
      },
      START_LIMIT_MS,
      () => 'connections taken',
    );
    return { stop };
  } catch (error) {
    await stop();
    throw new Error(`\`${launch.program}\` did not start: ${String(error)}\n${output.text()}`);
  }
}
