/*
 * How much of a client is kept in memory: core reads on while a command is being answered, however long that takes, and
 * goes on answering a client that reads nothing. Here a client that is ahead by more than a few packets is not read from
 * until its commands were looked at, and one that leaves its replies unread gets no further ones.
 * The lines of a message, and what comes after its end, are core's business.
 */
import { type ConnectionMethods, type CoreConnection, states } from './connection-class.js';

/** Octets that may wait to be looked at, beside one packet. */
const mostWaiting = 65_536;
/** Octets of replies that may wait to be read, beside those to the commands of one turn. */
const mostUnread = 65_536;

const paused = new WeakSet<CoreConnection>();
const unread = new WeakSet<CoreConnection>();

function isInMessage({ state }: CoreConnection): boolean {
  return state === states.data || state === states.pauseData;
}

function isLeaving({ state }: CoreConnection): boolean {
  return state >= states.disconnecting;
}

function waiting({ current_data: rest }: CoreConnection): number {
  return rest?.length ?? 0;
}

/** Whether the client does not read; waits for it to do so. */
function leavesRepliesUnread(connection: CoreConnection): boolean {
  const { client } = connection;
  const octets: unknown = Reflect.get(Object(client.targetsocket), 'writableLength');
  if (typeof octets !== 'number' || octets <= mostUnread) return false;
  if (!unread.has(connection)) {
    unread.add(connection);
    client.once('drain', () => {
      unread.delete(connection);
      if (!isLeaving(connection)) connection._process_data();
    });
  }
  return true;
}

/** Bounds what is kept of all connections. */
export function boundInput(methods: ConnectionMethods): void {
  const { process_data: processData, _process_data: lookAtData } = methods;

  methods.process_data = function (data) {
    processData.call(this, data);
    if (waiting(this) <= mostWaiting || isInMessage(this) || isLeaving(this)) return;
    paused.add(this);
    this.client.pause();
  };

  methods._process_data = function () {
    if (isLeaving(this) || (!isInMessage(this) && leavesRepliesUnread(this))) return;
    lookAtData.call(this);
    // Core itself reads nothing while it pauses the client.
    if (!paused.has(this) || waiting(this) > mostWaiting / 2) return;
    if (isLeaving(this) || this.state === states.pauseData) return;
    paused.delete(this);
    this.client.resume();
  };
}
