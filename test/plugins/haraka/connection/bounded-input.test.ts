import assert from 'node:assert/strict';
import { boundInput } from '../../../../plugins/haraka/connection/bounded-input.js';
import {
  type ConnectionMethods,
  type CoreConnection,
  states,
} from '../../../../plugins/haraka/connection/connection-class.js';
import { fakeConnection } from '../../fakes.js';

const packet = Buffer.alloc(50_000);

interface Opened {
  readonly connection: CoreConnection;
  /** Calls on the socket, and when core processed its input. */
  readonly done: string[];
  readonly socket: { writableLength: number };
  drain(): void;
}

/** A connection whose core keeps all input until the test takes it. */
function open(state: number): Opened {
  const done: string[] = [];
  const drained: (() => void)[] = [];
  const nothing = (): void => undefined;
  const methods: ConnectionMethods = {
    process_data(data) {
      this.current_data = Buffer.concat([this.current_data ?? Buffer.alloc(0), data]);
    },
    _process_data: () => done.push('look'),
    process_line: nothing,
    respond: nothing,
    setTLS: nothing,
    apply_proxy: nothing,
    loginfo: nothing,
    logdebug: nothing,
    logprotocol: nothing,
  };
  boundInput(methods);
  const socket = { writableLength: 0 };
  const client = {
    targetsocket: socket,
    pause: () => done.push('pause'),
    resume: () => done.push('resume'),
    once: (_event: 'drain', listener: () => void) => drained.push(listener),
  };
  const own = { state, current_data: null, early_talker: false, hooks_to_run: [], client };
  const drain = (): void => {
    socket.writableLength = 0;
    for (const listener of drained.splice(0)) listener();
  };
  return { connection: { ...fakeConnection(), ...methods, ...own }, done, socket, drain };
}

describe('the input kept in memory for a client', () => {
  it('does not grow while commands wait, and reading continues when they were processed', () => {
    const { connection, done } = open(states.pauseSmtp);
    connection.process_data(packet);
    assert.deepEqual(done, []);
    connection.process_data(packet);
    assert.deepEqual(done, ['pause']);
    connection._process_data();
    assert.deepEqual(done, ['pause', 'look']);
    connection.current_data = null;
    connection._process_data();
    assert.deepEqual(done, ['pause', 'look', 'look', 'resume']);
  });

  it('is left to Haraka within a message and after its end', () => {
    for (const state of [states.data, states.pauseData]) {
      const { connection, done } = open(state);
      connection.process_data(packet);
      connection.process_data(packet);
      assert.deepEqual(done, []);
    }
  });

  it('does not grow through replies that the client does not read', () => {
    const { connection, done, socket, drain } = open(states.command);
    socket.writableLength = 100_000;
    connection._process_data();
    connection._process_data();
    assert.deepEqual(done, []);
    drain();
    assert.deepEqual(done, ['look']);
  });
});
