/*
 * The options that describe a session: a client, what it did before MAIL FROM, and an envelope.
 */

import { asciiDomain, canonicalAddress } from '../../lib/address/index.js';
import type { SessionRequest } from '../../lib/decide/index.js';
import type { Arguments, Option } from './arguments.js';
import { UsageError } from './usage-error.js';
import { brief, quoted } from './visible.js';

/** A session as the command line gives it. */
export interface SessionInput {
  readonly request: SessionRequest;
  /** Whether DNS is queried for the name of the client. */
  readonly live: boolean;
}

const defaultServer = '127.0.0.1';
const defaultPort = 25;

/** The options that describe a session. */
export const sessionOptions: readonly Option[] = [
  { name: 'client', takes: 'a word', value: 'IP', aliases: ['ip'], help: "the client's address; also --ip" },
  {
    name: 'name',
    takes: 'a word',
    value: 'NAME',
    help: 'its reverse name, assumed to be confirmed; default: none',
  },
  {
    name: 'live',
    takes: 'nothing',
    help: 'look its name up in DNS, as the gateway does',
  },
  { name: 'helo', takes: 'a word', value: 'HOST', help: 'the name it gives in EHLO' },
  { name: 'tls', takes: 'nothing', help: 'the session is under TLS' },
  { name: 'auth', takes: 'a word', value: 'USER', help: 'the client authenticated as this user' },
  {
    name: 'server',
    takes: 'a word',
    value: 'IP',
    help: `the address it connected to; default: ${defaultServer}`,
  },
  {
    name: 'port',
    takes: 'a word',
    value: 'N',
    help: `the port it connected to; default: ${defaultPort}`,
  },
  {
    name: 'from',
    takes: 'a word',
    value: 'ADDRESS',
    aliases: ['envfrom'],
    help: "MAIL FROM; '' or <> for the null sender; also --envfrom",
  },
  {
    name: 'to',
    takes: 'words',
    value: 'ADDRESS',
    aliases: ['rcpt', 'envto'],
    help: 'RCPT TO; several addresses, or the option several times; also --rcpt and --envto',
  },
];

/** Suggests the options that were left out before `IP FROM TO...`. */
export function positionalHint(words: readonly string[]): string {
  const [client = '', from, ...to] = words;
  const options = '--client IP --from ADDRESS --to ADDRESS...';
  const address = canonicalAddress(client);
  if (address === null || from === undefined || to.length === 0)
    return `name each part with its option: ${options}`;
  const written = [from, ...to].map(shellWord);
  return `write --client ${address} --from ${written[0]} --to ${written.slice(1).join(' ')}`;
}

/** A word as it is typed in a shell. */
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

/** Reads a session from the options. Throws UsageError. */
export function readSession(given: Arguments): SessionInput {
  const from = given.values.get('from');
  const to = given.lists.get('to');
  const client = ipOption(given, 'client', null);
  if (from === undefined) throw new UsageError('`--from` is needed', "write `--from ''` for the null sender");
  if (to === undefined) throw new UsageError('`--to` is needed');
  const name = wordOption(given, 'name');
  const live = given.flags.has('live');
  if (live && name !== null) throw new UsageError('`--name` and `--live` exclude each other');
  return {
    request: {
      client: { address: client, port: 0 },
      server: { address: ipOption(given, 'server', defaultServer), port: portOption(given) },
      reverseName: givenName(name),
      helo: wordOption(given, 'helo'),
      esmtp: true,
      tls: given.flags.has('tls'),
      authUser: wordOption(given, 'auth'),
      from,
      to,
    },
    live,
  };
}

/** A name that is given counts as confirmed. */
export function givenName(name: string | null): SessionRequest['reverseName'] {
  if (name === null) return { kind: 'none', cause: 'none is given' };
  return { kind: 'confirmed', name: asciiDomain(name) };
}
