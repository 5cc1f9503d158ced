/*
 * The life of an MTA: set up and started in its own folder, and ended with everything that works in that folder. The
 * processes of an MTA leave their process group; those that leave its folder, as Dovecot's do for a user, are found as children.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { leaveNothingBehind } from './last-will.js';
import { type Mta, readIfThere } from './mta.js';
import { collectOutput } from './program-output.js';
import { connect } from './smtp-client.js';
import { until } from './until.js';

const START_LIMIT_MS = 15_000;
const GONE_LIMIT_MS = 10_000;

/** Tells whether a process runs; a zombie, as in a container without init, does not. */
export function isAlive(pid: number): boolean {
  return /^State:\s+[^ZX]/m.test(readIfThere(`/proc/${pid}/status`));
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/status`))?.[1]);
}

function worksIn(folder: string, pid: number): boolean {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}

/** The processes that work in a folder, and all that these have started, wherever they work. */
function processesIn(folder: string): readonly number[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = new Map<number, number[]>();
  for (const pid of all) {
    const parent = parentOf(pid);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  const found = new Set(all.filter((pid) => worksIn(folder, pid)));
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child);
  return [...found];
}

/** Whether a process is still there for others: a zombie only until this process, its parent, has seen its end. */
function isThere(pid: number): boolean {
  return isAlive(pid) || parentOf(pid) === process.pid;
}

/** Ends the processes that work in a folder with SIGKILL, including those they start meanwhile; resolves when they are gone. */
export async function killAllIn(folder: string): Promise<void> {
  const killed = new Set<number>();
  await until(
    () => {
      const left = processesIn(folder);
      for (const pid of left) {
        killed.add(pid);
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended before the signal came.
        }
      }
      return left.length === 0 && ![...killed].some(isThere);
    },
    GONE_LIMIT_MS,
    () => `the processes in ${folder} gone`,
  );
}

/** The folder of a server. */
export interface ServerFolder {
  readonly folder: string;
  /** Ends the processes that work in it and deletes it. */
  remove(): Promise<void>;
}

/** Makes a folder that the accounts of servers can enter; nothing in it outlives this process. */
export function makeServerFolder(name: string, subfolders: readonly string[]): ServerFolder {
  const folder = mkdtempSync(path.join(os.tmpdir(), `pmdf-${name}-`));
  const will = leaveNothingBehind(folder);
  chmodSync(folder, 0o755);
  for (const subfolder of subfolders) mkdirSync(path.join(folder, subfolder), { recursive: true });
  return {
    folder,
    remove: async () => {
      await killAllIn(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      will.cancel();
    },
  };
}

/**
 * Sets up an MTA in a folder of its own and gives it its `stop`. Nothing stays when the setting up fails, or when this process
 * dies.
 */
export async function setUpIn(
  name: Mta['name'],
  subfolders: readonly string[],
  setUp: (folder: string) => Promise<Omit<Mta, 'name' | 'stop'>>,
): Promise<Mta> {
  const { folder, remove } = makeServerFolder(name, subfolders);
  try {
    return { name, ...(await setUp(folder)), stop: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Tells whether a server on the port sends a greeting. */
export async function isGreeting(port: number): Promise<boolean> {
  try {
    const client = await connect({ port });
    await client.quit();
    await client.close();
    return true;
  } catch {
    return false;
  }
}

/** How to start an MTA that stays in the foreground. */
export interface MtaLaunch {
  readonly folder: string;
  readonly port: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts an MTA in its folder; resolves when it greets, rejects with what it printed when it does not. */
export async function startForeground(launch: MtaLaunch): Promise<void> {
  const child = spawn(launch.program, launch.args, {
    cwd: launch.folder,
    env: launch.env ?? process.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child.stdout, child.stderr);
  await once(child, 'spawn');
  try {
    await until(
      () => {
        const end = child.exitCode ?? child.signalCode;
        if (end !== null) throw new Error(`it ended with ${end}`);
        return isGreeting(launch.port);
      },
      START_LIMIT_MS,
      () => 'a greeting',
    );
  } catch (error) {
    throw new Error(`\`${launch.program}\` did not start: ${String(error)}\n${output.text()}`);
  }
}
