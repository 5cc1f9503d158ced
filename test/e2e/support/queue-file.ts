/*
 * Reads and writes files of Haraka's queue: four octets of length, the envelope as JSON, the message.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The names in the folder of a queue, without the folder that is ours. */
export function namesInQueue(folder: string): string[] {
  return readdirSync(folder).filter((name) => name !== 'pmdf');
}

/** The recipients of a queue file, or none if the file is gone or incomplete. */
export function recipientsInFile(folder: string, name: string): string[] {
  if (!/^\d/.test(name)) return [];
  let content: Buffer;
  try {
    content = readFileSync(path.join(folder, name));
  } catch {
    return [];
  }
  const envelope: unknown = JSON.parse(content.subarray(4, 4 + content.readUInt32BE(0)).toString('utf8'));
  const recipients: unknown = Reflect.get(Object(envelope), 'rcpt_to');
  if (!Array.isArray(recipients)) throw new Error(`${name} has no recipients`);
  return recipients.map((one: unknown) => {
    const original: unknown = typeof one === 'string' ? one : Reflect.get(Object(one), 'original');
    return String(original).replace(/^<|>$/g, '');
  });
}

/** A message that waits in the queue. */
export interface WaitingMail {
  readonly from: string;
  readonly to: readonly string[];
  /** How long ago it came, in hours. */
  readonly ageHours?: number;
  readonly notes: Readonly<Record<string, unknown>>;
  /** With LF, and dots not doubled. */
  readonly message: string;
}

/** An address as Haraka writes it. */
function addressIn(text: string): object {
  const at = text.lastIndexOf('@');
  const host = text.slice(at + 1);
  return { original: `<${text}>`, original_host: host, host, user: text.slice(0, Math.max(0, at)) };
}

let count = 0;

/** Writes a file that Haraka delivers when it starts. */
export function writeWaitingMail(folder: string, mail: WaitingMail): void {
  const arrived = Date.now() - (mail.ageHours ?? 0) * 3_600_000;
  const [first = ''] = mail.to;
  const todo = {
    queue_time: arrived,
    domain: first.slice(first.lastIndexOf('@') + 1),
    rcpt_to: mail.to.map(addressIn),
    mail_from:
      mail.from === '' ? { original: '<>', original_host: '', host: '', user: '' } : addressIn(mail.from),
    notes: mail.notes,
    uuid: `WAITING-${count}`,
  };
  const head = Buffer.from(`\n${JSON.stringify(todo)}\n`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  count += 1;
  // No process has the number 0.
  const name = [arrived, arrived, 0, 0, 'AbCdEf', count, 'test'].join('_');
  const text = mail.message.replace(/^\./gm, '..').replace(/\n/g, '\r\n');
  writeFileSync(path.join(folder, name), Buffer.concat([length, head, Buffer.from(text)]));
}
