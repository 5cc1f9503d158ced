/*
 * Haraka's own connection, transaction and message stream in the test process, without plugins and sockets: octets in,
 * and the octets out that the next-hop server would get.
 */

import { EventEmitter } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import type { MessageMethods } from '../../../plugins/haraka/connection/connection-class.js';
import type { HarakaConnection, HarakaTransaction, PipeOptions } from '../../../plugins/haraka/types.js';
import { harakaFolder } from '../../e2e/support/project-root.js';

/** What the client sees, and what the next-hop server gets. */
export interface CoreSession {
  readonly connection: HarakaConnection;
  /** The replies to the client so far. */
  replies(): string;
  /** Whether the end of the message was found. */
  isMessageDone(): boolean;
  /** Feeds Haraka the chunks, one after the other, as the lines of a message. */
  receive(chunks: readonly Buffer[]): void;
  /** The message as smtp_forward sends it, with its end. */
  sent(): Promise<Buffer>;
  /** The message as it is written into the queue, without its end. */
  queued(): Promise<Buffer>;
}

class FakeSocket extends EventEmitter {
  readonly remoteAddress = '127.0.0.2';
  readonly remotePort = 4000;
  readonly localAddress = '127.0.0.1';
  readonly localPort = 25;
  written = '';

  write(text: string): void {
    this.written += text;
  }
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

function member(object: unknown, name: string): unknown {
  return Reflect.get(Object(object), name);
}

function call(object: unknown, name: string, ...values: readonly unknown[]): unknown {
  const method = member(object, name);
  if (typeof method !== 'function') throw new Error(`Haraka has no ${name}`);
  return Reflect.apply(method, object, values);
}

interface Core {
  load(module: string): unknown;
  connect(socket: FakeSocket): OpenConnection;
  begin(): HarakaTransaction;
  readonly dataState: unknown;
  readonly pausedState: unknown;
}

function isConnection(value: unknown): value is OpenConnection {
  return typeof member(value, 'accumulate_data') === 'function';
}

function isTransaction(value: unknown): value is HarakaTransaction {
  return typeof member(value, 'add_data') === 'function';
}

let opened: Core | undefined;

/** Loads Haraka into this process, once. */
function openCore(): Core {
  if (opened !== undefined) return opened;
  const install = mkdtempSync(path.join(os.tmpdir(), 'haraka-core-'));
  process.once('exit', () => rmSync(install, { recursive: true, force: true }));
  mkdirSync(path.join(install, 'config'));
  cpSync(
    path.join(harakaFolder(), 'config', 'connection.ini'),
    path.join(install, 'config', 'connection.ini'),
  );
  const before = process.env['HARAKA'];
  process.env['HARAKA'] = install;
  const load = createRequire(path.join(harakaFolder(), 'package.json'));
  const connections: unknown = load('./connection.js');
  const transactions: unknown = load('./transaction.js');
  const states = member(member(load('haraka-constants'), 'connection'), 'state');
  if (before === undefined) delete process.env['HARAKA'];
  else process.env['HARAKA'] = before;
  const server = { address: () => ({ address: '127.0.0.1', port: 25 }), has_tls: false };
  opened = {
    load,
    dataState: member(states, 'DATA'),
    pausedState: member(states, 'PAUSE_DATA'),
    connect: (socket) => {
      const connection = call(connections, 'createConnection', socket, server);
      if (!isConnection(connection)) throw new Error('this is not the connection of Haraka 3.3');
      return connection;
    },
    begin: () => {
      const transaction = call(transactions, 'createTransaction', 'A.1', member(connections, 'cfg'));
      if (!isTransaction(transaction)) throw new Error('this is not the transaction of Haraka 3.3');
      return transaction;
    },
  };
  return opened;
}

/** A module of Haraka itself, such as `./plugins.js`. */
export function coreModule(name: string): unknown {
  return openCore().load(name);
}

/** Haraka's connection, whose own methods may be replaced like those of its class. */
type OpenConnection = HarakaConnection & MessageMethods;

/** Starts a session that has reached DATA; `prepare` does what a plugin does at start, for this connection alone. */
export function startCoreSession(prepare: (connection: OpenConnection) => void): CoreSession {
  const core = openCore();
  const socket = new FakeSocket();
  const connection = core.connect(socket);
  prepare(connection);
  const transaction = core.begin();
  connection.transaction = transaction;
  let isDone = false;
  Object.defineProperty(connection, 'data_done', {
    value: () => {
      isDone = true;
      // Core reads no further line before it has answered.
      Reflect.set(connection, 'state', core.pausedState);
    },
  });
  call(connection, 'accumulate_data', 'Received: from client.example\r\n\tby domain.com; now\r\n');
  Reflect.set(connection, 'state', core.dataState);
  const read = (options: PipeOptions): Promise<Buffer> =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const sink = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          chunks.push(chunk);
          done();
        },
        final: (done) => {
          resolve(Buffer.concat(chunks));
          done();
        },
      });
      call(transaction, 'end_data', () => transaction.message_stream.pipe(sink, options));
    });
  return {
    connection,
    replies: () => socket.written,
    isMessageDone: () => isDone,
    receive: (chunks) => {
      for (const chunk of chunks) if (!isDone) call(connection, 'process_data', chunk);
    },
    sent: () => read({ dot_stuffed: false, ending_dot: true }),
    queued: () => read({ dot_stuffed: false }),
  };
}
