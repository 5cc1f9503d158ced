/*
 * What an access table is told: its probe, fields joined by bars, and the flags that its templates can test.
 *   PORT_ACCESS                    TCP|server-address|server-port|client-address|client-port
 *   SEND_ACCESS, ORIG_SEND_ACCESS  source-channel|from|destination-channel|to[|orcpt]
 *   MAIL_ACCESS, ORIG_MAIL_ACCESS  port fields|application|submit-type|source-channel|from|destination-channel|to
 *   FROM_ACCESS                    port fields|application|submit-type|source-channel|from|authenticated-from
 * Addresses have no angle brackets; the null envelope From is the empty string. Without a TCP connection the five port fields
 * are one empty field. Bars in a field are held, so that nobody can shift the fields of a probe.
 * Ref: PMDF 7.3.12, 11.5, 16.1.1, 16.1.2
 */
import { type HeldText, holdBars } from '../address/index.js';
import type { AccessTable } from './tables.js';

const portFields = ['transport', 'serverAddress', 'serverPort', 'clientAddress', 'clientPort'] as const;
const submissionFields = [...portFields, 'application', 'submitType'] as const;
const recipientFields = ['sourceChannel', 'from', 'destinationChannel', 'to'] as const;
const mailFields = [...submissionFields, ...recipientFields] as const;

export type ProbeField = (typeof mailFields)[number] | 'authenticatedFrom' | 'orcpt';

const layouts: Readonly<Record<AccessTable, readonly ProbeField[]>> = {
  PORT_ACCESS: portFields,
  FROM_ACCESS: [...submissionFields, 'sourceChannel', 'from', 'authenticatedFrom'],
  ORIG_SEND_ACCESS: recipientFields,
  ORIG_MAIL_ACCESS: mailFields,
  SEND_ACCESS: recipientFields,
  MAIL_ACCESS: mailFields,
};

/** How the probes of a table are made: over TCP or not, and with ORCPT or not. */
export interface ProbeForm {
  readonly overTcp: boolean;
  readonly orcpt: boolean;
}

/** Lists the fields of a table's probe in order. */
export function probeFields(table: AccessTable, { overTcp, orcpt }: ProbeForm): readonly ProbeField[] {
  const layout = layouts[table];
  if (layout === recipientFields) return orcpt ? [...layout, 'orcpt'] : layout;
  // The one field left without a connection is that of the transport, empty.
  return overTcp ? layout : layout.filter((field) => field === 'transport' || !isPortField(field));
}

function isPortField(field: ProbeField): boolean {
  return portFields.some((one) => one === field);
}

/** The two ends of a TCP connection. */
export interface PortFields {
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly clientAddress: string;
  readonly clientPort: number;
}

/** What is known of the session, the envelope and one recipient when a table is consulted. */
export interface ProbeFacts {
  /** Null when the message does not come over TCP. */
  readonly port: PortFields | null;
  /** Empty when the message does not come over TCP. */
  readonly application: string;
  /** `MAIL`, `SEND`, `SAML` or `SOML`. */
  readonly submitType: string;
  readonly sourceChannel: string;
  readonly envelopeFrom: HeldText;
  /** Empty for a client that did not authenticate. */
  readonly authenticatedFrom: string;
  readonly destinationChannel: string;
  readonly envelopeTo: HeldText;
  /** The ORCPT address under ACCESS_ORCPT=1, null without that option. */
  readonly originalRecipient: string | null;
}

function withField(fields: string, field: HeldText): string {
  return `${fields}|${field}`;
}

function portText({ port }: ProbeFacts): string {
  if (port === null) return '';
  const { serverAddress, serverPort, clientAddress, clientPort } = port;
  return `TCP|${holdBars(serverAddress)}|${serverPort}|${holdBars(clientAddress)}|${clientPort}`;
}

function submissionText(facts: ProbeFacts): string {
  return withField(withField(portText(facts), holdBars(facts.application)), holdBars(facts.submitType));
}

function recipientText({ sourceChannel, envelopeFrom, destinationChannel, envelopeTo }: ProbeFacts): string {
  const source: string = holdBars(sourceChannel);
  return withField(withField(withField(source, envelopeFrom), holdBars(destinationChannel)), envelopeTo);
}

/** Builds the probe of a table, in the order of `probeFields`: `tcp_local|a@b|l|c@d`. */
export function accessProbe(table: AccessTable, facts: ProbeFacts): string {
  switch (table) {
    case 'PORT_ACCESS':
      return portText(facts);
    case 'FROM_ACCESS': {
      const { sourceChannel, envelopeFrom, authenticatedFrom } = facts;
      const sent = withField(withField(submissionText(facts), holdBars(sourceChannel)), envelopeFrom);
      return withField(sent, holdBars(authenticatedFrom));
    }
    case 'ORIG_MAIL_ACCESS':
    case 'MAIL_ACCESS':
      return `${submissionText(facts)}|${recipientText(facts)}`;
    case 'ORIG_SEND_ACCESS':
    case 'SEND_ACCESS': {
      const { originalRecipient } = facts;
      const sent = recipientText(facts);
      return originalRecipient === null ? sent : withField(sent, holdBars(originalRecipient));
    }
  }
}

/**
 * Gives the application field of an SMTP session: PMDF says `SMTP`, Messaging Server adds the HELO name after a slash.
 * A session without HELO keeps the slash.
 */
export function smtpApplication(style: 'pmdf' | 'messaging-server', heloName: string | null): string {
  return style === 'pmdf' ? 'SMTP' : `SMTP/${heloName ?? ''}`;
}

/** What is known of the session and of the recipient that a template can test. */
export interface InputFlagFacts {
  readonly authenticated: boolean;
  readonly tls: boolean;
  readonly protocol: 'SMTP' | 'ESMTP' | 'LMTP';
  /** The NOTIFY values of RCPT TO in upper case. Ref: RFC 3461 4.1 */
  readonly notify: ReadonlySet<string>;
}

/** Every set of input flags; the place of a set has a bit for each flag, the first flag the lowest. */
const flagSets: readonly ReadonlySet<string>[] = Array.from(
  { length: 128 },
  (_, place) => new Set(Array.from('ATELDFS').filter((_letter, bit) => (place & (1 << bit)) !== 0)),
);
const noFlags: ReadonlySet<string> = new Set();
const dispatcherFlags: ReadonlySet<string> = new Set('A');

/** Gives the flags that a template can test with `$:x` and `$;x`. */
export function inputFlagsFor(table: AccessTable, facts: InputFlagFacts): ReadonlySet<string> {
  // There is one probe for a connection, which is the dispatcher's: `$:A` is for routines that count it.
  if (table === 'PORT_ACCESS') return dispatcherFlags;
  const { authenticated, tls, protocol, notify } = facts;
  let place = 0;
  if (authenticated) place |= 1;
  if (tls) place |= 2;
  if (protocol === 'ESMTP') place |= 4;
  if (protocol === 'LMTP') place |= 8;
  if (table !== 'FROM_ACCESS' && notify.size > 0) {
    if (notify.has('DELAY')) place |= 16;
    if (notify.has('FAILURE')) place |= 32;
    if (notify.has('SUCCESS')) place |= 64;
  }
  return flagSets[place] ?? noFlags;
}
