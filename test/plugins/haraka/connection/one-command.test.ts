import assert from 'node:assert/strict';
import * as constants from 'haraka-constants';
import {
  type ConnectionMethods,
  type CoreConnection,
  states,
} from '../../../../plugins/haraka/connection/connection-class.js';
import { keepCommandsApart } from '../../../../plugins/haraka/connection/one-command.js';
import { guard } from '../../../../plugins/support/guard.js';
import { type HookAnswer, succeedWith } from '../../../../plugins/support/respond.js';
import { fakeConnection, fakePlugin } from '../../fakes.js';

/** A connection of a class whose methods record what core would do. */
function open(state: number): { connection: CoreConnection; done: string[] } {
  const done: string[] = [];
  const nothing = (): void => undefined;
  const methods: ConnectionMethods = {
    process_line: (line) => done.push(`line ${line.toString()}`),
    process_data: nothing,
    _process_data: () => done.push('data'),
    respond: (code, _message, after) => {
      done.push(`reply ${String(code)}`);
      after?.();
    },
    setTLS: nothing,
    apply_proxy: nothing,
    loginfo: nothing,
    logdebug: nothing,
    logprotocol: nothing,
  };
  keepCommandsApart(methods);
  const client = { pause: nothing, resume: nothing, once: nothing };
  const own = { state, current_data: null, early_talker: false, hooks_to_run: [], client };
  return { connection: { ...fakeConnection(), ...methods, ...own }, done };
}

describe('one command at a time', () => {
  it('passes a line on while no hook runs', () => {
    const { connection, done } = open(states.command);
    connection.process_line(Buffer.from('NOOP\r\n'));
    assert.deepEqual(done, ['line NOOP\r\n']);
  });

  it('puts a line back while a hook runs or waits for its turn', () => {
    for (const running of [{ hooks_to_run: [['tls', 'upgrade']] }, { current_hook: ['tls', 'upgrade'] }]) {
      const { connection, done } = open(states.command);
      Object.assign(connection, running, { current_data: Buffer.from('RSET\r\n') });
      connection.process_line(Buffer.from('NOOP\r\n'));
      assert.deepEqual(done, []);
      assert.equal(connection.current_data?.toString(), 'NOOP\r\nRSET\r\n');
      assert.equal(connection.state, states.pauseSmtp);
      Object.assign(connection, { hooks_to_run: [], current_hook: null });
      connection._process_data();
      assert.deepEqual(done, ['data']);
      assert.equal(connection.state, states.command);
      connection.state = states.disconnected;
    }
  });

  it('gives other clients their turn after some commands of one packet', async () => {
    const { connection, done } = open(states.command);
    const total = 120;
    // Core's handling of lines that need no hook.
    const lookAt = (): void => {
      connection._process_data();
      while (connection.state === states.command && connection.current_data !== null) {
        const rest = connection.current_data;
        const line = rest.subarray(0, rest.indexOf('\n') + 1);
        connection.current_data = rest.length > line.length ? rest.subarray(line.length) : null;
        connection.process_line(line);
      }
    };
    connection.current_data = Buffer.from('NOOP\r\n'.repeat(total));
    const lines = (): number => done.filter((one) => one.startsWith('line')).length;
    const turns: number[] = [];
    while (lines() < total) {
      const before = lines();
      lookAt();
      lookAt();
      turns.push(lines() - before);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.ok(Math.max(...turns) <= 50, turns.join(' '));
    connection.state = states.disconnected;
  });

  it('says nothing to a client that is being disconnected', () => {
    const { connection, done } = open(states.disconnecting);
    connection.respond(250, 'OK', () => done.push('done'));
    assert.deepEqual(done, ['done']);
  });

  it('sends no reply of a hook that core did not wait for', async () => {
    const { connection, done } = open(states.command);
    let end: (answer: HookAnswer) => void = () => undefined;
    const late = new Promise<HookAnswer>((resolve) => {
      end = resolve;
    });
    const answered = new Promise<number | undefined>((resolve) => {
      guard(() => late).call(fakePlugin('pmdf/auth'), (code) => resolve(code), connection, undefined);
    });
    connection.respond(450, 'plugin timeout');
    end(succeedWith({ code: 235, text: 'welcome', ends: false }));
    assert.equal(await answered, constants.ok);
    assert.deepEqual(done, ['reply 450']);
  });
});
