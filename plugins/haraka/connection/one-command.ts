/*
 * One command at a time. Core reads the next line of a packet as soon as a reply has left, even while the hook that
 * sent it, or another plugin's after it, still runs. A hook that starts then ends the process. Here such a line waits
 * until no hook runs. A reply to a client that is being disconnected is not sent, since it would make core take commands
 * again; and a line that came too early waits without keeping the processor busy. After some commands of one packet
 * the other clients have their turn.
 * Ref: RFC 2920 3.1; Haraka 3.3.4 plugins.js run_hooks, connection.js _process_data
 */
import { type ConnectionMethods, type CoreConnection, states } from './connection-class.js';

const pollMs = 5;

/** Commands that are answered at once, before other clients have their turn. */
const mostInTurn = 50;

/** How many commands were looked at in this turn. */
const turns = new WeakMap<CoreConnection, number>();

/** Connections that wait for their next turn. */
const resting = new WeakSet<CoreConnection>();

/** States to go back to, of connections whose next line waits for the end of a hook. */
const held = new WeakMap<CoreConnection, number>();

/** Connections that are looked at again soon. */
const polled = new WeakSet<CoreConnection>();

/** How many replies have left. */
const replies = new WeakMap<object, number>();

/** How many replies a connection has had: a hook sees by it that core answered when it was too late. */
export function repliesSoFar(connection: object): number {
  return replies.get(connection) ?? 0;
}

function runsHook({ hooks_to_run: next, current_hook: running }: CoreConnection): boolean {
  return next.length > 0 || (running !== undefined && running !== null);
}

function isLeaving({ state }: CoreConnection): boolean {
  return state >= states.disconnecting;
}

/** Looks at the waiting lines again; hooks that are cancelled say nothing, so their end is asked for. */
function pollSoon(connection: CoreConnection): void {
  if (polled.has(connection)) return;
  polled.add(connection);
  setTimeout(() => {
    polled.delete(connection);
    resting.delete(connection);
    if (!isLeaving(connection)) connection._process_data();
  }, pollMs);
}

function hold(connection: CoreConnection, line: Buffer): void {
  held.set(connection, connection.state);
  const rest = connection.current_data;
  connection.current_data = rest === null ? line : Buffer.concat([line, rest]);
  connection.state = states.pauseSmtp;
  pollSoon(connection);
}

/** Tells whether a line is there, which core would look at again and again until the reply has left. */
function spins({ state, current_data: waiting, early_talker: isEarly }: CoreConnection): boolean {
  const paused = state === states.pause || state === states.pauseSmtp;
  return paused && isEarly && waiting?.includes('\n') === true;
}

/** Keeps the commands of all connections apart. */
export function keepCommandsApart(methods: ConnectionMethods): void {
  const { process_line: processLine, _process_data: processData, respond } = methods;

  methods.process_line = function (line) {
    const takesCommands = this.state === states.command || this.state === states.loop;
    const before = turns.get(this) ?? 0;
    turns.set(this, before + 1);
    if (takesCommands && before >= mostInTurn) resting.add(this);
    if (takesCommands && (runsHook(this) || resting.has(this))) hold(this, line);
    else processLine.call(this, line);
  };

  methods._process_data = function () {
    if (resting.has(this) && !isLeaving(this)) return;
    turns.set(this, 0);
    const before = held.get(this);
    if (before !== undefined && !isLeaving(this)) {
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
    replies.set(this, repliesSoFar(this) + 1);
    if (this.state !== states.disconnecting) return respond.call(this, code, message, done);
    done?.();
    return undefined;
  };
}
