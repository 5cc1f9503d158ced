/*
 * Kills a server of a store while mail flows that needs its answers, and starts it again: mail is accepted or deferred, what is
 * accepted arrives where the answer says, and Haraka goes on by itself.
 */
import assert from 'node:assert/strict';
import type { Gateway } from './gateway.js';
import { until } from './until.js';

const LIMIT_MS = 30_000;
const LANES = 4;

export interface Load {
  readonly gateway: Gateway;
  /** Sends a message; the codes of RCPT and of the message. */
  readonly send: (subject: string) => Promise<readonly [number, number | undefined]>;
  /** The only recipient that messages may have then. */
  readonly recipient: string;
  /** Other mail between two messages. */
  readonly between?: () => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

/** Does it; the sink of channel `l` must be empty. Returns how many messages were accepted. */
export async function killUnderLoad({
  gateway,
  send,
  recipient,
  between,
  kill,
  start,
}: Load): Promise<number> {
  const accepted: string[] = [];
  const codes = new Set<number>();
  let isOver = false;
  async function flow(lane: number): Promise<void> {
    for (let count = 0; !isOver; count += 1) {
      const subject = `lane ${lane} message ${count}`;
      const [rcpt, data] = await send(subject);
      codes.add(rcpt);
      if (data === 250) accepted.push(subject);
      await between?.();
    }
  }
  const lanes = Array.from({ length: LANES }, (_, lane) => flow(lane));
  const atLeast = (count: number) =>
    until(
      () => accepted.length >= count,
      LIMIT_MS,
      () => `${count} messages accepted`,
    );
  try {
    await atLeast(5);
    await kill();
    await until(
      () => codes.has(451),
      LIMIT_MS,
      () => 'mail deferred',
    );
    await start();
    await atLeast(accepted.length + 5);
  } finally {
    isOver = true;
    await Promise.all(lanes);
  }
  assert.deepEqual([...codes].sort(), [250, 451]);
  const got = await gateway.sinks.l.waitForMessages(accepted.length);
  const subjects = got.map(({ raw }) => /^Subject: (.*)$/m.exec(raw.toString())?.[1]?.trim());
  assert.deepEqual([...subjects].sort(), [...accepted].sort());
  assert.deepEqual(
    new Set(gateway.sinks.l.attempts.map((attempt) => attempt.recipient)),
    new Set([recipient]),
  );
  return accepted.length;
}
