/*
 * What tables are told of a session, an envelope and one recipient.
 * Ref: PMDF 16.1.1
 */
import { type InputFlagFacts, inputFlagsFor, type ProbeFacts, smtpApplication } from '../access/index.js';
import { asciiDomain, type HeldText, holdBars } from '../address/index.js';
import type { Policy, RecipientRequest } from '../policy/index.js';
import type { ConsultingSession, DecisionContext } from './context.js';

/** What the probe and the input flags of any table are made of. */
export type TableFacts = ProbeFacts & InputFlagFacts;

const noText = holdBars('');
const noNotify: ReadonlySet<string> = new Set();

/** What the tables are told of an envelope and one recipient. */
export interface EnvelopeFacts {
  readonly envelopeFrom: HeldText;
  readonly destinationChannel: string;
  readonly envelopeTo: HeldText;
  readonly originalRecipient: string | null;
  readonly notify: ReadonlySet<string>;
}

export const noEnvelope: EnvelopeFacts = {
  envelopeFrom: noText,
  destinationChannel: '',
  envelopeTo: noText,
  originalRecipient: null,
  notify: noNotify,
};

// Each property is named: to copy an object takes longer than everything else here.
export function factsOf(policy: Policy, session: ConsultingSession, envelope: EnvelopeFacts): TableFacts {
  const { client, server, helo = null, authUser = null } = session;
  const isTcp = client.address !== '';
  return {
    port: isTcp
      ? {
          serverAddress: server.address,
          serverPort: server.port,
          clientAddress: client.address,
          clientPort: client.port,
        }
      : null,
    application: isTcp
      ? smtpApplication(policy.settings.access.appInfo, helo === null ? null : asciiDomain(helo))
      : '',
    submitType: 'MAIL',
    sourceChannel: session.sourceChannel,
    envelopeFrom: envelope.envelopeFrom,
    authenticatedFrom: authUser ?? '',
    destinationChannel: envelope.destinationChannel,
    envelopeTo: envelope.envelopeTo,
    originalRecipient: envelope.originalRecipient,
    authenticated: authUser !== null,
    tls: session.tls ?? false,
    protocol: session.esmtp === true ? 'ESMTP' : 'SMTP',
    notify: envelope.notify,
  };
}

/** The flags that templates of FORWARD can test: those of SEND_ACCESS. */
export function forwardInputFlags(
  { policy, session }: DecisionContext,
  { notify }: RecipientRequest,
): ReadonlySet<string> {
  return inputFlagsFor('SEND_ACCESS', factsOf(policy, session, { ...noEnvelope, notify }));
}
