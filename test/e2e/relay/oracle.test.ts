/*
 * The same measurement with many more addresses: the policy decides without a running Haraka, and each MTA says,
 * without sending, where it would send what the policy accepted.
 */

import assert from 'node:assert/strict';
import { itWith } from '../../support/programs.js';
import type { Mta } from '../support/mta.js';
import { openStrangersPolicy, type StrangersDecision } from './decide-as-stranger.js';
import { findLeaks, type Leak } from './find-leaks.js';
import type { FrontSettings } from './front.js';
import { randomAddresses, systematicAddresses } from './generate-addresses.js';
import { honestAddresses, honestHops } from './honest-addresses.js';
import { mtaNames, startMta } from './lab.js';
import { sample, seed } from './random.js';

/** Random addresses that the policy decides in each mode, in addition to all systematic ones. */
const randomCount = 60_000;
/** The number of accepted ones that each MTA is asked about; Sendmail is slow. */
const readCount: Readonly<Record<Mta['name'], number>> = { postfix: 10_000, exim: 10_000, sendmail: 5_000 };
const limitMs = 300_000;

/** Accepted addresses by the form that the next-hop server gets. */
type Accepted = ReadonlyMap<string, StrangersDecision>;

interface Run {
  readonly tried: number;
  readonly malformed: number;
  readonly accepted: Accepted;
}

/** Decides on all addresses; fails on one that the policy itself would send out, except the configured forward. */
async function decideAll(addresses: readonly string[], front: FrontSettings): Promise<Run> {
  const policy = await openStrangersPolicy(front);
  const accepted = new Map<string, StrangersDecision>();
  let malformed = 0;
  try {
    for (const address of addresses) {
      const decided = await policy.decide(address);
      if (decided === null) malformed += 1;
      for (const { address: given, channel } of decided?.handedOn ?? []) {
        const isForward = given === 'jdoe@other.com' && (channel === 'process' || channel === 'tcp_local');
        if (isForward) continue;
        assert.ok(
          channel === 'l' || channel === 'tcp_internal',
          `${address} goes out by ${channel}: ${given}`,
        );
        if (decided !== null) accepted.set(given, decided);
      }
    }
  } finally {
    policy.close();
  }
  return { tried: addresses.length, malformed, accepted };
}

/** The description of a leak. */
function witness({ address, way }: Leak, accepted: Accepted): string {
  const decided = accepted.get(address);
  const { verdict, entries, channel } = decided?.decision ?? {};
  return [
    `RCPT TO:<${decided?.asked}>`,
    `  ours: ${verdict?.kind}, entries ${JSON.stringify(entries)}, channel ${channel}`,
    `  theirs: ${way.join(' -> ')}`,
  ].join('\n');
}

async function assertNoLeaks(mta: Mta, run: Run): Promise<void> {
  const { name } = mta;
  const asked = sample([...run.accepted.keys()], readCount[name]);
  const leaks = await findLeaks(mta, asked);
  console.log(
    `      ${run.tried} tried, ${run.malformed} of them malformed, ${run.accepted.size} recipients accepted, ` +
      `${asked.length} put to ${name}, ${leaks.length} leaks (seed ${seed})`,
  );
  const witnesses = leaks.map((leak) => witness(leak, run.accepted));
  assert.equal(leaks.length, 0, `${name}, with seed ${seed}:\n${witnesses.slice(0, 20).join('\n')}`);
}

const modes: readonly (readonly [what: string, front: FrontSettings])[] = [
  ['the example', {}],
  ['the example, source routes followed', { sourceRoutes: 'follow' }],
  ['forwarding by a FORWARD table and aliases', { forwarding: 'table' }],
  ['a host behind a directory channel', { forwarding: 'directory' }],
];

describe('what the policy accepts from a stranger, as MTAs read it', function () {
  this.timeout(limitMs);

  const started = new Map<Mta['name'], Mta>();
  after(async () => {
    for (const mta of started.values()) await mta.stop();
  });

  /** An MTA as installed, which only says where it would send. */
  async function startedMta(name: Mta['name']): Promise<Mta> {
    const mta = started.get(name) ?? (await startMta(name, 1));
    started.set(name, mta);
    return mta;
  }

  for (const [index, [what, front]] of modes.entries()) {
    describe(what, () => {
      let run: Run;
      before(async () => {
        const addresses = [...systematicAddresses(), ...randomAddresses(seed + index, randomCount)];
        run = await decideAll(addresses, front);
      });

      it('accepts enough addresses for a meaningful test', () => {
        assert.ok(run.accepted.size >= 1_000, `only ${run.accepted.size} accepted`);
      });

      for (const name of mtaNames) {
        itWith([name], `is sent to no third party by a stock ${name}`, async () => {
          await assertNoLeaks(await startedMta(name), run);
        });
      }
    });
  }

  it('includes all legitimate addresses, in both modes of the built-in entries', async () => {
    const honest = [...honestAddresses, ...honestHops].filter(({ channel }) => channel !== 'tcp_local');
    for (const builtInSourceRoutes of ['strict', 'pmdf'] as const) {
      const policy = await openStrangersPolicy({ builtInSourceRoutes });
      try {
        for (const { asked, address, channel } of honest) {
          assert.deepEqual((await policy.decide(asked))?.handedOn, [{ address, channel }], asked);
        }
      } finally {
        policy.close();
      }
    }
  });

  itWith(mtaNames, 'would leak without the stricter entries', async () => {
    const { accepted } = await decideAll(systematicAddresses(), { builtInSourceRoutes: 'pmdf' });
    const leaks = await findLeaks(await startedMta('postfix'), [...accepted.keys()]);
    assert.ok(leaks.length >= 100, `only ${leaks.length} leaks: the addresses are too weak to show anything`);
  });
});
