/*
 * Bounds what a client makes core keep in memory. Core keeps reading while a command is being answered, however long that
 * takes, and keeps answering a client that does not read. Here a client that is more than a few packets ahead is not read
 * from until its commands were processed, and one that does not read its replies gets no more of them.
 * Messages are left to core. Read from Haraka 3.3.4: connection.js process_data, _process_data.
 */
import { type ConnectionMethods, type CoreConnection, isClosing, states } from './connection-class.js';

/** Octets that may wait to be processed, beside one packet. */
const mostWaiting = 65_536;
/** Octets of replies that may wait to be read, beside those to the commands of one turn. */
const mostUnread = 65_536;

const paused = new WeakSet<CoreConnection>();
const unread = new WeakSet<CoreConnection>();

function isInMessage({ state }: CoreConnection): boolean {
  return state === states.data || state === states.pauseData;
}

function waiting({ current_data: rest }: CoreConnection): number {
  return rest?.length ?? 0;
}

/** Whether too many replies are unread; if so, processing continues once they are read. */
function hasUnreadReplies(connection: CoreConnection): boolean {
  const { client } = connection;
  const octets = client.targetsocket?.writableLength ?? 0;
  if (octets <= mostUnread) return false;
  if (!unread.has(connection)) {
    unread.add(connection);
    client.once('drain', () => {
      unread.delete(connection);
      if (!isClosing(connection)) connection._process_data();
    });
  }
  return true;
}

/** Bounds the memory of all connections. */
export function boundInput(methods: ConnectionMethods): void {
  const { process_data: receive, _process_data: process } = methods;

  methods.process_data = function (data) {
    receive.call(this, data);
    if (waiting(this) <= mostWaiting || isInMessage(this) || isClosing(this)) return;
    paused.add(this);
    this.client.pause();
  };

  methods._process_data = function () {
    if (isClosing(this) || (!isInMessage(this) && hasUnreadReplies(this))) return;
    process.call(this);
    if (!paused.has(this) || waiting(this) > mostWaiting / 2) return;
    // Core itself has paused the client.
    if (isClosing(this) || this.state === states.pauseData) return;
    paused.delete(this);
    this.client.resume();
  };
}
