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

/** Runs everything read from a message stream through a new filter for each reader; null where none is needed. */
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
    // The stream must be free for the next reader before the present one learns of its failure.
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
 * Doubles the leading dots of header lines, as those of the body are: Haraka 3.3 does not on the way into its queue, so that
 * the next server would read another header.
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
