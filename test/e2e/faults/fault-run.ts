/*
 * One fault of a next hop from beginning to end: a client sends a message while the next hop has the fault; then the fault is
 * mended, the client tries again what was deferred, and the queue is flushed until it is empty. Then it is counted what came of
 * each recipient.
 */

import path from 'node:path';
import { bounceOf } from '../support/bounce.js';
import { sampleMessage } from '../support/deliver.js';
import type { Gateway } from '../support/gateway.js';
import { recipientsInFile } from '../support/queue-file.js';
import { connect } from '../support/smtp-client.js';
import { until } from '../support/until.js';
import { type Fault, recipientCount } from './fault-rows.js';
import type { FaultyHop } from './faulty-hop.js';

const LIMIT_MS = 15_000;

/** How the next hop with the faults is reached. */
export interface Mode {
  readonly name: string;
  readonly protocol: 'smtp' | 'lmtp';
  readonly method: 'through' | 'queue';
  /** Whether a recipient of another next hop comes first. */
  readonly isSecond: boolean;
}

/** The gateway of a table. */
export interface FaultLab {
  /** The one that runs now. */
  readonly gateway: Gateway;
  /** Kills it with SIGKILL and starts it again in the same install. */
  restart(): Promise<void>;
}

/** What came of the recipients of a message. */
export interface Counts {
  /** Acknowledged, and neither delivered nor bounced. */
  lost: number;
  /** Refused for good to the client or bounced, although the next hop did not do so. */
  refusedWrongly: number;
  /** Delivered, although the client or the sender was told that they are not. */
  deliveredRefused: number;
  /** Copies beyond the first. */
  doubled: number;
  /** The most of them that may come of the fault. */
  mayBeDoubled: number;
}

/** The last code that counts for each recipient; 0 where the client has no answer. */
type Told = Map<string, number>;

interface Sending {
  readonly port: number;
  readonly from: string;
  readonly to: readonly string[];
}

/** Sends a message; when `leave` resolves, the client ends the connection, unless it has been cut by then. */
async function send({ port, from, to }: Sending, told: Told, leave?: Promise<void>): Promise<void> {
  const client = await connect({ port, localAddress: '127.0.2.1' });
  const left = leave?.then(() => client.close());
  const accepted: string[] = [];
  let final = 0;
  try {
    await client.ehlo();
    await client.mail(from);
    for (const one of to) {
      const { code } = await client.rcpt(one);
      told.set(one, code);
      if (code === 250) accepted.push(one);
    }
    if (accepted.length > 0) final = (await client.data(sampleMessage(from))).code;
    await client.quit();
  } catch (error) {
    if (leave === undefined) throw error;
  } finally {
    for (const one of accepted) told.set(one, final);
    await left;
    await client.close();
  }
}

/** The recipients for whom the sender got bounces. */
function bouncedTo(gateway: Gateway, from: string): string[] {
  return gateway.sinks.tcp_local.messages
    .filter(({ envelopeTo }) => envelopeTo.includes(from))
    .flatMap((one) => [...bounceOf(one).text.matchAll(/^Final-Recipient: *rfc822; *(\S+)/gm)])
    .map((found) => found[1] ?? '');
}

/** Runs one fault; `id` is in every address, and in those of no other run. */
export async function runFault<Row extends Fault>(
  lab: FaultLab,
  hop: FaultyHop<Row>,
  mode: Mode,
  row: Row,
  id: string,
): Promise<Counts> {
  const from = `${id}@client.example`;
  const to = Array.from({ length: recipientCount }, (_, at) => {
    const word = row.words?.[at];
    return `${id}-${at}${word === undefined ? '' : `-${word}`}@${mode.name}.domain.com`;
  });
  const other = `${id}@domain.com`;
  const all = mode.isSecond ? [other, ...to] : to;
  const told: Told = new Map(all.map((one) => [one, 0]));
  const what = `${mode.name}, ${row.name}`;

  if (row.kind === 'down') await hop.close();
  await hop.misbehave(row, to);
  const reached = (): Promise<void> =>
    until(
      () => hop.hits > 0 || row.kind === 'down',
      LIMIT_MS,
      () => `the next hop reached: ${what}`,
    );
  const interrupted = (): Promise<void> | undefined => {
    if (row.kind === 'client gone') return reached();
    return row.kind === 'gateway killed' ? reached().then(() => lab.restart()) : undefined;
  };
  await send({ port: lab.gateway.port, from, to: all }, told, interrupted());
  await reached();
  if (row.kind === 'client gone') await hop.alone();
  await hop.mend();
  if (row.kind === 'down') await hop.listen();
  const { gateway } = lab;

  const again = all.filter((one) => (told.get(one) ?? 0) === 0 || String(told.get(one)).startsWith('4'));
  if (again.length > 0) await send({ port: gateway.port, from, to: again }, told);
  const folder = path.join(gateway.dir, 'queue');
  const isOfRun = (address: string): boolean =>
    [`${id}@`, `${id}-`].some((one) => address.slice(address.indexOf(':') + 1).startsWith(one));
  const left = (): readonly string[] => {
    const files = gateway.filesIn('queue');
    const found = files.filter((file) => recipientsInFile(folder, file).some(isOfRun));
    // A file that was renamed since could not be read.
    return gateway.filesIn('queue').join() === files.join() ? found : files;
  };
  await until(
    () => {
      if (left().length === 0) return true;
      gateway.kill('SIGHUP');
      return false;
    },
    LIMIT_MS,
    () => `an empty queue: ${what}`,
  );
  await hop.settle();

  const bounced = bouncedTo(gateway, from);
  const counts: Counts = {
    lost: 0,
    refusedWrongly: 0,
    deliveredRefused: 0,
    doubled: 0,
    mayBeDoubled: mayBeDoubled(mode, row, hop.unanswered),
  };
  for (const one of all) {
    const arrived =
      one === other
        ? gateway.sinks.l.messages.filter(({ envelopeTo }) => envelopeTo.includes(one)).length
        : hop.kept(one);
    const isRefused = (told.get(one) ?? 0) >= 500 || bounced.includes(one);
    if (!isRefused && arrived === 0) counts.lost += 1;
    if (isRefused && (one === other || !hop.hasRefused(one))) counts.refusedWrongly += 1;
    if (isRefused && arrived > 0) counts.deliveredRefused += 1;
    counts.doubled += Math.max(0, arrived - 1);
  }
  return counts;
}

/**
 * The most second copies that may come of a fault that kept `unanswered` copies without a reply: more than one for a recipient
 * where the queue is flushed for a run beside this one.
 */
function mayBeDoubled({ isSecond, protocol, method }: Mode, row: Fault, unanswered: number): number {
  // The first of several next hops has the message when the client leaves or the gateway is killed.
  const first = isSecond && (row.kind === 'client gone' || row.kind === 'gateway killed') ? 1 : 0;
  // A new gateway delivers the copies that were written, and the client sends its message again.
  const hasCopies =
    row.kind === 'gateway killed' && method === 'through' && (isSecond || protocol === 'lmtp');
  return unanswered + first + (hasCopies ? recipientCount : 0);
}
