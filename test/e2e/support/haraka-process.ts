/*
 * One Haraka child process: started in an install, watched until it listens, and always ended. It leads its own process
 * group, so that its workers end with it, and it does not outlive the test process.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { lastWill } from './last-will.js';
import { collectOutput, type ProgramOutput, type Sought } from './program-output.js';
import { harakaFolder } from './project-root.js';
import { within } from './until.js';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;
const LISTENING = /Listening on (\S*:\d+)\b/g;

let preloaded: readonly string[] = ['--require', path.join(__dirname, 'late-modules.js')];

/** From now on Haraka loads all its modules at its start, as it does outside tests; a start takes longer. */
export function loadModulesAtStart(): void {
  preloaded = [];
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The result of a Haraka that refused to start. */
export interface FailedStart extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** A running Haraka. */
export interface RunningHaraka {
  /** Port of the first listener. */
  readonly port: number;
  /** Ports of all listeners, in the order of `listen`. */
  readonly ports: readonly number[];
  readonly dir: string;
  readonly pid: number;
  /** Everything printed so far. */
  log(): string;
  /** Resolves with the log once it contains what is sought; rejects after `timeoutMs` (default 5 s) or when Haraka ends. */
  waitForLog(sought: Sought, timeoutMs?: number): Promise<string>;
  /** Ends Haraka and its workers; resolves when the process is gone. */
  stop(): Promise<void>;
  /** Sends a signal to Haraka and its workers, as a power cut would with SIGKILL. */
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<Exit>;
}

/** Where and how to start. */
export interface Launch {
  readonly dir: string;
  readonly listeners: number;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeBinary: string;
}

interface Started {
  readonly pid: number;
  readonly stdout: ProgramOutput;
  readonly stderr: ProgramOutput;
  readonly all: ProgramOutput;
  readonly exited: Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
}

function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // The coverage and colour settings of the test runner are not meant for its children.
  const { FORCE_COLOR: _color, NODE_OPTIONS: _options, HARAKA: _haraka, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1', ...extra };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is already gone.
  }
}

async function launchProcess(launch: Launch): Promise<Started> {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    launch.nodeBinary,
    [...preloaded, path.join(harakaFolder(), 'bin', 'haraka'), '-c', launch.dir],
    { cwd: launch.dir, env: environment(launch.env), detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const outputs = {
    stdout: collectOutput(child.stdout),
    stderr: collectOutput(child.stderr),
    all: collectOutput(child.stdout, child.stderr),
  };
  // `close` comes after `exit`, when the last output has been read.
  const exited = new Promise<Exit>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`\`${launch.nodeBinary}\` was started without a process id`);
  const will = lastWill('kill -KILL -- "-$1"', String(pid));
  let isGone = false;
  child.once('exit', () => {
    signalGroup(pid, 'SIGKILL');
    will.cancel();
    isGone = true;
  });
  const signal = (name: NodeJS.Signals): void => {
    // A test run starts so many processes that the number soon belongs to another one.
    if (!isGone) signalGroup(pid, name);
  };
  return { pid, ...outputs, exited, signal };
}

function listeningPorts(output: string): number[] {
  // Every worker names the listeners that it shares with the others.
  const listeners = new Set([...output.matchAll(LISTENING)].map(([, listener = '']) => listener));
  return [...listeners].map((listener) => Number(/\d+$/.exec(listener)?.[0]));
}

/** Starts Haraka and resolves when all listeners are open; rejects with its output when it ends before that. */
export async function startProcess(launch: Launch): Promise<RunningHaraka> {
  const started = await launchProcess(launch);
  const isListening = (output: string): boolean => listeningPorts(output).length >= launch.listeners;
  try {
    await started.all.waitFor(isListening, START_LIMIT_MS);
  } catch (error) {
    started.signal('SIGKILL');
    await started.exited;
    throw error;
  }
  const ports = listeningPorts(started.all.text());
  const [port] = ports;
  if (port === undefined) throw new Error('an install without listeners takes no mail');
  return {
    port,
    ports,
    dir: launch.dir,
    pid: started.pid,
    log: started.all.text,
    waitForLog: (sought, timeoutMs = 5_000) => started.all.waitFor(sought, timeoutMs),
    stop: async () => {
      started.signal('SIGTERM');
      await within(started.exited, STOP_LIMIT_MS, () => 'the end of Haraka after SIGTERM').catch(() => {
        started.signal('SIGKILL');
        return started.exited;
      });
    },
    kill: started.signal,
    exited: started.exited,
  };
}

/** Starts Haraka, which must end by itself before it listens; rejects, after killing it, when it does not. */
export async function expectFailedStart(launch: Launch): Promise<FailedStart> {
  const started = await launchProcess(launch);
  const listening = started.all
    .waitFor((output) => listeningPorts(output).length > 0, START_LIMIT_MS)
    .then(
      () => true,
      () => false,
    );
  const failed = await within(
    Promise.race([started.exited.then(() => true), listening.then((listens) => !listens)]),
    START_LIMIT_MS,
    () => 'the end of a Haraka that cannot start',
  ).catch(() => false);
  if (!failed) started.signal('SIGKILL');
  const exit = await started.exited;
  if (!failed) throw new Error(`Haraka should have refused to start:\n${started.all.text()}`);
  return { ...exit, stdout: started.stdout.text(), stderr: started.stderr.text() };
}
