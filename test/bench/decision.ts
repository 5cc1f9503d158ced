/*
 * One decision (channel of the client, envelope From, recipient with a look-up in a CDB file) against the same policy written by
 * hand, and the cost of a recipient against Haraka's own parser of addresses. Answers are compared for every input measured.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Address } from '@haraka/email-address';
import type { Path } from '../../lib/address/address.js';
import { parsePath } from '../../lib/address/parse-path.js';
import { parseSettings } from '../../lib/config/parse-settings.js';
import { decideConnection } from '../../lib/decide/decide-connection.js';
import { decideRecipient } from '../../lib/decide/decide-recipient.js';
import { decideSender } from '../../lib/decide/decide-sender.js';
import type { RecipientDecision } from '../../lib/decide/decision.js';
import type { LookupAnswer } from '../../lib/engine/lookup.js';
import type { Policy } from '../../lib/policy/policy.js';
import type { Session } from '../../lib/policy/session.js';
import { Counters } from '../../runtime/counters/counters.js';
import { openCdb } from '../../runtime/databases/cdb-reader.js';
import { systemClock } from '../../runtime/time/clock.js';
import { forwarded, makeDatabase } from './forwarded-addresses.js';
import { atLeast, atMost, atMostTimes } from './goal.js';
import { type Answer, type Decide, handWrittenPolicy, type Question } from './hand-written-policy.js';
import { compare, microsecondsPerCall, percentile } from './measure.js';
import { makePolicy, networkPrefix, runNow, type Size } from './policy-fixture.js';
import type { Row, Table } from './row.js';

const octetsPerMegabyte = 1 << 20;
const decisions = 20_000;
const sizes: readonly Size[] = [
  { networks: 10, entries: 10 },
  { networks: 10_000, entries: 1_000 },
];

const byHand = 'written by hand';
const parser = '@haraka/email-address';

type Look = (key: string) => LookupAnswer;

/** Half of the clients are inside; most recipients are ours, half of those forwarded; some senders are blocked. */
function questionAt(index: number, { networks, entries }: Size): Question {
  const user = `user${(index * 7919) % (forwarded * 2)}`;
  const hosts = ['sub.domain.com', 'other.com'];
  return {
    client: index % 2 === 0 ? `${networkPrefix(index % networks)}7` : '203.0.113.9',
    from: index % 16 === 5 ? `offer@spam${index % entries}.example` : 'somebody@example.net',
    to: `${user}@${index % 5 === 0 ? hosts[(index / 5) & 1] : 'domain.com'}`,
  };
}

function pathOf(text: string): Path {
  const parsed = parsePath(`<${text}>`);
  if (parsed.kind !== 'path') throw new Error(`not a path: ${text}`);
  return parsed.path;
}

function sessionOf(policy: Policy, client: string, look: Look): { session: Session; relaying: boolean } {
  const connection = {
    client: { address: client, port: 4000 },
    server: { address: '192.0.2.1', port: 25 },
    reverseName: { kind: 'none', cause: 'not looked up' },
  } as const;
  const { channel, relaying } = runNow(policy, look, (environment) =>
    decideConnection(policy, connection, environment),
  );
  const { client: from, server, reverseName } = connection;
  const command = { helo: 'client.example', esmtp: true, tls: false, authUser: null };
  return { session: { client: from, server, reverseName, sourceChannel: channel, ...command }, relaying };
}

const noNotify: ReadonlySet<string> = new Set();
const options = { tables: true, bothPasses: false };

function recipientOf(
  policy: Policy,
  session: Session,
  { envelopeFrom, to }: { readonly envelopeFrom: string; readonly to: Path },
  look: Look,
): RecipientDecision {
  const request = { to, originalRecipient: null, notify: noNotify };
  return runNow(policy, look, (environment) =>
    decideRecipient({ policy, session, environment }, envelopeFrom, request, options),
  );
}

function refusalOf({ verdict }: RecipientDecision): string | null {
  if (verdict.kind === 'accept') return null;
  const { code, enhanced, text } = verdict.reply;
  return `${code} ${enhanced} ${text}`;
}

/** The engine under a policy. */
function engine(policy: Policy, look: Look): Decide {
  return ({ client, from, to }) => {
    const { session, relaying } = sessionOf(policy, client, look);
    const sender = runNow(policy, look, (environment) =>
      decideSender({ policy, session, environment }, pathOf(from), { tables: true }),
    );
    const { envelopeFrom } = sender;
    const decision = recipientOf(policy, session, { envelopeFrom, to: pathOf(to) }, look);
    const { address, deliveries } = decision;
    return {
      sourceChannel: session.sourceChannel,
      relaying,
      envelopeFrom,
      refusal: refusalOf(decision),
      address,
      delivery: deliveries[0] ?? null,
    };
  };
}

function checkSame(question: Question, ours: Answer, other: Answer): void {
  assert.deepEqual(ours, other, `the policy written by hand differs for ${JSON.stringify(question)}`);
}

/** The time that one decision in a hundred exceeds, divided by the usual time; each is measured on its own. */
function spreadOf(decide: Decide, questions: readonly Question[]): number {
  const times = questions.map((question) => microsecondsPerCall(1, () => void decide(question)));
  return percentile(times, 0.99) / percentile(times, 0.5);
}

async function rowsOf(size: Size, look: Look): Promise<readonly Row[]> {
  const { networks, entries } = size;
  const name = `${networks} networks, ${entries} entries, ${forwarded} addresses`;
  const policy = makePolicy(size);
  const questions = Array.from({ length: decisions }, (_, index) => questionAt(index, size));
  const ours = engine(policy, look);
  const hand = handWrittenPolicy(size, look);
  for (const question of questions) checkSame(question, ours(question), hand(question));

  const timeOf = (decide: Decide) => (): number => {
    let at = 0;
    return microsecondsPerCall(decisions, () => {
      const question = questions[at++];
      if (question !== undefined) decide(question);
    });
  };
  const { session } = sessionOf(policy, '203.0.113.9', look);
  const recipient = (index: number): void => {
    const { from, to } = questions[index] ?? questionAt(index, size);
    recipientOf(policy, session, { envelopeFrom: from, to: pathOf(to) }, look);
  };
  const parsing = (index: number): unknown => new Address(`<${questions[index]?.to ?? ''}>`);
  return [
    await compare({
      what: `decision (${name})`,
      unit: 'us',
      ours: timeOf(ours),
      peers: [{ name: byHand, run: timeOf(hand) }],
      goals: [atMostTimes(4, byHand)],
    }),
    await compare({
      what: `decision, p99 / p50 (${name})`,
      unit: 'times',
      ours: () => spreadOf(ours, questions),
      peers: [{ name: byHand, run: () => spreadOf(hand, questions) }],
      goals: [atMost(5)],
    }),
    await compare({
      what: `recipient (${name})`,
      unit: 'us',
      ours: () => microsecondsPerCall(decisions, recipient),
      peers: [{ name: parser, run: () => microsecondsPerCall(decisions, (index) => void parsing(index)) }],
      goals: [atMostTimes(5, parser)],
    }),
  ];
}

const addresses = 10_000;
const throttled = 100_000;

/** Attempts a second that `throttle` counts in the memory of one process, from ten thousand addresses. */
async function throttleRow(): Promise<Row> {
  const counters = new Counters(systemClock);
  const keys = Array.from({ length: addresses }, (_, index) => `198.18.${index >> 8}.${index & 255}`);
  const count = (index: number): void => {
    const key = keys[index % addresses] ?? '';
    counters.take({ action: 'throttle', key, perMinute: 10, penalizes: true }, null);
  };
  return await compare({
    what: `attempts counted by throttle, from ${addresses} addresses`,
    unit: 'attempts/s',
    ours: () => 1e6 / microsecondsPerCall(throttled, count),
    peers: [],
    goals: [atLeast(100_000)],
  });
}

/** The table `decision`. */
export async function decisionTable(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'pmdf-bench-'));
  try {
    const file = makeDatabase(folder);
    const memory = parseSettings(null).value.limits.databaseMemory * octetsPerMegabyte;
    const names = { name: file, shortName: 'general.cdb' };
    const database = openCdb(file, names, {
      clock: systemClock,
      report: () => undefined,
      memory: () => memory,
    }).value;
    if (database === null) throw new Error('the database could not be opened');
    const rows: Row[] = [];
    for (const size of sizes) {
      for (const row of await rowsOf(size, (key) => database.get(key))) rows.push(row);
    }
    database.close();
    rows.push(await throttleRow());
    const notes = [
      'Written by hand is the same policy as one JavaScript function, with the same reader of the CDB file, which keeps as much in memory as limits.database_memory says by default.',
    ];
    return { name: 'decision', rows, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
