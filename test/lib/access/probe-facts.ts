/*
 * What tables are told, for tests: a session over TCP and a recipient, with what a test changes.
 */
import { accessProbe, type ProbeFacts } from '../../../lib/access/probe.js';
import { holdBars } from '../../../lib/address/bar.js';

/** Facts as plain text; their bars are held. */
export type PlainFacts = Partial<
  Omit<ProbeFacts, 'envelopeFrom' | 'envelopeTo'> & {
    readonly envelopeFrom: string;
    readonly envelopeTo: string;
  }
>;

/** A session without a connection, from a@b to c@d. */
export function factsOf({ envelopeFrom = 'a@b', envelopeTo = 'c@d', ...facts }: PlainFacts): ProbeFacts {
  return {
    port: null,
    application: '',
    submitType: 'MAIL',
    sourceChannel: 'tcp_local',
    envelopeFrom: holdBars(envelopeFrom),
    authenticatedFrom: '',
    destinationChannel: 'l',
    envelopeTo: holdBars(envelopeTo),
    originalRecipient: null,
    ...facts,
  };
}

/** The probe of ORIG_SEND_ACCESS. */
export function sendProbe(facts: PlainFacts): string {
  return accessProbe('ORIG_SEND_ACCESS', factsOf(facts));
}
