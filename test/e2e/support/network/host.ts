/*
 * One host of a test network: what can be opened and started on it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type DnsAnswer, DnsServer } from '../../../support/dns-server.js';
import { runSuccessfully } from '../program.js';
import { projectRoot } from '../project-root.js';
import type { HostAnswer, HostTask } from './host-orders.js';

const CONNECT_LIMIT_MS = 5_000;

/** The two ends of a connection; addresses are those of the plan. */
export interface Way {
  readonly from?: string;
  readonly to: string;
  readonly port: number;
  /** Limit for the connection itself, 5 s by default. */
  readonly timeoutMs?: number;
}

/** A host. */
export interface Host {
  /** An executable that runs node on this host, for `HarakaOptions.nodeBinary`. */
  readonly nodeBinary: string;
  /** How to start a program on this host: the words in front of its own. */
  readonly prefix: readonly string[];
  /** Listens; the server has no connection listener yet. */
  listen(address: string, port: number): Promise<net.Server>;
  /** Connects; rejects if there is no answer. */
  connect(way: Way): Promise<net.Socket>;
  /** Starts a name server that only this host can query; resolves with its address and port. */
  startNameServer(names: Readonly<Record<string, DnsAnswer>>): Promise<string>;
  /** Runs a program that must succeed, and returns its output. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

async function runOn(prefix: readonly string[], program: string, args: readonly string[]): Promise<string> {
  const [first = program, ...rest] = [...prefix, program, ...args];
  return (await runSuccessfully(first, rest)).stdout;
}

/** A host on loopback addresses: everything happens in this process. */
export function loopbackHost(place: (text: string) => string): Host {
  const nameServers: DnsServer[] = [];
  return {
    nodeBinary: process.execPath,
    prefix: [],
    listen: async (address, port) => {
      const server = net.createServer();
      server.listen(port, place(address));
      await once(server, 'listening');
      return server;
    },
    connect: async ({ from, to, port, timeoutMs = CONNECT_LIMIT_MS }) => {
      const localAddress = from === undefined ? {} : { localAddress: place(from) };
      const socket = net.connect({ host: place(to), port, ...localAddress, timeout: timeoutMs });
      await once(socket, 'connect');
      socket.setTimeout(0);
      return socket;
    },
    startNameServer: async (names) => {
      const placed = Object.entries(names).map(([question, answer]) => [
        question,
        typeof answer === 'object' && !('afterMs' in answer) ? answer.map(place) : answer,
      ]);
      const server = await DnsServer.start(Object.fromEntries(placed));
      nameServers.push(server);
      return server.address;
    },
    run: (program, ...args) => runOn([], program, args),
    stop: async () => {
      for (const server of nameServers) server.close();
    },
  };
}

/** A host in a namespace; `folder` takes its script. */
export async function namespaceHost(namespace: string, folder: string): Promise<Host> {
  const prefix = ['ip', 'netns', 'exec', namespace];
  const nodeBinary = path.join(folder, `node-${namespace}`);
  writeFileSync(nodeBinary, `#!/bin/sh\nexec ${prefix.join(' ')} '${process.execPath}' "$@"\n`);
  chmodSync(nodeBinary, 0o755);
  const program = path.join(projectRoot(), 'dist/test/e2e/support/network/host-program.js');
  const child: ChildProcess = spawn(nodeBinary, [program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  await once(child, 'spawn');

  interface Waiting {
    resolve(answer: { readonly answer: HostAnswer; readonly handle: unknown }): void;
    reject(error: Error): void;
  }
  const waiting = new Map<number, Waiting>();
  child.on('message', (answer: HostAnswer, handle: unknown) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) one?.resolve({ answer, handle });
    else one?.reject(new Error(answer.error));
  });
  child.once('exit', () => {
    for (const one of waiting.values()) one.reject(new Error(`the program on ${namespace} ended`));
  });
  let count = 0;
  const ask = (task: HostTask): Promise<{ readonly answer: HostAnswer; readonly handle: unknown }> =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      child.send({ ...task, id: count });
    });

  return {
    nodeBinary,
    prefix,
    listen: async (address, port) => {
      const { handle } = await ask({ kind: 'listen', address, port });
      if (!(handle instanceof net.Server)) throw new Error(`${namespace} handed over no server`);
      return handle;
    },
    connect: async ({ from, to, port, timeoutMs = CONNECT_LIMIT_MS }) => {
      const { handle } = await ask({ kind: 'connect', address: to, port, from: from ?? null, timeoutMs });
      if (!(handle instanceof net.Socket)) throw new Error(`${namespace} handed over no socket`);
      return handle;
    },
    startNameServer: async (names) => {
      const { answer } = await ask({ kind: 'name-server', names });
      if (answer.address === undefined) throw new Error(`${namespace} has no name server`);
      return answer.address;
    },
    run: (program, ...args) => runOn(prefix, program, args),
    stop: async () => {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
