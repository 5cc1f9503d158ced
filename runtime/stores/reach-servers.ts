/*
 * For commands that connect to the servers of a store themselves, one after the other, rather than ask its pool.
 */
import { printServer, type StoreServer } from '../../lib/config/index.js';
import { describeTrouble } from './describe-trouble.js';
import type { Secrets } from './store-connection.js';

/** The servers of a store, and its secrets, which are read when they are needed. */
export interface StoreReach {
  readonly servers: readonly StoreServer[];
  /** Throws if a file or variable that the settings name is not there. */
  readonly secrets: () => Secrets;
}

/** Raised when a server cannot be used; `cause` is the reason as it came, the message has it in words. */
export class ServerTrouble extends Error {
  readonly server: StoreServer;

  constructor(server: StoreServer, cause: unknown) {
    super(`${printServer(server)}: ${describeTrouble(cause)}`, { cause });
    this.name = 'ServerTrouble';
    this.server = server;
  }
}

const millisecondsPerSecond = 1000;

/** Gives some work a time limit in seconds. Rejects with the work's reason, or when the time is over. */
export async function withinSeconds<T>(seconds: number, work: (ends: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const late = new Error(`no answer within ${seconds} s`);
      controller.abort(late);
      reject(late);
    }, seconds * millisecondsPerSecond);
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Connects to the first server that lets us. Rejects with the ServerTrouble of the last one; at once with an error that is final. */
export async function connectToFirst<T>(
  { servers, secrets }: StoreReach,
  seconds: number,
  connect: (server: StoreServer, secrets: Secrets, ends: AbortSignal) => Promise<T>,
  isFinal: (error: unknown) => boolean,
): Promise<{ readonly server: StoreServer; readonly connected: T }> {
  let trouble: unknown = new Error('the store has no server');
  for (const server of servers) {
    try {
      return { server, connected: await withinSeconds(seconds, (ends) => connect(server, secrets(), ends)) };
    } catch (error) {
      if (isFinal(error)) throw error;
      trouble = new ServerTrouble(server, error);
    }
  }
  throw trouble;
}
