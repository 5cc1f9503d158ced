/*
 * A mail server that the test controls step by step: it answers, keeps silent until told to continue, or drops the
 * connection. It records a message when its last octet has arrived, before the answer.
 */

import net from 'node:net';
import { within } from '../support/until.js';

const STEP_LIMIT_MS = 10_000;

/** The steps of a dialogue at which the server can be told what to do. */
export type Step = 'greeting' | 'ehlo' | 'mail' | 'rcpt' | 'data' | 'message';

/** What the server does at a step: answer with a code, keep silent, drop the connection, or send something other than SMTP. */
export type Deed = number | 'silence' | 'drop' | 'nonsense';

/** A running server. */
export interface SlowServer {
  readonly port: number;
  /** Complete messages, each with its recipients, whatever was answered. */
  readonly messages: readonly { readonly from: string; readonly to: readonly string[] }[];
  /** Sets what to do at a step from now on; the other steps succeed. */
  at(step: Step, deed: Deed): void;
  /** Removes all faults, and forgets the messages. */
  reset(): void;
  /** Answers every connection that was left waiting. */
  goOn(code: number): void;
  /** Resolves when a client has reached a step. */
  reached(step: Step): Promise<void>;
  /** Resolves when no connection is open. */
  alone(): Promise<void>;
  stop(): Promise<void>;
}

const STEPS: Readonly<Record<string, Step>> = {
  EHLO: 'ehlo',
  HELO: 'ehlo',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
};

const GOOD: Readonly<Record<Step, number>> = {
  greeting: 220,
  ehlo: 250,
  mail: 250,
  rcpt: 250,
  data: 354,
  message: 250,
};

/** Starts the server on 127.0.0.1. */
export async function startSlowServer(): Promise<SlowServer> {
  const deeds = new Map<Step, Deed>();
  const messages: { from: string; to: readonly string[] }[] = [];
  const sockets = new Set<net.Socket>();
  const silent = new Set<net.Socket>();
  const seen = new Map<Step, number>();
  let listeners: (() => void)[] = [];
  const announce = (): void => {
    const waiting = listeners;
    listeners = [];
    for (const listener of waiting) listener();
  };
  const when = async (question: () => boolean, expectation: string): Promise<void> => {
    const come = async (): Promise<void> => {
      while (!question()) await new Promise<void>((resolve) => listeners.push(resolve));
    };
    await within(come(), STEP_LIMIT_MS, () => expectation);
  };

  function take(socket: net.Socket, step: Step): number {
    seen.set(step, (seen.get(step) ?? 0) + 1);
    const deed = deeds.get(step) ?? GOOD[step];
    if (deed === 'silence') silent.add(socket);
    else if (deed === 'drop') socket.destroy();
    else if (deed === 'nonsense') socket.write('421 bye\r\nnot SMTP\r\n');
    else socket.write(`${deed} as told\r\n`);
    announce();
    return typeof deed === 'number' ? deed : 0;
  }

  function serve(socket: net.Socket): void {
    let rest = '';
    let isMessage = false;
    let from = '';
    let to: string[] = [];
    const line = (text: string): void => {
      if (isMessage) {
        if (text !== '.') return;
        isMessage = false;
        messages.push({ from, to });
        take(socket, 'message');
        return;
      }
      const verb = text.slice(0, 4).toUpperCase();
      const path = /<(.*)>/.exec(text)?.[1] ?? '';
      if (verb === 'MAIL') [from, to] = [path, []];
      const step = STEPS[verb];
      if (step === undefined) socket.write(verb === 'QUIT' ? '221 bye\r\n' : '250 done\r\n');
      else {
        const code = take(socket, step);
        if (verb === 'RCPT' && code === 250) to.push(path);
        isMessage = code === 354;
      }
    };
    socket.on('data', (chunk: Buffer) => {
      const lines = `${rest}${chunk.toString('latin1')}`.split('\r\n');
      rest = lines.pop() ?? '';
      for (const one of lines) line(one);
    });
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.once('close', () => {
      sockets.delete(socket);
      silent.delete(socket);
      announce();
    });
    sockets.add(socket);
    take(socket, 'greeting');
  }

  const server = net.createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    port: address.port,
    messages,
    at: (step, deed) => {
      deeds.set(step, deed);
    },
    reset: () => {
      deeds.clear();
      seen.clear();
      messages.length = 0;
    },
    goOn: (code) => {
      for (const socket of silent) socket.write(`${code} at last\r\n`);
      silent.clear();
    },
    reached: (step) => when(() => (seen.get(step) ?? 0) > 0, `a client that reaches ${step}`),
    alone: () => when(() => sockets.size === 0, 'no connection open'),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
