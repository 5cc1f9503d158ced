/*
 * Replies as messages of Haraka: a DSN, from which core takes the SMTP code as well.
 * Undocumented, read from Haraka 3.3.4: connection.js respond recognizes a DSN by the name of its class.
 */
import * as dsn from 'haraka-dsn';
import type { Reply } from '../../lib/smtp/index.js';
import type { HarakaMessage } from './types.js';

/** A reply without an enhanced code. Core recognizes a message with a code of its own by the name of its class. */
class DSN {
  readonly code: number;
  readonly reply: string;

  constructor(code: number, text: string) {
    this.code = code;
    this.reply = text;
  }

  toString(): string {
    return this.reply;
  }
}

/** Turns a reply into a message with its codes; the enhanced one only where the reply has one. */
export function messageOf({ code, enhanced, text }: Reply): HarakaMessage {
  if (enhanced === '') return new DSN(code, text === '' ? 'no reason is given' : text);
  const [, subject, detail] = enhanced.split('.');
  return dsn.create(code, text, Number(subject), Number(detail));
}
