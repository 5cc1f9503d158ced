/*
 * A line of Haraka's log in its three formats, with or without the prefix of syslog or Haraka:
 *   default   [NOTICE] [UUID.1] [core] recipient <a@b> code=OK msg="" sender=c@d
 *   logfmt    level=NOTICE uuid=UUID.1 origin=core message="recipient <a@b>" code=OK msg="" sender=c@d
 *   json      {"level":"NOTICE","uuid":"UUID.1","origin":"core","message":"recipient <a@b>","code":"OK",...}
 */
import { scanPairs, scanPath } from './scan-line.js';

/** A parsed line. */
export interface HarakaLine {
  /** The connection; `-` outside of one. */
  readonly connection: string;
  /** The number of the transaction; 0 outside of one. */
  readonly transaction: number;
  readonly origin: string;
  /** The first word of the message: `recipient`, `connect`, `disconnect`. */
  readonly what: string;
  /** The path after it; null if there is none. */
  readonly path: string | null;
  /** The whole message. */
  readonly message: string;
  readonly field: (name: string) => string | undefined;
}

const head =
  /\[(?:DATA|PROTOCOL|DEBUG|INFO|NOTICE|WARN|ERROR|CRIT|ALERT|EMERG)\] \[([^\]\s]*)\] \[([^\]]*)\] /;
const levelKey = /(?:^| )level=[A-Z]+ /;

/** `UUID.2`: a connection and the number of its transaction; outbound adds a further number. */
function idOf(uuid: string): { readonly connection: string; readonly transaction: number } {
  const dot = uuid.indexOf('.');
  if (dot === -1) return { connection: uuid, transaction: 0 };
  return { connection: uuid.slice(0, dot), transaction: Number.parseInt(uuid.slice(dot + 1), 10) || 0 };
}

/** Splits `recipient <a@b> code=OK` into its word, its path, and the offset of what follows. */
function splitMessage(message: string): { what: string; path: string | null; rest: number } {
  const blank = message.indexOf(' ');
  const end = blank === -1 ? message.length : blank;
  const path = scanPath(message, end + 1);
  return { what: message.slice(0, end), path: path?.text ?? null, rest: path?.end ?? end };
}

function fromDefault(line: string): HarakaLine | null {
  const found = head.exec(line);
  if (found === null) return null;
  const [whole, uuid = '', origin = ''] = found;
  const message = line.slice(found.index + whole.length).trimStart();
  const { what, path, rest } = splitMessage(message);
  let pairs: ReadonlyMap<string, string> | null = null;
  const field = (name: string): string | undefined => {
    pairs ??= scanPairs(message, rest);
    return pairs.get(name);
  };
  return { ...idOf(uuid), origin, what, path, message, field };
}

function fromFields(field: (name: string) => string | undefined): HarakaLine | null {
  const uuid = field('uuid');
  const origin = field('origin');
  if (uuid === undefined || origin === undefined) return null;
  const message = (field('message') ?? '').trimStart();
  const { what, path } = splitMessage(message);
  return { ...idOf(uuid), origin, what, path, message, field };
}

function fromLogfmt(line: string): HarakaLine | null {
  const at = levelKey.exec(line)?.index;
  if (at === undefined) return null;
  const pairs = scanPairs(line, at);
  return fromFields((name) => pairs.get(name));
}

/** A value as the other formats have it; an object has its text in `reply`. */
function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') return String(value);
  return 'reply' in value ? String(value.reply) : undefined;
}

function fromJson(line: string): HarakaLine | null {
  const at = line.indexOf('{"');
  if (at === -1) return null;
  let value: unknown;
  try {
    value = JSON.parse(line.slice(at));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('level' in value)) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  return fromFields((name) => textOf(fields.get(name)));
}

/** Parses a line; null if it is not one of Haraka. */
export function parseHarakaLine(line: string): HarakaLine | null {
  return fromDefault(line) ?? fromLogfmt(line) ?? fromJson(line);
}
