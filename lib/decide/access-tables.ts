/*
 * Asks the site's access tables about a session and its envelope, and gives what they ask for beside the verdict.
 * Ref: PMDF 16.1
 */
import {
  type AccessDecision,
  type AccessQuestion,
  decideTable,
  fromAccessProbe,
  type InputFlagFacts,
  inputFlagsFor,
  mailAccessProbe,
  type PortFields,
  portAccessProbe,
  type RecipientFields,
  type SubmissionFields,
  sendAccessProbe,
  smtpApplicationInfo,
} from '../access/index.js';
import { asciiDomain, inWireForm, releaseBars } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import {
  type Connection,
  type Policy,
  type RecipientRequest,
  type Session,
  siteTables,
} from '../policy/index.js';

import type { AccessEffects } from './decision.js';
import { type Asked, askSiteTable, type SiteDecision } from './shadow.js';

/** The tables that look at a recipient. */
export type RecipientTable = 'ORIG_SEND_ACCESS' | 'ORIG_MAIL_ACCESS' | 'SEND_ACCESS' | 'MAIL_ACCESS';

/** An address and the channel it rewrote to; bars held. */
export interface RoutedRecipient {
  readonly address: string;
  readonly channel: string;
}

const noNotify: ReadonlySet<string> = new Set();

function portFieldsOf({ client, server }: Connection): PortFields {
  return {
    serverAddress: server.address,
    serverPort: server.port,
    clientAddress: client.address,
    clientPort: client.port,
  };
}

function appInfoStyle({ settings }: Policy): 'SMTP' | 'SMTP/helo' {
  switch (settings.access.appInfo) {
    case 'pmdf':
      return 'SMTP';
    case 'messaging-server':
      return 'SMTP/helo';
  }
}

function submissionOf(policy: Policy, session: Session): SubmissionFields {
  if (session.client.address === '') return { port: null, applicationInfo: '', submitType: 'MAIL' };
  return {
    port: portFieldsOf(session),
    applicationInfo: smtpApplicationInfo(
      appInfoStyle(policy),
      session.helo === null ? null : asciiDomain(session.helo),
    ),
    submitType: 'MAIL',
  };
}

function factsOf(session: Session, notify: ReadonlySet<string>): InputFlagFacts {
  return {
    authenticated: session.authUser !== null,
    tls: session.tls,
    protocol: session.esmtp ? 'ESMTP' : 'SMTP',
    notify,
  };
}

/** The flags that templates of FORWARD can test. */
export function forwardInputFlags(session: Session, request: RecipientRequest): ReadonlySet<string> {
  // SEND_ACCESS knows the same flags.
  return inputFlagsFor('SEND_ACCESS', factsOf(session, request.notify));
}

/** What a table's answer asks for beside its verdict. */
export function effectsOf({ outcome, logLines }: AccessDecision): AccessEffects {
  return {
    delay: outcome.delay,
    headerLines: outcome.headerLine === null ? [] : [outcome.headerLine],
    hold: outcome.hold,
    bitbucket: outcome.bitbucket,
    tag: outcome.tag,
    logLines,
  };
}

function* askSite(
  policy: Policy,
  asked: Asked,
  environment: Environment,
  question: Omit<AccessQuestion, 'trace'>,
): Lookup<SiteDecision> {
  const ask = (own: Environment) => decideTable(siteTables(policy, own), { ...question, trace: own.trace });
  return yield* askSiteTable(policy, question.table, asked, ask, environment);
}

/** Asks PORT_ACCESS. */
export function* askPort(
  policy: Policy,
  connection: Connection & Pick<Session, 'sourceChannel'>,
  environment: Environment,
): Lookup<SiteDecision> {
  return yield* askSite(policy, { session: connection, destinationChannel: null }, environment, {
    table: 'PORT_ACCESS',
    probe: portAccessProbe(portFieldsOf(connection)),
    inputFlags: new Set(),
    address: '',
  });
}

/** Asks FROM_ACCESS about an envelope From with its bars held. */
export function* askSender(
  policy: Policy,
  session: Session,
  envelopeFrom: string,
  environment: Environment,
): Lookup<SiteDecision> {
  const from = {
    sourceChannel: session.sourceChannel,
    envelopeFrom,
    authenticatedFrom: session.authUser ?? '',
  };
  return yield* askSite(policy, { session, destinationChannel: null }, environment, {
    table: 'FROM_ACCESS',
    probe: fromAccessProbe(submissionOf(policy, session), from),
    inputFlags: inputFlagsFor('FROM_ACCESS', factsOf(session, noNotify)),
    address: releaseBars(envelopeFrom),
    defaultText: policy.settings.access.defaultText,
  });
}

function recipientProbe(
  policy: Policy,
  table: RecipientTable,
  session: Session,
  recipient: RecipientFields,
  request: RecipientRequest,
): string {
  switch (table) {
    case 'ORIG_SEND_ACCESS':
    case 'SEND_ACCESS':
      return sendAccessProbe(
        recipient,
        policy.settings.access.orcpt ? inWireForm(request.originalRecipient ?? '') : null,
      );
    case 'ORIG_MAIL_ACCESS':
    case 'MAIL_ACCESS':
      return mailAccessProbe(submissionOf(policy, session), recipient);
  }
}

/** The envelope that a recipient belongs to. */
export interface EnvelopeForTables {
  readonly session: Session;
  /** Rewritten, bars held. */
  readonly envelopeFrom: string;
  readonly request: RecipientRequest;
  /** What a rejection names: the address as the client gave it. */
  readonly named: string;
}

/** Asks one of the tables that look at a recipient. */
export function* askRecipient(
  policy: Policy,
  table: RecipientTable,
  envelope: EnvelopeForTables,
  recipient: RoutedRecipient,
  environment: Environment,
): Lookup<SiteDecision> {
  const { session, envelopeFrom, request, named } = envelope;
  const fields: RecipientFields = {
    sourceChannel: session.sourceChannel,
    envelopeFrom,
    destinationChannel: recipient.channel,
    envelopeTo: recipient.address,
  };
  return yield* askSite(policy, { session, destinationChannel: recipient.channel }, environment, {
    table,
    probe: recipientProbe(policy, table, session, fields, request),
    inputFlags: inputFlagsFor(table, factsOf(session, request.notify)),
    address: named,
    defaultText: policy.settings.access.defaultText,
  });
}
