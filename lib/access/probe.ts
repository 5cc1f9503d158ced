/*
 * The probe of each access table, from plain values: fields joined by bars.
 *   PORT_ACCESS                    TCP|server-address|server-port|client-address|client-port
 *   SEND_ACCESS, ORIG_SEND_ACCESS  src-channel|from|dst-channel|to[|orcpt]
 *   MAIL_ACCESS, ORIG_MAIL_ACCESS  port-fields|app-info|submit-type|src-channel|from|dst-channel|to
 *   FROM_ACCESS                    port-fields|app-info|submit-type|src-channel|from|auth-from
 * Addresses stand without angle brackets; the null envelope From is the empty string.
 * Bars inside a field are held, so that nobody can shift the fields of a probe.
 * Ref: PMDF 7.3.12, 11.5, 16.1.1, 16.1.2
 */
import { holdBars } from '../address/index.js';

/** The two ends of a TCP connection. */
export interface PortFields {
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly clientAddress: string;
  readonly clientPort: number;
}

/** How the message comes in; `port` is null and `applicationInfo` empty when it does not come over TCP. */
export interface SubmissionFields {
  readonly port: PortFields | null;
  readonly applicationInfo: string;
  /** `MAIL`, `SEND`, `SAML` or `SOML`. */
  readonly submitType: string;
}

/** The envelope From; `authenticatedFrom` is empty for a client that did not authenticate. */
export interface FromFields {
  readonly sourceChannel: string;
  readonly envelopeFrom: string;
  readonly authenticatedFrom: string;
}

/** One recipient; addresses are the rewritten ones. */
export interface RecipientFields {
  readonly sourceChannel: string;
  readonly envelopeFrom: string;
  readonly destinationChannel: string;
  readonly envelopeTo: string;
}

function joinFields(fields: readonly string[]): string {
  return fields.map(holdBars).join('|');
}

function portFields(port: PortFields): string[] {
  return ['TCP', port.serverAddress, String(port.serverPort), port.clientAddress, String(port.clientPort)];
}

function submissionFields(submission: SubmissionFields): string[] {
  // Without a connection the five fields shrink to one empty field, not to five.
  const port = submission.port === null ? [''] : portFields(submission.port);
  return [...port, submission.applicationInfo, submission.submitType];
}

function recipientFields(recipient: RecipientFields): string[] {
  return [
    recipient.sourceChannel,
    recipient.envelopeFrom,
    recipient.destinationChannel,
    recipient.envelopeTo,
  ];
}

/**
 * Makes the app-info of an SMTP session: PMDF says `SMTP`, Messaging Server adds the HELO name after a slash.
 * A session without HELO keeps the slash.
 */
export function smtpApplicationInfo(style: 'SMTP' | 'SMTP/helo', heloName: string | null): string {
  return style === 'SMTP' ? 'SMTP' : `SMTP/${heloName ?? ''}`;
}

/** Builds the probe of PORT_ACCESS: `TCP|192.0.2.1|25|198.51.100.7|4000`. */
export function portAccessProbe(port: PortFields): string {
  return joinFields(portFields(port));
}

/**
 * Builds the probe of SEND_ACCESS and ORIG_SEND_ACCESS: `tcp_local|a@b|l|c@d`.
 * `originalRecipient` is the ORCPT address under ACCESS_ORCPT=1, null without that option.
 */
export function sendAccessProbe(recipient: RecipientFields, originalRecipient: string | null): string {
  const fields = recipientFields(recipient);
  return joinFields(originalRecipient === null ? fields : [...fields, originalRecipient]);
}

/** Builds the probe of MAIL_ACCESS and ORIG_MAIL_ACCESS: eleven fields, seven when not over TCP. */
export function mailAccessProbe(submission: SubmissionFields, recipient: RecipientFields): string {
  return joinFields([...submissionFields(submission), ...recipientFields(recipient)]);
}

/** Builds the probe of FROM_ACCESS: ten fields, six when not over TCP. */
export function fromAccessProbe(submission: SubmissionFields, from: FromFields): string {
  return joinFields([
    ...submissionFields(submission),
    from.sourceChannel,
    from.envelopeFrom,
    from.authenticatedFrom,
  ]);
}
