/*
 * Finds mail that the MTA behind the front sent to third parties for a stranger, and the log lines that led to it.
 */

import assert from 'node:assert/strict';
import type { RunningHaraka } from '../support/haraka-process.js';
import type { SinkMessage } from '../support/sink.js';
import { isOwnHost } from './hosts.js';
import type { Lab } from './lab.js';
import { seed } from './random.js';
import { askedFor, strangersAddress } from './strangers-mail.js';

/** A message that reached a third party. */
export interface LeakedMessage {
  /** The recipient that the stranger named. */
  readonly asked: string;
  /** The recipient that the MTA named to the other host. */
  readonly recipient: string;
}

function isThirdParty(message: SinkMessage, recipient: string): boolean {
  // A bounce goes back to the stranger himself.
  if (message.envelopeFrom === '' && recipient === strangersAddress) return false;
  const at = recipient.lastIndexOf('@');
  return at === -1 || !isOwnHost(recipient.slice(at + 1));
}

/** Lists the messages that an MTA sent on to a third party. */
export function leaksIn(messages: readonly SinkMessage[]): LeakedMessage[] {
  return messages.flatMap((message) =>
    message.envelopeTo
      .filter((recipient) => isThirdParty(message, recipient))
      .map((recipient) => ({ asked: askedFor(message.raw) ?? 'nothing of ours', recipient })),
  );
}

/** The log line in which the front accepted an address, with its route. */
function acceptance(front: RunningHaraka, address: string): string {
  const lines = front.log().split('\n');
  return lines.find((line) => line.includes(`accept recipient <${address}>`)) ?? 'no line in its log';
}

function linesAbout(text: string, recipient: string): string {
  const lines = text.split('\n').filter((line) => line.includes(recipient));
  return lines.slice(0, 5).join('\n    ');
}

/** Fails if anything went to a third party, through the MTA or from the front itself; names each case. */
export function assertNoLeak(lab: Lab, front: RunningHaraka): void {
  const { messages, attempts } = lab.sentOn;
  const witnesses = leaksIn(messages).map(
    ({ asked, recipient }) =>
      `RCPT TO:<${asked}> was sent to <${recipient}>\n    front: ${acceptance(front, asked)}\n` +
      `    ${lab.mta.name}: ${linesAbout(lab.mta.log(), recipient)}`,
  );
  assert.deepEqual(witnesses, [], `leaks, with seed ${seed}:\n${witnesses.join('\n')}`);
  const sent = messages.reduce((sum, { envelopeTo }) => sum + envelopeTo.length, 0);
  assert.equal(attempts.length, sent, 'a recipient was tried without a message');
  // The only forwarded address of the configuration.
  const strays = lab.outside.attempts.filter(({ recipient }) => recipient !== 'jdoe@other.com');
  assert.deepEqual(strays, [], `sent out by the front itself, with seed ${seed}`);
}
