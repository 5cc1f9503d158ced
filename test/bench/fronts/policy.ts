/*
 * The policy that all fronts have, and the questions that show it. Clients in the internal networks may send everywhere,
 * others to domain.com only. Of domain.com there are known recipients and forwarded ones; others are refused. Some senders
 * are blocked. An address that hides another destination is refused.
 */
import type { Question } from '../ask-server.js';

const networkCount = 10;
const blockedCount = 10;
const recipientCount = 1_000;
const forwardedCount = 1_000;

function numbered(count: number, name: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => name(index));
}

/** The octets of the internal networks, each a /24: `10.0.1.`. The last one is on the loopback interface. */
export const networkPrefixes = [...numbered(networkCount - 1, (index) => `10.0.${index}.`), '127.0.1.'];

/** The domains of blocked senders. */
export const blockedDomains = numbered(blockedCount, (index) => `spam${index}.example`);

/** The local parts of known recipients. */
export const knownRecipients = ['bob', ...numbered(recipientCount - 1, (index) => `known${index}`)];

/** The local parts of forwarded recipients; `user7` is forwarded to user7@other.com. */
export const forwardedRecipients = numbered(forwardedCount, (index) => `user${index}`);

const outside = '127.0.0.1';
const inside = '127.0.1.5';
const stranger = 'somebody@example.net';

/** Questions that show the policy. */
export const questions: readonly Question[] = [
  { client: outside, from: stranger, to: 'bob@domain.com', accepted: true },
  { client: outside, from: stranger, to: 'known7@domain.com', accepted: true },
  { client: outside, from: stranger, to: 'user7@domain.com', accepted: true },
  { client: outside, from: stranger, to: 'nobody@domain.com', accepted: false },
  { client: outside, from: stranger, to: 'bob@other.com', accepted: false },
  { client: outside, from: stranger, to: 'victim%evil.example@domain.com', accepted: false },
  { client: outside, from: 'x@spam3.example', to: 'bob@domain.com', accepted: false },
  { client: inside, from: 'bob@domain.com', to: 'bob@other.com', accepted: true },
  { client: inside, from: 'bob@domain.com', to: 'user7@domain.com', accepted: true },
];
