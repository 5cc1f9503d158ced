/*
 * What `pmdf explain` is asked: a client, what it did before MAIL FROM, and an envelope.
 */

import { canonicalAddress } from '../../lib/address/index.js';
import type { Endpoint } from '../../lib/policy/index.js';
import { type Arguments, brief, type Option, quoted, UsageError } from '../support/index.js';

/** A connection and an envelope, as the command line tells them. */
export interface ExplainRequest {
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** The confirmed name of the client; null for none, or where DNS is asked. */
  readonly name: string | null;
  /** Whether DNS is asked for the name. */
  readonly live?: boolean;
  readonly helo: string | null;
  readonly tls: boolean;
  readonly authUser: string | null;
  /** As typed, with or without brackets. */
  readonly from: string;
  readonly to: readonly string[];
}

/** An address without the brackets that it may have been typed with. */
export function withoutBrackets(address: string): string {
  return address.startsWith('<') && address.endsWith('>') ? address.slice(1, -1) : address;
}

const defaultServer = '127.0.0.1';
const defaultPort = 25;

/** The options of `pmdf explain`. */
export const explainOptions: readonly Option[] = [
  { name: 'client', takes: 'a word', value: 'IP', aliases: ['ip'], help: "the client's address; also --ip" },
  {
    name: 'name',
    takes: 'a word',
    value: 'NAME',
    help: 'its reverse name, taken as confirmed; none when not given',
  },
  {
    name: 'live',
    takes: 'nothing',
    help: 'ask DNS for its name, as the gateway does; without it no DNS is asked',
  },
  { name: 'helo', takes: 'a word', value: 'HOST', help: 'what it says in EHLO' },
  { name: 'tls', takes: 'nothing', help: 'the session is under TLS' },
  { name: 'auth', takes: 'a word', value: 'USER', help: 'the client authenticated as this user' },
  {
    name: 'server',
    takes: 'a word',
    value: 'IP',
    help: `the address it connected to; ${defaultServer} when not given`,
  },
  {
    name: 'port',
    takes: 'a word',
    value: 'N',
    help: `the port it connected to; ${defaultPort} when not given`,
  },
  {
    name: 'from',
    takes: 'a word',
    value: 'ADDRESS',
    aliases: ['envfrom'],
    help: "MAIL FROM; '' or <> for the null path; also --envfrom",
  },
  {
    name: 'to',
    takes: 'words',
    value: 'ADDRESS',
    aliases: ['rcpt', 'envto'],
    help: 'RCPT TO; several words, or the option several times; also --rcpt and --envto',
  },
];

/** Names the options that words without one most likely belong to: `IP FROM TO...`. */
export function positionalHint(words: readonly string[]): string {
  const [client = '', from, ...to] = words;
  const options = '--client IP --from ADDRESS --to ADDRESS...';
  const address = canonicalAddress(client);
  if (address === null || from === undefined || to.length === 0)
    return `every part has an option: ${options}`;
  const written = [from, ...to].map(shellWord);
  return `write --client ${address} --from ${written[0]} --to ${written.slice(1).join(' ')}`;
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[-\w.@+=:,]+$/.test(word) ? brief(word) : `'${brief(word).replaceAll("'", "'\\''")}'`;
}

function ipOption(given: Arguments, name: string, fallback: string | null): string {
  const written = given.values.get(name) ?? fallback;
  if (written === null) throw new UsageError(`\`--${name}\` is needed`);
  const address = canonicalAddress(written);
  if (address !== null) return address;
  const bare = canonicalAddress(written.replace(/^\[(?:IPv6:)?|\]$|\/[0-9]+$/gi, ''));
  const hint = bare === null ? null : `write \`--${name} ${bare}\``;
  throw new UsageError(`\`--${name}\` is an IP address, not ${quoted(written)}`, hint);
}

function portOption(given: Arguments): number {
  const written = given.values.get('port') ?? String(defaultPort);
  const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError(`\`--port\` is a number from 1 to 65535, not ${quoted(written)}`);
}

function wordOption(given: Arguments, name: string): string | null {
  const written = given.values.get(name);
  return written === undefined || written === '' ? null : written;
}

/** Reads the request from the options. Throws UsageError. */
export function readRequest(given: Arguments): ExplainRequest {
  const from = given.values.get('from');
  const to = given.lists.get('to');
  const client = ipOption(given, 'client', null);
  if (from === undefined) throw new UsageError('`--from` is needed', "write `--from ''` for the null path");
  if (to === undefined) throw new UsageError('`--to` is needed');
  const name = wordOption(given, 'name');
  const live = given.flags.has('live');
  if (live && name !== null) {
    throw new UsageError('`--name` and `--live` exclude each other', 'DNS knows the name, or you do');
  }
  return {
    client: { address: client, port: 0 },
    server: { address: ipOption(given, 'server', defaultServer), port: portOption(given) },
    name,
    live,
    helo: wordOption(given, 'helo'),
    tls: given.flags.has('tls'),
    authUser: wordOption(given, 'auth'),
    from,
    to,
  };
}
