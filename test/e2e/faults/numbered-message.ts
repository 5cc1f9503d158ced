/*
 * Messages that can be told apart and checked for completeness: the header and the last line contain the number.
 */

const NUMBER = /^X-Number: (\d+)\r?$/m;

const LINE = 'a line that makes the message long enough to be written in several pieces\r\n';

/** A message with a number of its own and about `size` octets. */
export function numberedMessage(number: number, size: number): string {
  const filling = LINE.repeat(Math.ceil(size / LINE.length));
  return `Subject: message ${number}\r\nX-Number: ${number}\r\n\r\n${filling}end of ${number}\r\n`;
}

/** The number of a message that arrived complete, else null. */
export function numberOf(raw: Buffer): number | null {
  const text = raw.toString('latin1');
  const number = NUMBER.exec(text)?.[1];
  return number !== undefined && text.endsWith(`\r\nend of ${number}\r\n`) ? Number(number) : null;
}
