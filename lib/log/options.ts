/*
 * The options of option.dat about the log.
 * Ref: PMDF 7.3.6
 */

export interface LogOptions {
  /** LOG_FORMAT: 1 text, 2 text with `<>` for an empty address, 4 XML. */
  readonly format: 1 | 2 | 4;
  /** LOG_CONNECTION, the sum of its bits. */
  readonly connection: number;
  readonly node: boolean;
  readonly process: boolean;
  readonly envelopeId: boolean;
  readonly messageId: boolean;
  readonly username: boolean;
  /** SEPARATE_CONNECTION_LOG: entries about connections go to connection.log_current. */
  readonly separateConnections: boolean;
}

/** Without option.dat. */
export const usualLogOptions: LogOptions = Object.freeze({
  format: 1,
  connection: 0,
  node: false,
  process: false,
  envelopeId: false,
  messageId: false,
  username: false,
  separateConnections: false,
});

/** The bits of LOG_CONNECTION by what they add to the log. */
const bits = {
  /** The other host, in entries about messages. */
  systems: 1,
  connections: 2,
  transport: 32,
  application: 64,
} as const;

/** Whether LOG_CONNECTION asks for something. */
export function logs({ connection }: LogOptions, what: keyof typeof bits): boolean {
  return (connection & bits[what]) !== 0;
}
