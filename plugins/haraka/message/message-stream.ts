/*
 * Changes the octets of a message on its way out of Haraka: everything that sends or stores a message calls `pipe` of its
 * message stream.
 * Read from Haraka 3.3.4: haraka-message-stream (pipe, unpipe; dot_stuffed, dot_stuffing, ending_dot, clamd_style).
 */
import { Transform, type TransformCallback } from 'node:stream';
import { HeaderDotStuffing } from '../../../lib/smtp/index.js';
import type { HarakaMessageStream, HarakaTransaction, PipeOptions } from '../types.js';

/** Changes octets that come in chunks. */
export interface OctetFilter {
  push(chunk: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

class FilterStream extends Transform {
  readonly #filter: OctetFilter;

  constructor(filter: OctetFilter) {
    super();
    this.#filter = filter;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.push(this.#filter.push(chunk));
    done();
  }

  override _flush(done: TransformCallback): void {
    this.push(this.#filter.end());
    done();
  }
}

/** Makes the filter for one reader; null where none is needed. */
type NewFilter = (stream: HarakaMessageStream, options: PipeOptions) => OctetFilter | null;

type Pipe = (this: HarakaMessageStream, destination: NodeJS.WritableStream, options?: PipeOptions) => unknown;

/** A method `pipe` that runs what `pipe` reads through a new filter for each reader. */
function filtered(pipe: Pipe, newFilter: NewFilter): Pipe {
  return function (destination, options = {}) {
    // This form counts the octets of each line, for a scanner that does not pass the message on.
    const octets = options.clamd_style === true ? null : newFilter(this, options);
    if (octets === null) return pipe.call(this, destination, options);
    const filter = new FilterStream(octets);
    let isOpen = true;
    // The stream must be free for the next reader before the present one learns of its failure.
    const giveUp = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.unpipe();
      filter.destroy();
    };
    filter.once('end', () => {
      isOpen = false;
      destination.removeListener('error', giveUp);
      destination.removeListener('close', giveUp);
    });
    destination.prependOnceListener('error', giveUp);
    destination.prependOnceListener('close', giveUp);
    filter.pipe(destination, { end: options.end !== false });
    pipe.call(this, filter, { ...options, end: true });
    return destination;
  };
}

function replacePipe(holder: object, pipe: Pipe): void {
  Object.defineProperty(holder, 'pipe', { value: pipe, configurable: true, writable: true });
}

/** Runs everything read from a message stream through a new filter for each reader; null where none is needed. */
export function filterOutput(
  stream: HarakaMessageStream,
  newFilter: (options: PipeOptions) => OctetFilter | null,
): void {
  replacePipe(
    stream,
    filtered(stream.pipe, (_stream, options) => newFilter(options)),
  );
}

const stuffed = Symbol('stuffed');

/** A stream with the header whose dots are doubled; it is kept in the stream, which every message has. */
interface Stuffed {
  [stuffed]?: HarakaTransaction['header'];
}

function newStuffing(
  stream: HarakaMessageStream & Stuffed,
  { dot_stuffed: isUndone, dot_stuffing: isKept, ending_dot: isComplete }: PipeOptions,
): OctetFilter | null {
  const isOnTheWay = isComplete !== true && (isUndone === undefined ? isKept === true : !isUndone);
  const hasDots = stream[stuffed]?.header_list.some((field) => field.startsWith('.')) ?? false;
  return isOnTheWay && hasDots ? new HeaderDotStuffing() : null;
}

/** Classes of message streams, and single streams with a `pipe` of their own, that can stuff. */
const stuffing = new WeakSet<object>();

/** The object that has the method `pipe` of a stream: the stream itself, or its class. */
function holderOfPipe(stream: HarakaMessageStream): object {
  let holder: object = stream;
  for (;;) {
    if (Object.hasOwn(holder, 'pipe')) return holder;
    const parent: unknown = Object.getPrototypeOf(holder);
    if (typeof parent !== 'object' || parent === null) throw new Error('the message stream has no pipe');
    holder = parent;
  }
}

/**
 * Doubles the leading dots of header lines, as those of the body are: Haraka 3.3 does not on the way into its queue, so that
 * the next server would read another header.
 */
export function stuffHeaderDots(transaction: HarakaTransaction): void {
  const stream: HarakaMessageStream & Stuffed = transaction.message_stream;
  if (stream[stuffed] !== undefined) return;
  stream[stuffed] = transaction.header;
  const holder = holderOfPipe(stream);
  if (stuffing.has(holder)) return;
  stuffing.add(holder);
  replacePipe(holder, filtered(stream.pipe, newStuffing));
}
