/*
 * A message on its way into a file or a connection. Tells whether a message was copied whole into a queue file. Core removes a file that it could not write whole and gives
 * it its final name at the same time, and either may win.
 */

/** A message in the form in which it is sent. */
export interface MessageText {
  pipe(destination: NodeJS.WritableStream, options?: { readonly dot_stuffed?: boolean }): unknown;
}

/** A message with further header lines on top. */
export function withHeader(text: MessageText, header: readonly string[]): MessageText {
  return {
    pipe: (destination, options) => {
      for (const line of header) destination.write(`${line}\r\n`);
      return text.pipe(destination, options);
    },
  };
}

/** What core gets in place of the message, and what became of the copy. */
export interface WatchedCopy {
  readonly text: MessageText;
  isWhole(): boolean;
}

/** Watches a message while core copies it, once. */
export function watchCopy(text: MessageText): WatchedCopy {
  let isWhole = false;
  return {
    text: {
      pipe: (destination, options) => {
        isWhole = true;
        destination.once('error', () => {
          isWhole = false;
        });
        return text.pipe(destination, options);
      },
    },
    isWhole: () => isWhole,
  };
}
