/*
 * A message on its way into a queue file or to a server.
 */

/** A message in the form in which it is sent. */
export interface MessageText {
  pipe(destination: NodeJS.WritableStream, options?: { readonly dot_stuffed?: boolean }): unknown;
}

/** A message with further header lines on top; they come without line ends. */
export function withHeader(text: MessageText, header: readonly string[]): MessageText {
  return {
    pipe: (destination, options) => {
      for (const line of header) destination.write(`${line}\r\n`);
      return text.pipe(destination, options);
    },
  };
}
