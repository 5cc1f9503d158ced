/*
 * A message on its way out of Haraka: everything that sends it on or keeps it calls `pipe` of its message stream. Here
 * the octets can still be changed.
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

/**
 * Lets all that is read from a message stream from now on run through a new filter each time; null where none is needed.
 */
export function filterOutput(
  stream: HarakaMessageStream,
  newFilter: (options: PipeOptions) => OctetFilter | null,
): void {
  const pipe = stream.pipe.bind(stream);
  const filtered: HarakaMessageStream['pipe'] = (destination, options = {}) => {
    // This form counts the octets of each line, for a scanner that does not pass the message on.
    if (options.clamd_style === true) return pipe(destination, options);
    const octets = newFilter(options);
    if (octets === null) return pipe(destination, options);
    const filter = new FilterStream(octets);
    let isOpen = true;
    // The stream must be free for another reader before the reader before it hears of its failure.
    const giveUp = (): void => {
      if (!isOpen) return;
      isOpen = false;
      stream.unpipe();
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
    pipe(filter, { ...options, end: true });
    return destination;
  };
  Object.defineProperty(stream, 'pipe', { value: filtered, configurable: true, writable: true });
}

const stuffed = new WeakSet<HarakaMessageStream>();

/**
 * Has the leading dots of header lines doubled where those of the text are: Haraka 3.3 forgets them on the way into its
 * queue, so that the next server would read another header.
 */
export function stuffHeaderDots({ message_stream: stream, header }: HarakaTransaction): void {
  if (stuffed.has(stream)) return;
  stuffed.add(stream);
  filterOutput(stream, ({ dot_stuffed: isUndone, dot_stuffing: isKept, ending_dot: isComplete }) => {
    const isOnTheWay = isComplete !== true && (isUndone === undefined ? isKept === true : !isUndone);
    const hasDots = header.header_list.some((field) => field.startsWith('.'));
    return isOnTheWay && hasDots ? new HeaderDotStuffing() : null;
  });
}
