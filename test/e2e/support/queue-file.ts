/*
 * Reads files of Haraka's queue: four octets of length, the envelope as JSON, the message.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';

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
