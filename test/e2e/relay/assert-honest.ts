/*
 * Sends mail to legitimate addresses, and checks that all of it is accepted and arrives where it should.
 */

import assert from 'node:assert/strict';
import type { RunningHaraka } from '../support/haraka-process.js';
import type { Mta } from '../support/mta.js';
import { assertNoLeak } from './assert-no-leak.js';
import type { HonestAddress } from './honest-addresses.js';
import { keptDomains, type Lab } from './lab.js';
import { sendToEach } from './strangers-mail.js';

/**
 * What an MTA as installed will not have, from whomever; its refusal is then what the client is told. Without SMTPUTF8
 * it is not asked for a local part beyond ASCII.
 */
function isRefusedBy(name: Mta['name'], { address, channel }: HonestAddress): boolean {
  if (channel === 'tcp_local') return false;
  const localPart = address.slice(0, address.lastIndexOf('@'));
  const isAscii = /^[\x00-\x7f]*$/.test(localPart);
  switch (name) {
    case 'postfix':
      return false;
    case 'exim':
      return !isAscii || /[@%!/|`#&?]/.test(localPart);
    case 'sendmail':
      return !isAscii || localPart.startsWith('/');
  }
}

function isKept({ address }: HonestAddress): boolean {
  return keptDomains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase());
}

/** Sends a message to each address; fails with those that were rejected or did not arrive. */
export async function assertHonest(
  lab: Lab,
  front: RunningHaraka,
  honest: readonly HonestAddress[],
  limitMs: number,
): Promise<void> {
  lab.sentOn.clear();
  lab.outside.clear();
  const outcomes = await sendToEach(
    front,
    honest.map(({ asked }) => asked),
  );
  await lab.idle(front, limitMs);

  const unexpected = honest.flatMap((one, index) => {
    const { rcpt, data } = outcomes[index] ?? {};
    const isTaken = rcpt?.code === 250 && data?.code === 250;
    // The MTA may reject at RCPT or after the message.
    if (isTaken === !isRefusedBy(lab.mta.name, one)) return [];
    return [`<${one.asked}>: ${rcpt?.lines.join(' ')}; ${data?.lines.join(' ')}`];
  });
  assert.deepEqual(unexpected, []);

  // Exim writes domains in lower case.
  const arrived = (addresses: readonly string[]): string[] =>
    addresses.map((address) => address.replace(/@[^@]*$/, (domain) => domain.toLowerCase())).sort();
  const taken = honest.filter((one) => !isRefusedBy(lab.mta.name, one));
  const expectedAt = (isThere: (one: HonestAddress) => boolean): string[] =>
    arrived(taken.filter(isThere).map(({ address }) => address));
  assert.deepEqual(
    arrived(lab.outside.messages.flatMap(({ envelopeTo }) => envelopeTo)),
    expectedAt(({ channel }) => channel === 'tcp_local'),
  );
  // Mail that the MTA keeps produces neither a message nor a bounce there.
  assert.deepEqual(
    arrived(lab.sentOn.messages.flatMap(({ envelopeTo }) => envelopeTo)),
    expectedAt((one) => one.channel !== 'tcp_local' && !isKept(one)),
  );
  assertNoLeak(lab, front);
}
