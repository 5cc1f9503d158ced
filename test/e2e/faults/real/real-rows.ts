/*
 * The faults of a real mail server: those it has by itself, and those that a proxy gives it. `PMDF_HOPS=all` tries all of them,
 * which takes minutes; otherwise it is the ones marked so.
 */

import { deeds, recipientCount, steps } from '../fault-rows.js';
import type { Step } from '../scripted-hop.js';
import type { ProxyDeed, ProxyScript } from './fault-proxy.js';
import type { RecipientWord } from './mail-server.js';
import type { RealRow } from './real-hop.js';

interface Candidate extends Omit<RealRow, 'words'> {
  readonly words?: RealRow['words'];
  /** Whether it is tried in every run. */
  readonly isUsual?: boolean;
  /** Whether only SMTP has this fault. */
  readonly isSmtp?: boolean;
}

const at =
  (step: Step, deed: ProxyDeed): ProxyScript =>
  (now) =>
    now === step ? deed : undefined;

/** From this recipient on. */
const from =
  (step: Step, first: number, deed: ProxyDeed): ProxyScript =>
  (now, recipient) =>
    now === step && recipient >= first ? deed : undefined;

/** What the server does to each of the three recipients by itself. */
const wordRows: readonly (readonly [RecipientWord, RecipientWord, RecipientWord])[] = [
  ['well', 'full', 'well'],
  ['full', 'well', 'over'],
  ['none', 'late', 'well'],
  ['over', 'well', 'well'],
  ['late', 'well', 'none'],
  ['well', 'over', 'full'],
  ['late', 'over', 'full'],
  ['full', 'full', 'full'],
  ['over', 'over', 'over'],
  ['none', 'none', 'none'],
];

const own: readonly Candidate[] = [
  { name: 'is stopped', kind: 'down' },
  ...wordRows.map((words, row) => ({
    name: `has mailboxes that are ${words.join(', ')}`,
    words,
    isUsual: row === 1 || row === 2,
  })),
  { name: 'defers every message', server: { message: 451 }, isSmtp: true },
  { name: 'refuses every message', server: { message: 552 }, isSmtp: true },
  { name: 'has a full disk', server: { isDiskFull: true }, isUsual: true },
];

const killed: readonly Candidate[] = [
  ...steps.map((step) => ({
    name: `gets kill -9 at ${step}`,
    script: at(step, 'kill'),
  })),
  {
    name: 'gets kill -9 when it has accepted the message and its answer is lost',
    script: at('dot', 'kill'),
    keptSilently: recipientCount,
    isUsual: true,
  },
];

const byProxy: readonly Candidate[] = [
  ...steps.flatMap((step) =>
    Object.entries(deeds).map(([what, deed]) => ({
      name: `${what} at ${step}`,
      script: at(step, deed),
    })),
  ),
  ...steps.map((step) => ({ name: `is silent at ${step}`, script: at(step, 'silence') })),
  ...steps.map((step) => ({ name: `is slow at ${step}`, script: at(step, 'slow') })),
  {
    name: 'keeps the message, then drops the connection',
    script: at('dot', 'drop'),
    keptSilently: recipientCount,
  },
  { name: 'keeps the message, then is silent', script: at('dot', 'silence'), keptSilently: recipientCount },
  ...[1, 2].flatMap((count) =>
    (['drop', 'silence', 'not LMTP\r\n'] as const).map((deed) => ({
      name: `keeps the message, then ${deed === 'drop' ? 'drops the connection' : deed === 'silence' ? 'is silent' : 'says nonsense'} after ${count} of ${recipientCount} replies`,
      script: from('dot', count, deed),
      keptSilently: recipientCount - count,
      isLmtp: true,
      isUsual: deed === 'drop' && count === 1,
    })),
  ),
  { name: 'says 250 to DATA', script: at('data', '250 fine\r\n') },
  { name: 'says 250 twice to RCPT', script: at('rcpt', '250 fine\r\n250 fine\r\n') },
];

const interrupted: readonly Candidate[] = [
  ...steps.map((step) => ({
    name: `the client leaves while it is silent at ${step}`,
    script: at(step, 'silence'),
    kind: 'client gone' as const,
  })),
  {
    name: 'the client leaves while it keeps the message and is silent',
    script: at('dot', 'silence'),
    keptSilently: recipientCount,
    kind: 'client gone',
  },
  ...(['rcpt', 'data', 'dot'] as const).map((step) => ({
    name: `the gateway gets kill -9 while it is silent at ${step}`,
    script: at(step, 'silence'),
    kind: 'gateway killed' as const,
  })),
  {
    name: 'the gateway gets kill -9 between its 250 and that of the gateway',
    script: at('dot', 'silence'),
    keptSilently: recipientCount,
    kind: 'gateway killed',
    isUsual: true,
  },
];

/** Whether every fault is tried. */
export const isLongForm = process.env['PMDF_HOPS'] === 'all';

/** The faults to try with a server. */
export function realRows(protocol: 'smtp' | 'lmtp'): readonly RealRow[] {
  return [...own, ...killed, ...byProxy, ...interrupted]
    .filter(
      ({ isUsual, isSmtp }) => (isLongForm || isUsual === true) && !(isSmtp === true && protocol === 'lmtp'),
    )
    .map((row) => ({ words: ['well', 'well', 'well'], ...row }));
}
