/*
 * One command at a time. Core processes the next line of a packet as soon as a reply has left, even while the hook that
 * sent it, or one after it, still runs; starting another hook then ends the process. Here such a line waits until no hook
 * runs. A reply to a client that is being disconnected is not sent, since core would then accept commands again, and a line
 * that arrives too early waits without using the processor. After some commands of one packet other clients get a turn.
 * Read from Haraka 3.3.4: plugins.js run_hooks, connection.js _process_data. Ref: RFC 2920 3.1
 */
import type { HarakaConnection } from '../types.js';
import { type ConnectionMethods, type CoreConnection, isClosing, states } from './connection-class.js';

const pollMs = 5;

/** Commands that are answered before other clients get their turn. */
const mostInTurn = 50;

/** What is counted of a connection. */
interface Counts {
  /** Commands processed in this turn. */
  commands: number;
  replies: number;
}

const counts = Symbol('counts');

/** A connection with its counts, which are kept in it: a map would cost more than counting. */
interface Counted {
  [counts]?: Counts;
}

function countsOf(connection: CoreConnection & Counted): Counts {
  let found = connection[counts];
  if (found === undefined) {
    found = { commands: 0, replies: 0 };
    connection[counts] = found;
  }
  return found;
}

/** Connections that wait for their next turn. */
const resting = new WeakSet<CoreConnection>();

/** Connections whose next line waits for the end of a hook, and the state to return to. */
const held = new WeakMap<CoreConnection, number>();

/** Connections that are polled soon. */
const polled = new WeakSet<CoreConnection>();

/** How many replies a connection has sent: shows a hook that core answered for it after a timeout. */
export function repliesSoFar(connection: HarakaConnection & Counted): number {
  return connection[counts]?.replies ?? 0;
}

function runsHook({ hooks_to_run: next, current_hook: running }: CoreConnection): boolean {
  return next.length > 0 || (running !== undefined && running !== null);
}

/** Polls for the end of the hook: a hook that is cancelled does not report it. */
function pollSoon(connection: CoreConnection): void {
  if (polled.has(connection)) return;
  polled.add(connection);
  setTimeout(() => {
    polled.delete(connection);
    resting.delete(connection);
    if (!isClosing(connection)) connection._process_data();
  }, pollMs);
}

function hold(connection: CoreConnection, line: Buffer): void {
  held.set(connection, connection.state);
  const rest = connection.current_data;
  connection.current_data = rest === null ? line : Buffer.concat([line, rest]);
  connection.state = states.pauseSmtp;
  pollSoon(connection);
}

/** Whether core would process the waiting line in a busy loop until the reply has left. */
function spins({ state, current_data: waiting, early_talker: isEarly }: CoreConnection): boolean {
  const isPaused = state === states.pause || state === states.pauseSmtp;
  return isPaused && isEarly && waiting?.includes('\n') === true;
}

/** Keeps the commands of all connections apart. */
export function keepCommandsApart(methods: ConnectionMethods): void {
  const { process_line: processLine, _process_data: processData, respond } = methods;

  methods.process_line = function (line) {
    if (this.state !== states.command && this.state !== states.loop) {
      processLine.call(this, line);
      return;
    }
    const counted = countsOf(this);
    if (counted.commands >= mostInTurn) resting.add(this);
    counted.commands += 1;
    if (runsHook(this) || resting.has(this)) hold(this, line);
    else processLine.call(this, line);
  };

  methods._process_data = function () {
    if (resting.has(this) && !isClosing(this)) return;
    countsOf(this).commands = 0;
    const before = held.get(this);
    if (before !== undefined && !isClosing(this)) {
      if (runsHook(this)) {
        pollSoon(this);
        return;
      }
      held.delete(this);
      if (this.state === states.pauseSmtp) this.state = before;
    }
    if (spins(this)) pollSoon(this);
    else processData.call(this);
  };

  methods.respond = function (code, message, done) {
    countsOf(this).replies += 1;
    if (this.state !== states.disconnecting) return respond.call(this, code, message, done);
    done?.();
    return undefined;
  };
}
