/*
 * Sites with the answers that the proof of relaying has to give. The sessions of each case are judged by the real engine first, so
 * that a wrong expectation is found too.
 */
import assert from 'node:assert/strict';
import { prove } from './compare.js';
import { readCases } from './read-cases.js';
import { compileSite } from './site.js';
import { judgeSession } from './verdict.js';

/**
 * Cases that the prover does not decide yet: they must be called undecided, and nothing else. One that it decides is to be taken
 * off this list.
 */
const undecided: ReadonlySet<string> = new Set([
  'follows-routes-with-nothing-to-route',
  'routes-followed',
  'forwards-what-comes-back',
  'forwards-percent-under-strict',
  'forwards-then-refused',
  'same-text-twice',
]);
const workOnUndecided = 100_000;

describe('cases of the proof of relaying', () => {
  for (const { name, file, site, answers, ways, unallowed, refuses, relaying, others } of readCases()) {
    describe(`${name} (${file})`, () => {
      it('has sessions that relay, and others that do not', () => {
        const compiled = compileSite(site);
        for (const session of relaying)
          assert.equal(judgeSession(compiled, session)?.kind, 'relays', JSON.stringify(session));
        for (const session of others) {
          const judgement = judgeSession(compiled, session);
          assert.notEqual(judgement?.kind, 'relays', JSON.stringify([session, judgement]));
        }
      });

      if (undecided.has(name)) {
        it('is not decided yet, and called so', () => {
          const { channels } = prove(compileSite(site), workOnUndecided);
          const undecidedOnes = channels.filter(
            ({ channel, ways, doubts, answer }) =>
              answers.has(channel) &&
              (answer === 'not-decided' || doubts.length > 0) &&
              ways.every(({ allowed }) => allowed !== null),
          );
          assert.notEqual(undecidedOnes.length, 0, JSON.stringify(channels));
        });
        return;
      }

      it('is answered', () => {
        const proof = prove(compileSite(site));
        const told = JSON.stringify(proof, null, 1);
        for (const [channel, right] of answers) {
          const answer = proof.channels.find((one) => one.channel === channel)?.answer;
          assert.ok(answer !== undefined && right.includes(answer), `${channel}: ${answer}\n${told}`);
        }
        const all = proof.channels.flatMap((one) => one.ways);
        for (const { place, allowed } of ways) {
          const found = all.some((way) => way.entries.includes(place) && (way.allowed !== null) === allowed);
          assert.ok(found, `no way through ${place}${allowed ? ' that is allowed' : ''}\n${told}`);
        }
        if (unallowed)
          assert.ok(
            all.some((way) => way.allowed === null),
            `every way is allowed\n${told}`,
          );
        assert.deepEqual(proof.refusesAll, refuses);
      });
    });
  }
});
