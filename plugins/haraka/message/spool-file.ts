/*
 * The file into which core writes a long message. Core removes it after each message, also where there is none, which takes a
 * turn of the thread pool and an error; here it is removed only after messages that may have one.
 * Undocumented, read from Haraka 3.3.4: connection.js (reset_transaction_respond), connection.ini (spool_after);
 * haraka-message-stream (total_buffered, destroy): the file is opened when total_buffered has reached spool_after.
 */
import type { HarakaMessageStream, HarakaTransaction } from '../types.js';

/** Octets below which a message is short whatever the setting, as long as it is larger. */
const short = 1_048_576;

const shorterThan = Symbol('shorter than');

/** A stream with the octets below which it has no file. */
interface Spooled {
  readonly total_buffered?: number;
  [shorterThan]?: number;
}

type Destroy = (this: HarakaMessageStream & Spooled) => unknown;

/** Classes of message streams whose short messages have no file removed. */
const changed = new WeakSet<object>();

function isDestroy(value: unknown): value is Destroy {
  return typeof value === 'function';
}

/** Lets no file be removed for this message if it turns out short; for other kinds of streams nothing changes. */
export function keepInMemory({
  message_stream,
  cfg,
}: Pick<HarakaTransaction, 'message_stream' | 'cfg'>): void {
  const stream: HarakaMessageStream & Spooled = message_stream;
  const setting = Number(cfg?.main?.spool_after ?? -1);
  stream[shorterThan] = setting >= 0 ? Math.min(setting, short) : short;
  const methods: unknown = Object.getPrototypeOf(stream);
  if (typeof methods !== 'object' || methods === null || changed.has(methods)) return;
  changed.add(methods);
  const destroy: unknown = Reflect.get(methods, 'destroy');
  if (!isDestroy(destroy)) return;
  const value: Destroy = function () {
    const { total_buffered: octets = short } = this;
    return octets < (this[shorterThan] ?? 0) ? undefined : destroy.call(this);
  };
  Object.defineProperty(methods, 'destroy', { value, configurable: true, writable: true });
}
