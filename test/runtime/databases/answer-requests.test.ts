import assert from 'node:assert/strict';
import { heldBar } from '../../../lib/address/bar.js';
import { absent, type DatabaseName, found, type LookupAnswer } from '../../../lib/engine/lookup.js';
import { type Answers, answerRequests } from '../../../runtime/databases/answer-requests.js';
import type { AsyncDatabase, Database } from '../../../runtime/databases/database.js';
import type { RemoteLimits } from '../../../runtime/databases/remote-answers.js';
import { ManualClock } from '../../support/manual-clock.js';

const limits: RemoteLimits = { timeoutMs: 100, cacheSize: 10, cacheMs: 1000, negativeMs: 500 };

/** A remote database whose answers a test controls. */
class Pending implements AsyncDatabase {
  readonly kind = 'remote';
  readonly asked: string[] = [];
  readonly open: { resolve: (answer: LookupAnswer) => void; reject: (error: Error) => void }[] = [];

  look(key: string): Promise<LookupAnswer> {
    this.asked.push(key);
    return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
  }

  close(): void {}
}

describe('answer-requests', () => {
  let clock: ManualClock;
  let remote: Pending;
  let answers: Answers;

  const embedded: Database = {
    kind: 'embedded',
    look: (key) => (key === 'a|b' ? found('bar') : absent),
    close: () => {},
  };

  function ask(database: DatabaseName, key: string): LookupAnswer | Promise<LookupAnswer> {
    return answers.answer({ kind: 'database', database, key });
  }

  beforeEach(() => {
    clock = new ManualClock();
    remote = new Pending();
    const databases = new Map<DatabaseName, Database | AsyncDatabase>([
      ['general', embedded],
      ['alias', remote],
    ]);
    answers = answerRequests({ databases, sequences: null, limits, clock });
  });

  it('queries an embedded database at once, with bars as bars', () => {
    assert.deepEqual(ask('general', `a${heldBar}b`), found('bar'));
    assert.deepEqual(ask('general', 'c'), absent);
  });

  it('answers failed for a database that is not configured', () => {
    assert.deepEqual(ask('forward', 'a'), { kind: 'failed', cause: 'no forward database is configured' });
    assert.deepEqual(answers.answer({ kind: 'sequence', file: 'f', radix: 10, width: 0, modulus: null }), {
      kind: 'failed',
      cause: 'no folder for sequence files is configured',
    });
  });

  it('knows which answers come at once', () => {
    const isEmbedded = (database: DatabaseName): boolean =>
      answers.isEmbedded({ kind: 'database', database, key: 'a' });
    assert.deepEqual(
      [isEmbedded('general'), isEmbedded('forward'), isEmbedded('alias')],
      [true, true, false],
    );
    assert.equal(
      answers.isEmbedded({ kind: 'sequence', file: 'f', radix: 10, width: 0, modulus: null }),
      true,
    );
  });

  it('queries a remote database once for identical requests', async () => {
    const both = [ask('alias', 'Jane'), ask('alias', 'JANE')];
    remote.open[0]?.resolve(found('x'));
    assert.deepEqual(await Promise.all(both), [found('x'), found('x')]);
    assert.deepEqual(remote.asked, ['Jane']);
    assert.equal(clock.waiting, 0);
  });

  it('caches found and absent answers, each for its time', async () => {
    for (const [key, answer, time] of [
      ['a', found('x'), 1000],
      ['b', absent, 500],
    ] as const) {
      const first = ask('alias', key);
      remote.open.at(-1)?.resolve(answer);
      assert.deepEqual(await first, answer);
      clock.advance(time - 1);
      assert.deepEqual(ask('alias', key), answer);
      clock.advance(1);
      assert.ok(ask('alias', key) instanceof Promise);
      remote.open.at(-1)?.resolve(answer);
    }
  });

  it('answers failed after the timeout, and queries again the next time', async () => {
    const late = ask('alias', 'a');
    clock.advance(100);
    assert.deepEqual(await late, {
      kind: 'failed',
      cause: 'the alias database did not answer within 100 ms',
    });
    const again = ask('alias', 'a');
    assert.equal(remote.asked.length, 2);
    remote.open[0]?.resolve(found('too late'));
    remote.open[1]?.resolve(found('x'));
    assert.deepEqual(await again, found('x'));
  });

  it('answers failed when the database rejects, and does not cache it', async () => {
    const first = ask('alias', 'a');
    remote.open[0]?.reject(new Error('no connection'));
    assert.deepEqual(await first, { kind: 'failed', cause: 'the alias database failed: no connection' });
    assert.ok(ask('alias', 'a') instanceof Promise);
  });

  it('does not cache failed', async () => {
    const first = ask('alias', 'a');
    remote.open[0]?.resolve({ kind: 'failed', cause: 'busy' });
    assert.deepEqual(await first, { kind: 'failed', cause: 'busy' });
    assert.ok(ask('alias', 'a') instanceof Promise);
  });
});
