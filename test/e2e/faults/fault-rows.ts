/*
 * The faults of a next hop, as scripts for three recipients, and how many of these may get a second copy.
 */

import type { Deed, Script, Step } from './scripted-hop.js';

/** How many recipients a message has on the next hop. */
export const recipientCount = 3;

/** What every fault has, whoever makes it. */
export interface Fault {
  readonly name: string;
  /** How many recipients have a message kept for them to which the next hop sends no reply: it comes a second time then. */
  readonly keptSilently?: number;
  /** Whether only LMTP has this fault. */
  readonly isLmtp?: boolean;
  /**
   * `down`: connections are refused; `client gone`: the client leaves when the fault has been reached; `gateway killed`: Haraka
   * gets SIGKILL then, and is started again.
   */
  readonly kind?: 'down' | 'client gone' | 'gateway killed';
  /** A word for each recipient, which is in its local part. */
  readonly words?: readonly string[];
}

/** A fault that a scripted next hop makes. */
export interface FaultRow extends Fault {
  readonly script: Script;
}

const fault =
  (step: Step, deed: Deed): Script =>
  (at) =>
    at === step ? deed : undefined;

/** Each recipient its own deed at one step. */
const each =
  (step: Step, deeds: readonly (Deed | undefined)[]): Script =>
  (at, recipient) =>
    at === step ? deeds[recipient] : undefined;

const textOf = (code: number): string | undefined =>
  code === 250
    ? undefined
    : `${code}-${String(code).charAt(0)}.2.2 as told\r\n${code} ${String(code).charAt(0)}.2.2 twice\r\n`;

const mixtures: readonly (readonly number[])[] = [
  [250, 452, 250],
  [250, 550, 250],
  [452, 250, 550],
  [550, 250, 452],
  [550, 452, 250],
  [452, 452, 250],
  [250, 250, 552],
  [452, 550, 452],
  [550, 452, 552],
  [452, 452, 452],
  [550, 550, 550],
];

/** Every step, in its order. */
export const steps: readonly Step[] = ['greeting', 'hello', 'mail', 'rcpt', 'data', 'dot'];

/** What can happen at any step. */
export const deeds: Readonly<Record<string, Deed>> = {
  'drops the connection': 'drop',
  'says 421': '421 4.3.2 closing\r\n',
  'says 451': '451 4.3.0 not now\r\n',
  'says 550': '550-5.7.1 not\r\n550 5.7.1 this\r\n',
  'says nonsense': 'not SMTP\r\n',
};

/** Faults at every step. */
export const faultRows: readonly FaultRow[] = [
  { name: 'is down', script: () => undefined, kind: 'down' },
  ...steps.flatMap((step) =>
    Object.entries(deeds).map(([what, deed]) => ({ name: `${what} at ${step}`, script: fault(step, deed) })),
  ),
  ...steps.map((step) => ({ name: `is silent at ${step}`, script: fault(step, 'silence') })),
  ...(['drop', 'silence'] as const).map((deed) => ({
    name: `keeps the message, then ${deed === 'drop' ? 'drops the connection' : 'is silent'}`,
    script: fault('dot', deed),
    keptSilently: recipientCount,
  })),
  ...(['rcpt', 'dot'] as const).flatMap((step) =>
    mixtures.slice(0, step === 'dot' ? mixtures.length : 5).map((codes) => ({
      name: `says ${codes.join(' ')} at ${step}`,
      script: each(step, codes.map(textOf)),
      isLmtp: step === 'dot',
    })),
  ),
  ...[1, 2].map((count) => ({
    name: `drops the connection after ${count} of ${recipientCount} replies`,
    script: each('dot', [undefined, count === 1 ? 'drop' : undefined, 'drop']),
    isLmtp: true,
  })),
  ...[1, 2].map((count) => ({
    name: `keeps the message, then drops the connection after ${count} of ${recipientCount} replies`,
    script: each('dot', [undefined, count === 1 ? 'drop' : undefined, 'drop']),
    keptSilently: recipientCount - count,
    isLmtp: true,
  })),
  {
    name: 'says nonsense after 1 of 3 replies',
    script: each('dot', [undefined, 'not SMTP\r\n']),
    isLmtp: true,
  },
  { name: 'is silent after 1 of 3 replies', script: each('dot', [undefined, 'silence']), isLmtp: true },
  { name: 'says 250 to DATA', script: fault('data', '250 fine\r\n') },
  { name: 'says 250 twice to a message', script: fault('dot', '250 fine\r\n250 fine\r\n') },
  { name: 'says 250 twice to RCPT', script: fault('rcpt', '250 fine\r\n250 fine\r\n') },
  { name: 'says 250 before the message', script: fault('data', '354 go on\r\n250 fine\r\n') },
  ...steps.map((step) => ({
    name: `the client leaves while the next hop is silent at ${step}`,
    script: fault(step, 'silence'),
    kind: 'client gone' as const,
  })),
  {
    name: 'the client leaves while the next hop, which keeps the message, is silent',
    script: fault('dot', 'silence'),
    keptSilently: recipientCount,
    kind: 'client gone',
  },
];
