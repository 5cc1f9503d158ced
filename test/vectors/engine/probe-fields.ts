/*
 * The fields of a session that access tables see, as vectors write them, and the probe of each table from them.
 *   ACCESS_ORCPT, server and client ([address, port]), app, helo, appInfo, submit, src, from, dst, to, orcpt, auth
 * Without server and client the message did not come over TCP. A field that a table does not see is ignored.
 */
import {
  type FromFields,
  fromAccessProbe,
  mailAccessProbe,
  type PortFields,
  portAccessProbe,
  type RecipientFields,
  type SubmissionFields,
  sendAccessProbe,
  smtpApplicationInfo,
} from '../../../lib/access/probe.js';
import type { AccessTable } from '../../../lib/access/tables.js';
import { releaseBars } from '../../../lib/address/bar.js';
import { isList } from '../json.js';
import { VectorProblem } from '../vector.js';
import type { VectorInput } from '../vector-input.js';

/** All fields that any table sees. */
export interface ProbeFields {
  readonly port: PortFields | null;
  readonly submission: SubmissionFields;
  readonly sender: FromFields;
  readonly recipient: RecipientFields;
  /** Null without ACCESS_ORCPT. */
  readonly originalRecipient: string | null;
}

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

function readSubmission(input: VectorInput, port: PortFields | null): SubmissionFields {
  const helo = input.textOrNull('helo');
  const style = input.textOr('appInfo', 'pmdf') === 'messaging-server' ? 'SMTP/helo' : 'SMTP';
  const overTcp = port === null ? '' : smtpApplicationInfo(style, helo);
  return {
    port,
    applicationInfo: input.textOrNull('app') ?? overTcp,
    submitType: input.textOr('submit', 'MAIL'),
  };
}

/** An address of an envelope: without brackets, the null one empty. */
function readAddress(input: VectorInput, key: string): string {
  const text = input.textOrNull(key) ?? '';
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}

/** Reads the fields of a session. */
export function readProbeFields(input: VectorInput): ProbeFields {
  const port = readPort(input);
  const auth = input.nameAmong('auth', 'authFrom', 'auth-from') ?? 'auth';
  const sourceChannel = input.textOr('src', '');
  const envelopeFrom = readAddress(input, 'from');
  const destinationChannel = input.textOr('dst', '');
  const orcpt = readAddress(input, 'orcpt');
  return {
    port,
    submission: readSubmission(input, port),
    sender: { sourceChannel, envelopeFrom, authenticatedFrom: readAddress(input, auth) },
    recipient: { sourceChannel, envelopeFrom, destinationChannel, envelopeTo: readAddress(input, 'to') },
    originalRecipient: input.flag('ACCESS_ORCPT') ? orcpt : null,
  };
}

/** The probe that a table gets. */
export function probeFor(table: AccessTable, fields: ProbeFields): string {
  return releaseBars(heldProbe(table, fields));
}

function heldProbe(table: AccessTable, fields: ProbeFields): string {
  const { port, submission, sender, recipient, originalRecipient } = fields;
  switch (table) {
    case 'PORT_ACCESS':
      if (port === null) throw new VectorProblem('PORT_ACCESS needs `server` and `client`');
      return portAccessProbe(port);
    case 'FROM_ACCESS':
      return fromAccessProbe(submission, sender);
    case 'SEND_ACCESS':
    case 'ORIG_SEND_ACCESS':
      return sendAccessProbe(recipient, originalRecipient);
    case 'MAIL_ACCESS':
    case 'ORIG_MAIL_ACCESS':
      return mailAccessProbe(submission, recipient);
  }
}
