/*
 * The way in to the Haraka processes that use a queue: each listens on a socket `processes/PID.RANDOM.sock` for as long as it runs,
 * however it ends. A socket gets its name when somebody listens on it, so one that refuses connections is that of a process that
 * has ended. Where there can be no sockets, a file `PID.RANDOM.silent` that names the process keeps commands away. A question and
 * its answer are one line of JSON each.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describeError, errorName, isGone, parseOwner, printOwner, thisOwner } from '../files/index.js';
import { makeOwnFolders, namesIn, ownFolder } from './queue-folders.js';

const ending = '.sock';
const silentEnding = '.silent';
/** The system's limit is 107 octets, on some systems less. */
const longestPath = 100;
const longestLine = 1024 * 1024;
/** A process that does not answer by then hangs. */
const answerMs = 60_000;

/** A socket by a path that the system takes, while `use` runs. */
function withShortPath<T>(folder: string, name: string, use: (path: string) => T): T {
  const path = join(folder, name);
  if (process.platform !== 'linux' || Buffer.byteLength(path) <= longestPath) return use(path);
  const fd = openSync(folder, 'r');
  try {
    return use(`/proc/self/fd/${fd}/${name}`);
  } finally {
    closeSync(fd);
  }
}

/** Calls `heard` for the first line that comes, and ends the connection where it is too long. */
function onLine(socket: Socket, heard: (line: string) => void): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    text += piece;
    const end = text.indexOf('\n');
    if (end !== -1) {
      socket.removeAllListeners('data');
      heard(text.slice(0, end));
    } else if (text.length > longestLine) socket.destroy();
  });
}

/** Gives the answer to a question, as JSON. Whatever it rejects with is logged, and ends the connection. */
export type AnswerQuestion = (question: unknown) => Promise<object>;

/** Makes the socket, with somebody listening from then on. Throws where that is not possible. */
function makeSocket(folder: string, name: string, server: Server): void {
  const made = join(folder, `${name}.new`);
  // In a worker too the socket is its own.
  withShortPath(folder, `${name}.new`, (path) => server.listen({ path, exclusive: true }));
  if (!server.listening) throw new Error(`there can be no socket in \`${folder}\``);
  if (process.getuid?.() === 0) {
    const { uid, gid } = statSync(folder);
    chownSync(made, uid, gid);
  }
  chmodSync(made, 0o600);
  renameSync(made, join(folder, `${name}${ending}`));
}

/**
 * Listens for questions, from this moment on; the socket does not keep the process running. Where that is not possible, it is
 * logged. Throws errors of the file system.
 */
export function listenForQuestions(
  queue: string,
  answer: AnswerQuestion,
  logError: (message: string) => void,
): void {
  makeOwnFolders(queue);
  const folder = ownFolder(queue, 'processes');
  const name = `${process.pid}.${randomBytes(6).toString('hex')}`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onLine(socket, (line) => {
      Promise.resolve()
        .then(() => answer(JSON.parse(line)))
        .then(
          (given) => socket.end(`${JSON.stringify(given)}\n`),
          (error: unknown) => {
            logError(`a question about the queue was not answered: ${describeError(error)}`);
            socket.destroy();
          },
        );
    });
  });
  server.on('error', (error) => logError(`the socket of the queue failed: ${describeError(error)}`));
  server.unref();
  try {
    makeSocket(folder, name, server);
  } catch (error) {
    logError(`commands cannot change the queue while this process runs: ${describeError(error)}`);
    writeFileSync(join(folder, `${name}${silentEnding}`), printOwner(thisOwner()));
  }
  process.once('exit', () => {
    try {
      for (const one of [ending, silentEnding]) rmSync(join(folder, `${name}${one}`), { force: true });
    } catch {
      // The next command does it.
    }
  });
}

/** A process that listens. */
export interface Listener {
  readonly name: string;
  readonly socket: Socket;
}

/** Raised when a process that listens cannot be asked. */
export class NotReachable extends Error {}

async function connectTo(folder: string, name: string): Promise<Listener | null> {
  return await new Promise((resolve, reject) => {
    const socket = withShortPath(folder, name, (path) => connect({ path }));
    socket.once('connect', () => resolve({ name, socket }));
    socket.once('error', (error) => {
      const code = errorName(error);
      if (code === 'ECONNREFUSED') rmSync(join(folder, name), { force: true });
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(null);
      else
        reject(new NotReachable(`Haraka runs and cannot be asked by this account: ${describeError(error)}`));
    });
  });
}

/** Throws NotReachable where a process that does not listen may still run. */
function checkSilent(folder: string, name: string): void {
  const path = join(folder, name);
  const owner = parseOwner(readFileSync(path, 'utf8'));
  if (owner === null || !isGone(owner))
    throw new NotReachable(`Haraka runs and cannot be asked: \`${path}\``);
  rmSync(path, { force: true });
}

/**
 * Connects to all processes that listen; the sockets of those that have ended are removed. Rejects with NotReachable and errors of
 * the file system.
 */
export async function connectToProcesses(queue: string): Promise<readonly Listener[]> {
  const folder = ownFolder(queue, 'processes');
  const all = namesIn(folder);
  for (const name of all) if (name.endsWith(silentEnding)) checkSilent(folder, name);
  const names = all.filter((name) => name.endsWith(ending));
  const found = await Promise.allSettled(names.map((name) => connectTo(folder, name)));
  const listeners = found.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
  const failed = found.find((one) => one.status === 'rejected');
  if (failed === undefined) return listeners;
  for (const { socket } of listeners) socket.destroy();
  throw failed.reason;
}

/**
 * Asks one process, over a connection that is used up by it. Null when it ended before it answered, which says nothing about
 * what it did. Rejects with NotReachable when it does not answer.
 */
export async function askProcess({ name, socket }: Listener, question: object): Promise<unknown> {
  if (socket.destroyed) return null;
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new NotReachable(`the Haraka process ${name.split('.', 1)[0]} does not answer`));
    }, answerMs);
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(null);
    });
    onLine(socket, (line) => {
      let value: unknown = null;
      try {
        value = JSON.parse(line);
      } catch {
        // As if it had not answered.
      }
      resolve(value);
      socket.destroy();
    });
    socket.write(`${JSON.stringify(question)}\n`);
  });
}
