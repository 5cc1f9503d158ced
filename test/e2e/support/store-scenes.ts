/*
 * What the tests of every kind of store do to a gateway: a stranger's mail, whose answer tells what the store has answered, and
 * servers that misbehave behind a proxy.
 */
import assert from 'node:assert/strict';
import { deliver, sampleMessage } from './deliver.js';
import type { FaultProxy, ProxyFault } from './fault-proxy.js';
import type { Gateway } from './gateway.js';
import { until } from './until.js';

const LIMIT_MS = 30_000;

/** The codes of RCPT, and of the message after it; undefined where none is sent. */
export type Codes = readonly [number, number | undefined];

/** Sends a message of a stranger. */
export async function sendAsStranger({ port }: Gateway, to: string, subject = 'x'): Promise<Codes> {
  const { rcpt, data } = await deliver({
    port,
    localAddress: '127.0.2.1',
    from: 'a@b.example',
    to: [to],
    message: sampleMessage(subject),
  });
  return [rcpt[0]?.code ?? 0, data?.code];
}

/** Sends messages until RCPT is answered so, and the message after it with 250 if there is one. */
export async function answerBecomes(gateway: Gateway, to: string, code: number): Promise<void> {
  const wanted = JSON.stringify([code, code === 250 ? 250 : undefined]);
  let last = '';
  await until(
    async () => {
      last = JSON.stringify(await sendAsStranger(gateway, to));
      return last === wanted;
    },
    LIMIT_MS,
    () => `${code} to ${to}; the last answer was ${last}`,
  );
}

/**
 * Everything that a proxy does to a server of the store `people` with a timeout of 2 s, and the cause in the log; `dropped` is what
 * the client says of a connection that is closed.
 */
export const storeFaults = (dropped = ''): readonly (readonly [ProxyFault, RegExp])[] => [
  ['refuses', /store `people`: 127\.0\.0\.1:\d+: connect ECONNREFUSED/],
  ['is silent', /store `people`: 127\.0\.0\.1:\d+: no answer within 2 s/],
  ['is slow', /store `people`: 127\.0\.0\.1:\d+: no answer within 2 s/],
  ['drops', new RegExp(`store \`people\`: 127\\.0\\.0\\.1:\\d+: ${dropped}`)],
  ['answers garbage', /store `people`: 127\.0\.0\.1:\d+: ./],
];

/** A gateway whose store is behind a proxy. */
export interface FaultScene {
  readonly gateway: Gateway;
  readonly proxy: FaultProxy;
  /** Addresses that are accepted while the server works. */
  readonly accepted: readonly [string, ...string[]];
  /** Addresses that need an answer of the server. */
  readonly asked: readonly string[];
  /** What must never be in the log. */
  readonly secret: string;
}

/** During the fault everything that is asked is deferred with the cause in the log, and Haraka recovers without a restart. */
export async function deferDuring(fault: ProxyFault, cause: RegExp, scene: FaultScene): Promise<void> {
  const { gateway, proxy, accepted, asked, secret } = scene;
  for (const to of accepted) await answerBecomes(gateway, to, 250);
  const before = gateway.log().length;
  await proxy.become(fault);
  for (const to of asked) assert.deepEqual(await sendAsStranger(gateway, to), [451, undefined], to);
  await gateway.waitForLog((log) => cause.test(log.slice(before)));
  await proxy.become('none');
  await answerBecomes(gateway, accepted[0], 250);
  assert.ok(!gateway.log().includes(secret));
}
