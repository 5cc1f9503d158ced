/*
 * Tells whether a message was copied whole into a queue file. Core removes a file that it could not write whole and gives
 * it its final name at the same time, and either may win; and it waits for ever for a message that cannot be read.
 */
import type { EventEmitter } from 'node:events';

/** A message that can be written into a queue file. */
export interface CopySource extends Pick<EventEmitter, 'on' | 'off'> {
  pipe(destination: NodeJS.WritableStream, options?: { readonly dot_stuffed?: boolean }): unknown;
}

/** What core gets in place of the message, and what became of the copy. */
export interface WatchedCopy {
  readonly message_stream: Pick<CopySource, 'pipe'>;
  isWhole(): boolean;
  /** Ends the watch. */
  close(): void;
}

/** Watches a message while core copies it, once; header lines, without line ends, come on top of it. */
export function watchCopy(source: CopySource, header: readonly string[]): WatchedCopy {
  let state: 'unread' | 'copied' | 'torn' = 'unread';
  let copy: NodeJS.WritableStream | undefined;
  const onUnreadable = (): void => {
    state = 'torn';
    copy?.emit('error', new Error('the message cannot be read'));
  };
  source.on('error', onUnreadable);
  return {
    message_stream: {
      pipe: (destination, options) => {
        copy = destination;
        destination.once('error', () => {
          state = 'torn';
        });
        if (state === 'torn') return destination.emit('error', new Error('the message cannot be read'));
        state = 'copied';
        for (const line of header) destination.write(`${line}\r\n`);
        return source.pipe(destination, options);
      },
    },
    isWhole: () => state === 'copied',
    close: () => {
      source.off('error', onUnreadable);
    },
  };
}
