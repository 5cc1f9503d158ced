/*
 * What a client sent, in quotes, for a log.
 */
import { oneLine } from './reply.js';

const mostCharacters = 100;

/** A line in backticks, without its end: other than printable ASCII becomes `?`, and from 100 characters on it is cut. */
export function quotedLine(line: string): string {
  const text = line.trimEnd();
  const printable = text.slice(0, mostCharacters).replace(/[^\x20-\x7e]/g, '?');
  return `\`${printable}${text.length > mostCharacters ? '...' : ''}\``;
}

/** What turns text around, so that a line would seem to say something else. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** A text as a field of a log line, in double quotes; those in it become single ones, so that it ends where it seems to. */
export function quotedField(text: string): string {
  return `"${oneLine(text).replace(turning, ' ').replaceAll('"', "'")}"`;
}
