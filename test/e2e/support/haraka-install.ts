/*
 * Makes a Haraka install in a temp folder, from the files that `haraka -i` makes, and runs a real Haraka in it. The
 * install finds our bundle as a user's does: `node_modules/haraka-plugin-pmdf`, here a link to the project.
 */

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { oncePerRun } from '../../support/once-per-run.js';
import { expectFailedStart, type FailedStart, type RunningHaraka, startProcess } from './haraka-process.js';
import { leaveNothingBehind } from './last-will.js';
import { runSuccessfully } from './program.js';
import { harakaFolder, projectRoot } from './project-root.js';

/** The contents of an install, and how Haraka is started in it. */
export interface HarakaOptions {
  /** Lines of `config/plugins`, at least one: without any Haraka prints no log. */
  readonly plugins: readonly string[];
  /** Texts of further files under `config/`, by name (`pmdf/mappings`); they replace those that `haraka -i` made. */
  readonly config?: Readonly<Record<string, string>>;
  /** Texts of plugins of the test itself, under `plugins/`, by name with `.js`. */
  readonly pluginFiles?: Readonly<Record<string, string>>;
  /** Listeners, `ADDRESS:PORT`; port 0 lets the kernel choose. Default: one, `127.0.0.1:0`. */
  readonly listen?: readonly string[];
  /** Worker processes; default 0, everything in one process. */
  readonly nodes?: number;
  /** Further lines of `smtp.ini`. */
  readonly smtpIni?: readonly string[];
  /** Reverse names by client address; every other client has none. Without this option Haraka asks the DNS. */
  readonly rdns?: ReadonlyMap<string, string>;
  /** Environment variables over those of the test process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The Node executable for Haraka; default is the one that runs the tests. */
  readonly nodeBinary?: string;
}

/** An install on disk, with no Haraka running in it yet. */
export interface HarakaInstall {
  readonly dir: string;
  /** Writes one file under `config/`. */
  writeConfig(name: string, text: string): void;
  /** Starts Haraka here; may be called again once the one before has exited. Its `stop` leaves the folder alone. */
  start(): Promise<RunningHaraka>;
  /** Starts Haraka here, which must refuse to start; rejects when it listens. */
  startExpectingFailure(): Promise<FailedStart>;
  /** Deletes the folder. */
  remove(): void;
}

/** The folder that `haraka -i` made, once in a run; it is only copied from. */
async function blankInstall(): Promise<string> {
  const made = await oncePerRun('haraka-install', async (folder) => {
    const program = path.join(harakaFolder(), 'bin', 'haraka');
    await runSuccessfully(process.execPath, [program, '-i', path.join(folder, 'install')]);
  });
  return path.join(made, 'install');
}

function writeUnder(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const RDNS_PLUGIN = 'e2e_rdns';

/** Answers before Haraka's own look-up, for every client, so that no test depends on a name server. */
function rdnsPlugin(names: ReadonlyMap<string, string>): string {
  return `const names = new Map(${JSON.stringify([...names])})
exports.register = function () { this.register_hook('lookup_rdns', 'answer', -100) }
exports.answer = function (next, connection) { next(OK, names.get(connection.remote.ip) ?? 'NXDOMAIN') }
`;
}

/** Makes an install; the folder is deleted by `remove`, and at the latest when this process dies. */
export async function makeInstall(options: HarakaOptions): Promise<HarakaInstall> {
  if (options.plugins.length === 0) throw new Error('a Haraka without plugins does not say where it listens');
  const dir = mkdtempSync(path.join(os.tmpdir(), 'haraka-e2e-'));
  const will = leaveNothingBehind(dir);
  cpSync(await blankInstall(), dir, { recursive: true });
  mkdirSync(path.join(dir, 'node_modules'));
  symlinkSync(projectRoot(), path.join(dir, 'node_modules', 'haraka-plugin-pmdf'));

  const listen = options.listen ?? ['127.0.0.1:0'];
  const settings = [`listen=${listen.join(',')}`, `nodes=${options.nodes ?? 0}`, ...(options.smtpIni ?? [])];
  writeUnder(dir, 'config/smtp.ini', `${settings.join('\n')}\n`);
  const plugins = options.rdns === undefined ? options.plugins : [RDNS_PLUGIN, ...options.plugins];
  writeUnder(dir, 'config/plugins', `${plugins.join('\n')}\n`);
  if (options.rdns !== undefined) writeUnder(dir, `plugins/${RDNS_PLUGIN}.js`, rdnsPlugin(options.rdns));
  // Without them Haraka computes some with openssl for half a minute if there is a certificate.
  cpSync(path.join(projectRoot(), 'config/haraka/dhparams.pem'), path.join(dir, 'config/dhparams.pem'));
  for (const [name, text] of Object.entries(options.pluginFiles ?? {}))
    writeUnder(dir, `plugins/${name}`, text);
  for (const [name, text] of Object.entries(options.config ?? {})) writeUnder(dir, `config/${name}`, text);

  const launch = {
    dir,
    listeners: listen.length,
    env: options.env ?? {},
    nodeBinary: options.nodeBinary ?? process.execPath,
  };
  return {
    dir,
    writeConfig: (name, text) => writeUnder(dir, `config/${name}`, text),
    start: () => startProcess(launch),
    startExpectingFailure: () => expectFailedStart(launch),
    remove: () => {
      rmSync(dir, { recursive: true, force: true });
      will.cancel();
    },
  };
}

/** Makes an install and starts Haraka in it; `stop` ends Haraka and deletes the install. */
export async function startHaraka(options: HarakaOptions): Promise<RunningHaraka> {
  const install = await makeInstall(options);
  try {
    const running = await install.start();
    return { ...running, stop: () => running.stop().finally(install.remove) };
  } catch (error) {
    install.remove();
    throw error;
  }
}

/** Makes an install in which Haraka must refuse to start, and deletes it again. */
export async function startExpectingFailure(options: HarakaOptions): Promise<FailedStart> {
  const install = await makeInstall(options);
  try {
    return await install.startExpectingFailure();
  } finally {
    install.remove();
  }
}
