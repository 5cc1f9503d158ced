/*
 * The options that describe a session: a client, what it did before MAIL FROM, and an envelope.
 */

import { asciiDomain, canonicalAddress } from '../../lib/address/index.js';
import type { SessionRequest } from '../../lib/decide/index.js';
import { type Arguments, flagOption, type Option, wordOption, wordsOption } from './arguments.js';
import { shellQuoted } from './shell-word.js';
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
  wordOption('client', 'IP', "the client's address; also --ip", { aliases: ['ip'] }),
  wordOption('name', 'NAME', 'its reverse name, assumed to be confirmed; default: none'),
  flagOption('live', 'look its name up in DNS, as the gateway does'),
  wordOption('helo', 'HOST', 'the name it gives in EHLO'),
  flagOption('tls', 'the session is under TLS'),
  wordOption('auth', 'USER', 'the client authenticated as this user'),
  wordOption('server', 'IP', `the address it connected to; default: ${defaultServer}`),
  wordOption('port', 'N', `the port it connected to; default: ${defaultPort}`),
  wordOption('from', 'ADDRESS', "MAIL FROM; '' or <> for the null sender; also --envfrom", {
    aliases: ['envfrom'],
  }),
  wordsOption(
    'to',
    'ADDRESS',
    'RCPT TO; several addresses, or the option several times; also --rcpt and --envto',
    { aliases: ['rcpt', 'envto'] },
  ),
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
  return /^[-\w.@+=:,]+$/.test(word) ? brief(word) : shellQuoted(brief(word));
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

function nonEmpty(given: Arguments, name: string): string | null {
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
  const name = nonEmpty(given, 'name');
  const live = given.flags.has('live');
  if (live && name !== null) throw new UsageError('`--name` and `--live` exclude each other');
  return {
    request: {
      client: { address: client, port: 0 },
      server: { address: ipOption(given, 'server', defaultServer), port: portOption(given) },
      reverseName: givenName(name),
      helo: nonEmpty(given, 'helo'),
      esmtp: true,
      tls: given.flags.has('tls'),
      authUser: nonEmpty(given, 'auth'),
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
