import assert from 'node:assert/strict';
import { Authenticator, type Outcome } from '../../../plugins/auth/authenticate.js';
import { clientOf, Failures } from '../../../plugins/auth/failures.js';
import { TooBusy, Turns } from '../../../plugins/auth/turns.js';
import type { PasswordAnswer } from '../../../runtime/password-file.js';
import { ManualClock } from '../../support/manual-clock.js';

const rules = { limit: 3, forgetMs: 60_000 };
const settings = { withoutTls: [], clientWithoutTls: [], failures: 3, forgetSeconds: 60 };

/** Lets everything run that waits for nothing but its turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('failures', () => {
  it('makes each answer slower, and then refuses until one is forgotten', () => {
    const clock = new ManualClock();
    const failures = new Failures(clock);
    const delays = [1, 2, 3].map((count) => failures.add('c', 'jane', `guess${count}`, rules, 8_000));
    assert.deepEqual(delays, [500, 1_000, 2_000]);
    assert.equal(failures.isRefused('c', rules), true);
    assert.equal(failures.isRefused('other', rules), false);
    clock.advance(59_999);
    assert.equal(failures.isRefused('c', rules), true);
    clock.advance(1);
    assert.equal(failures.isRefused('c', rules), false);
    failures.add('c', 'jane', 'guess4', rules, 8_000);
    assert.equal(failures.isRefused('c', rules), true);
  });

  it('counts the same wrong password once', () => {
    const failures = new Failures(new ManualClock());
    for (let count = 0; count < 20; count += 1)
      assert.equal(failures.add('c', 'jane', 'old', rules, 8_000), 500);
    assert.equal(failures.isRefused('c', rules), false);
    assert.equal(failures.add('c', 'bob', 'old', rules, 8_000), 1_000);
  });

  it('refuses nobody without a limit, and delays no longer than it may', () => {
    const failures = new Failures(new ManualClock());
    const delays = Array.from({ length: 12 }, (_, count) =>
      failures.add('c', 'jane', `guess${count}`, { ...rules, limit: 0 }, 3_000),
    );
    assert.equal(Math.max(...delays), 3_000);
    assert.equal(failures.isRefused('c', { ...rules, limit: 0 }), false);
  });

  it('remembers so many clients and no more', () => {
    const failures = new Failures(new ManualClock(), 100);
    for (let client = 0; client < 1_000; client += 1) failures.add(String(client), 'a', 'b', rules, 0);
    assert.equal(failures.size, 100);
  });

  it('takes a network of IPv6 for one client', () => {
    assert.equal(clientOf('2001:db8::1'), clientOf('2001:db8::ffff:2'));
    assert.notEqual(clientOf('2001:db8::1'), clientOf('2001:db8:0:1::1'));
    assert.notEqual(clientOf('192.0.2.1'), clientOf('192.0.2.2'));
    assert.equal(clientOf('::ffff:192.0.2.1'), clientOf('192.0.2.1'));
  });
});

describe('turns', () => {
  it('lets one client in at a time, and so many keys', async () => {
    const turns = new Turns(new ManualClock(), { atOnce: 2, waitingPerClient: 10, clients: 10 });
    let inside = 0;
    let most = 0;
    const open: (() => void)[] = [];
    const work = (client: string): Promise<void> =>
      turns.withTurn(client, 1_000, () =>
        turns.withSlot(1_000, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise<void>((resolve) => open.push(resolve));
          inside -= 1;
        }),
      );
    const all = Promise.all(['a', 'a', 'a', 'b', 'c'].map(work));
    await settled();
    assert.equal(inside, 2);
    for (let done = 0; done < 5; done += 1) {
      open.shift()?.();
      await settled();
    }
    await all;
    assert.equal(most, 2);
    assert.equal(turns.size, 0);
  });

  it('sends away whoever waits too long, and those behind too many', async () => {
    const clock = new ManualClock();
    const turns = new Turns(clock, { atOnce: 1, waitingPerClient: 1, clients: 2 });
    let release = (): void => undefined;
    const first = turns.withTurn('a', 1_000, () => new Promise<void>((resolve) => (release = resolve)));
    const second = turns.withTurn('a', 1_000, async () => 'never');
    await assert.rejects(
      turns.withTurn('a', 1_000, async () => 'never'),
      TooBusy,
    );
    assert.equal(await turns.withTurn('b', 1_000, async () => 'served'), 'served');
    clock.advance(1_000);
    await assert.rejects(second, TooBusy);
    release();
    await first;
    assert.equal(turns.size, 0);
    assert.equal(await turns.withTurn('a', 1_000, async () => 'again'), 'again');
  });

  it('goes on after work that fails', async () => {
    const turns = new Turns(new ManualClock());
    await assert.rejects(
      turns.withTurn('a', 1, () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(turns.size, 0);
  });
});

describe('the authenticator', () => {
  function open(answer: (password: string) => PasswordAnswer): {
    clock: ManualClock;
    asked: string[];
    decide: (address: string, password: string) => Promise<Outcome>;
  } {
    const clock = new ManualClock();
    const asked: string[] = [];
    const authenticator = new Authenticator({
      clock,
      patienceMs: 30_000,
      ask: async (user, service, password) => {
        asked.push(`${user} ${service} ${password}`);
        return answer(password);
      },
    });
    return {
      clock,
      asked,
      decide: (address, password) => authenticator.decide({ address, user: 'jane', password }, settings),
    };
  }

  const judge = (password: string): PasswordAnswer =>
    password === 'apples' ? { kind: 'good', user: 'jane' } : { kind: 'wrong' };

  it('holds back a client that failed, and no other', async () => {
    const { clock, decide } = open(judge);
    let isAnswered = false;
    const wrong = decide('192.0.2.1', 'pears').then((outcome) => {
      isAnswered = true;
      return outcome;
    });
    const behind = decide('192.0.2.1', 'apples');
    assert.deepEqual(await decide('192.0.2.2', 'apples'), { kind: 'good', user: 'jane' });
    await settled();
    assert.equal(isAnswered, false);
    clock.advance(500);
    assert.deepEqual(await wrong, { kind: 'wrong' });
    assert.deepEqual(await behind, { kind: 'good', user: 'jane' });
  });

  it('looks at no password of a client that is refused', async () => {
    const { clock, asked, decide } = open(judge);
    for (const guess of ['one', 'two', 'three']) {
      const outcome = decide('192.0.2.1', guess);
      await settled();
      clock.advance(8_000);
      assert.deepEqual(await outcome, { kind: 'wrong' });
    }
    assert.equal(asked.length, 3);
    for (let count = 0; count < 5; count += 1) {
      const outcome = await decide('192.0.2.1', 'apples');
      if (outcome.kind === 'good') assert.fail('a refused client authenticated');
    }
    assert.equal(asked.length, 3);
    assert.equal((await decide('192.0.2.2', 'apples')).kind, 'good');
  });

  it('counts trouble against nobody', async () => {
    const { decide } = open(() => ({ kind: 'failed', cause: 'broken' }));
    for (let count = 0; count < 10; count += 1)
      assert.deepEqual(await decide('192.0.2.1', 'x'), { kind: 'failed', cause: 'broken' });
  });
});
