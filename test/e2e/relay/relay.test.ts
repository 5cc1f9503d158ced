/*
 * The main test of the product: whatever the front accepts from a stranger, no MTA behind it sends to a third party,
 * and legitimate addresses are accepted in the same run. The same mail through a stock Haraka does leak.
 */

import assert from 'node:assert/strict';
import { describeWith } from '../../support/programs.js';
import type { RunningHaraka } from '../support/haraka-process.js';
import { assertHonest } from './assert-honest.js';
import { assertNoLeak, leaksIn } from './assert-no-leak.js';
import { knownAddresses, randomAddresses, systematicAddresses } from './generate-addresses.js';
import { honestAddresses, honestHops } from './honest-addresses.js';
import { type Lab, mtaNames, startLab } from './lab.js';
import { sample, seed } from './random.js';
import { askRecipients, fitsIntoCommand, sendToEach } from './strangers-mail.js';

/** Addresses tried on each front in addition to the known attempts: systematic and random ones. */
const systematicCount = 1500;
const randomCount = 2500;
/** The number of accepted ones that are sent a message each. */
const sentCount = 250;
/** The number of addresses accepted by a stock Haraka that are sent through it. */
const contrastCount = 60;
/** Long enough for each step on a slow machine. */
const limitMs = 300_000;

function tricksFor(seedOfRun: number): readonly string[] {
  const made = [
    ...knownAddresses(),
    ...sample(systematicAddresses(), systematicCount),
    ...randomAddresses(seedOfRun, randomCount),
  ];
  return [...new Set(made)].filter(fitsIntoCommand);
}

/** Tries all tricks, and sends messages to some of those that were accepted. */
async function tryAll(
  lab: Lab,
  front: RunningHaraka,
  tricks: readonly string[],
  count: number,
): Promise<{ readonly accepted: number; readonly leaked: number }> {
  const replies = await askRecipients(front, tricks);
  const accepted = tricks.filter((_, at) => replies[at]?.code === 250);
  const outcomes = await sendToEach(front, sample(accepted, count));
  await lab.idle(front, limitMs);
  const leaked = leaksIn(lab.sentOn.messages).length;
  const taken = outcomes.filter(({ data }) => data?.code === 250).length;
  console.log(
    `      ${tricks.length} asked for, ${accepted.length} accepted, ${outcomes.length} of them sent, ` +
      `${taken} taken by ${lab.mta.name}, ${leaked} leaked (seed ${seed})`,
  );
  return { accepted: accepted.length, leaked };
}

describe('mail of a stranger, end to end', function () {
  this.timeout(limitMs);

  for (const [index, name] of mtaNames.entries()) {
    describeWith([name], `in front of a stock ${name}`, () => {
      const tricks = tricksFor(seed + index);
      let lab: Lab;
      let front: RunningHaraka;

      before(async () => {
        lab = await startLab(name);
        front = await lab.startFront();
      });
      after(() => lab?.stop());
      beforeEach(() => {
        lab.sentOn.clear();
        lab.outside.clear();
      });

      it('the product sends nothing to a third party', async () => {
        const { accepted } = await tryAll(lab, front, tricks, sentCount);
        assert.ok(accepted >= 100, `only ${accepted} accepted: too few to show anything`);
        assertNoLeak(lab, front);
      });

      it('the product accepts all legitimate addresses, and their mail arrives', async () => {
        assert.ok(honestAddresses.length >= 50);
        await assertHonest(lab, front, [...honestAddresses, ...honestHops], limitMs);
      });

      it("the product accepts them with only PMDF's entries", async () => {
        const lenient = await lab.startFront({ builtInSourceRoutes: 'pmdf' });
        await assertHonest(lab, lenient, [...honestAddresses, ...honestHops], limitMs);
      });

      it('a stock Haraka accepts tricks, and leaks if the MTA unwraps them', async () => {
        const stock = await lab.startStock();
        const { accepted, leaked } = await tryAll(lab, stock, tricks, contrastCount);
        assert.ok(accepted >= 100, `only ${accepted} accepted`);
        // Debian's Exim refuses such local parts itself.
        if (name === 'exim') assert.equal(leaked, 0);
        else assert.ok(leaked >= 5, `only ${leaked} leaked: the tricks are too weak to show anything`);
      });
    });
  }
});
