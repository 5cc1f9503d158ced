/*
 * The cause of a connection's end: the server sent a line that is not SMTP. Its message does not quote that line, which may
 * repeat a password that was sent to the server; who knows the passwords may quote it.
 */
export class NotSmtp extends Error {
  readonly line: string;

  constructor(line: string) {
    super('the server sent something other than SMTP');
    this.line = line;
  }
}
