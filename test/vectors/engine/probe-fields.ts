/*
 * The fields of a session that access tables see, as vectors write them, and the probe of each table from them.
 *   ACCESS_ORCPT, server and client ([address, port]), app, helo, appInfo, submit, src, from, dst, to, orcpt, auth
 * Without server and client the message did not come over TCP. A field that a table does not see is ignored.
 */
import { accessProbe, type PortFields, type ProbeFacts, smtpApplication } from '../../../lib/access/probe.js';
import type { AccessTable } from '../../../lib/access/tables.js';
import { holdBars, releaseBars } from '../../../lib/address/bar.js';
import { isList } from '../json.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

function readEndpoint(input: VectorInput, key: string): Endpoint | null {
  const value = input.value(key);
  if (value === undefined || value === null) return null;
  if (isList(value)) {
    const [address, port] = value;
    if (typeof address === 'string' && (typeof port === 'number' || typeof port === 'string')) {
      return { address, port: Number(port) };
    }
    throw new VectorProblem(`\`input.${key}\` must be [address, port]`);
  }
  const end = input.section(key);
  return end === undefined ? null : { address: end.text('address'), port: end.number('port', 0) };
}

function readPort(input: VectorInput): PortFields | null {
  const server = readEndpoint(input, 'server');
  const client = readEndpoint(input, 'client');
  if (server === null || client === null) {
    if (server !== client) throw new VectorProblem('one end of the connection is missing');
    return null;
  }
  return {
    serverAddress: server.address,
    serverPort: server.port,
    clientAddress: client.address,
    clientPort: client.port,
  };
}

function readApplication(input: VectorInput, port: PortFields | null): string {
  const helo = input.textOrNull('helo');
  const style = input.textOr('appInfo', 'pmdf') === 'messaging-server' ? 'messaging-server' : 'pmdf';
  return input.textOrNull('app') ?? (port === null ? '' : smtpApplication(style, helo));
}

/** An address of an envelope: without brackets, the null one empty. */
function readAddress(input: VectorInput, key: string): string {
  const text = input.textOrNull(key) ?? '';
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}

/** Reads the fields of a session. */
export function readProbeFields(input: VectorInput): ProbeFacts {
  const port = readPort(input);
  const auth = input.nameAmong('auth', 'authFrom', 'auth-from') ?? 'auth';
  const orcpt = readAddress(input, 'orcpt');
  return {
    port,
    application: readApplication(input, port),
    submitType: input.textOr('submit', 'MAIL'),
    sourceChannel: input.textOr('src', ''),
    envelopeFrom: holdBars(readAddress(input, 'from')),
    authenticatedFrom: readAddress(input, auth),
    destinationChannel: input.textOr('dst', ''),
    envelopeTo: holdBars(readAddress(input, 'to')),
    originalRecipient: input.flag('ACCESS_ORCPT') ? orcpt : null,
  };
}

/** The probe that a table gets. */
export function probeFor(table: AccessTable, facts: ProbeFacts): string {
  if (table === 'PORT_ACCESS' && facts.port === null) {
    throw new VectorProblem('PORT_ACCESS needs `server` and `client`');
  }
  return releaseBars(accessProbe(table, facts));
}
