import assert from 'node:assert/strict';
import { countedClient } from '../../../lib/address/index.js';
import { Authenticator, type Outcome, type SmtpJudge } from '../../../plugins/auth/authenticate.js';
import { Gate, TooBusy } from '../../../plugins/auth/gate.js';
import { Successes } from '../../../plugins/auth/reputation.js';
import { Turns } from '../../../plugins/auth/turns.js';
import { Failures } from '../../../runtime/passwords/index.js';
import type { PasswordAnswer } from '../../../runtime/passwords/password-judge.js';
import { ManualClock } from '../../support/manual-clock.js';

const rules = { limit: 3, forgetMs: 60_000 };
const settings = {
  withoutTls: [],
  clientWithoutTls: [],
  failures: 3,
  forgetSeconds: 60,
  failuresStore: null,
  passwords: null,
};

/** Lets everything run that is ready. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('failures', () => {
  const failure = { client: 'c', isRepeated: false, mostMs: 8_000 };

  it('delays each answer longer, and then refuses until one is forgotten', () => {
    const clock = new ManualClock();
    const failures = new Failures(clock);
    const delays = [1, 2, 3].map(() => failures.add(failure, rules));
    assert.deepEqual(delays, [500, 1_000, 2_000]);
    assert.equal(failures.isRefused('c', rules), true);
    assert.equal(failures.isRefused('other', rules), false);
    clock.advance(59_999);
    assert.equal(failures.isRefused('c', rules), true);
    clock.advance(1);
    assert.equal(failures.isRefused('c', rules), false);
    failures.add(failure, rules);
    assert.equal(failures.isRefused('c', rules), true);
  });

  it('counts the same wrong password each time, and answers it no slower', () => {
    const failures = new Failures(new ManualClock());
    for (let count = 0; count < 3; count += 1) {
      assert.equal(failures.isRefused('c', rules), false);
      assert.equal(failures.add({ ...failure, isRepeated: true }, rules), 500);
    }
    assert.equal(failures.isRefused('c', rules), true);
  });

  it('refuses nobody without a limit, and delays at most the maximum', () => {
    const failures = new Failures(new ManualClock());
    const delays = Array.from({ length: 12 }, () =>
      failures.add({ ...failure, mostMs: 3_000 }, { ...rules, limit: 0 }),
    );
    assert.equal(Math.max(...delays), 3_000);
    assert.equal(failures.isRefused('c', { ...rules, limit: 0 }), false);
  });

  it('remembers a limited number of clients', () => {
    const failures = new Failures(new ManualClock(), 100);
    for (let client = 0; client < 1_000; client += 1)
      failures.add({ ...failure, client: String(client) }, rules);
    assert.equal(failures.size, 100);
  });

  it('counts an IPv6 network as one client', () => {
    assert.equal(countedClient('2001:db8::1'), countedClient('2001:db8::ffff:2'));
    assert.notEqual(countedClient('2001:db8::1'), countedClient('2001:db8:0:1::1'));
    assert.notEqual(countedClient('192.0.2.1'), countedClient('192.0.2.2'));
    assert.equal(countedClient('::ffff:192.0.2.1'), countedClient('192.0.2.1'));
  });
});

describe('turns', () => {
  const limits = { atOnce: 1, waitingPerClient: 10, waitingForKey: 10, clients: 10 };

  it('permits one attempt for each client, and a limited number of keys at a time', async () => {
    const turns = new Turns(new ManualClock(), { ...limits, atOnce: 2, waitingPerClient: 10 });
    let inside = 0;
    let most = 0;
    const open: (() => void)[] = [];
    const work = (client: string): Promise<void> =>
      turns.withTurn(client, 'new', 1_000, () =>
        turns.withSlot('new', 1_000, async () => {
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

  it('turns away attempts that wait too long, and those over the limit', async () => {
    const clock = new ManualClock();
    const turns = new Turns(clock, { ...limits, waitingPerClient: 1, clients: 2 });
    let release = (): void => undefined;
    const first = turns.withTurn(
      'a',
      'new',
      1_000,
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    const second = turns.withTurn('a', 'new', 1_000, async () => 'never');
    await assert.rejects(
      turns.withTurn('a', 'new', 1_000, async () => 'never'),
      TooBusy,
    );
    assert.equal(await turns.withTurn('b', 'new', 1_000, async () => 'served'), 'served');
    clock.advance(1_000);
    await assert.rejects(second, TooBusy);
    release();
    await first;
    assert.equal(turns.size, 0);
    assert.equal(await turns.withTurn('a', 'new', 1_000, async () => 'again'), 'again');
  });

  it('continues after work that fails', async () => {
    const turns = new Turns(new ManualClock());
    await assert.rejects(
      turns.withTurn('a', 'new', 1, () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(turns.size, 0);
  });
});

describe('the gate', () => {
  /** Queues attempts for an occupied place, and returns the order in which they get it. */
  async function orderOf(
    people: readonly (readonly [string, 'known' | 'half known' | 'new' | 'failing'])[],
    mostInLine = 100,
  ): Promise<readonly string[]> {
    const gate = new Gate(new ManualClock(), 1, mostInLine);
    await gate.enter(1_000, 'new');
    const order: string[] = [];
    const all = people.map(([name, reputation]) =>
      gate.enter(1_000, reputation).then(
        () => {
          order.push(name);
          gate.leave();
        },
        () => order.push(`${name} is sent away`),
      ),
    );
    await settled();
    gate.leave();
    await Promise.all(all);
    assert.equal(gate.isIdle, true);
    return order;
  }

  it('serves known users first', async () => {
    const people = [
      ['guesser', 'failing'],
      ['new one', 'new'],
      ['new place', 'half known'],
      ['jane', 'known'],
      ['bob', 'known'],
    ] as const;
    assert.deepEqual(await orderOf(people), ['jane', 'bob', 'new place', 'new one', 'guesser']);
  });

  it('serves a long queue from its end, and turns away what does not fit', async () => {
    const people = Array.from({ length: 12 }, (_, index) => [String(index), 'new'] as const);
    const order = await orderOf(people, 11);
    assert.deepEqual(order, ['0 is sent away', '11', '10', '9', '1', '2', '3', '4', '5', '6', '7', '8']);
  });
});

describe('successes', () => {
  it('are remembered by user, by client, and by both', () => {
    const clock = new ManualClock();
    const successes = new Successes(clock);
    successes.add('home', 'jane');
    for (const [client, user, hasFailed, reputation] of [
      ['home', 'jane', false, 'known'],
      ['home', 'jane', true, 'known'],
      ['home', 'bob', false, 'half known'],
      ['home', 'bob', true, 'failing'],
      ['hotel', 'jane', false, 'half known'],
      ['hotel', 'jane', true, 'failing'],
      ['hotel', 'bob', false, 'new'],
    ] as const) {
      assert.equal(successes.reputationOf(client, user, hasFailed), reputation);
    }
    clock.advance(7 * 24 * 3_600_000);
    assert.equal(successes.reputationOf('home', 'jane', false), 'new');
  });
});

describe('the authenticator', () => {
  function open(answer: (password: string) => PasswordAnswer): {
    clock: ManualClock;
    asked: string[];
    decide: (address: string, password: string, user?: string) => Promise<Outcome>;
  } {
    const clock = new ManualClock();
    const asked: string[] = [];
    const wrong = new Set<string>();
    const authenticator = new Authenticator({
      clock,
      failures: new Failures(clock),
      patienceMs: 30_000,
    });
    const judge: SmtpJudge = {
      examine: async (user, service, password) => {
        if (wrong.has(password)) return { kind: 'known wrong' };
        const check = async (): Promise<PasswordAnswer> => {
          asked.push(`${user} ${service} ${password}`);
          const given = answer(password);
          if (given.kind === 'wrong') wrong.add(password);
          return given;
        };
        return { kind: 'open', check };
      },
    };
    return {
      clock,
      asked,
      decide: (address, password, user = 'jane') =>
        authenticator.decide({ address, user, password }, { settings, judge, shared: null }),
    };
  }

  const judge = (password: string): PasswordAnswer =>
    password === 'apples' ? { kind: 'good', user: 'jane' } : { kind: 'wrong' };

  it('delays a client that failed, and no other', async () => {
    const { clock, decide } = open(judge);
    let isAnswered = false;
    const wrong = decide('192.0.2.1', 'pears').then((outcome) => {
      isAnswered = true;
      return outcome;
    });
    const second = decide('192.0.2.1', 'apples');
    assert.deepEqual(await decide('192.0.2.2', 'apples'), { kind: 'good', user: 'jane' });
    await settled();
    assert.equal(isAnswered, false);
    clock.advance(500);
    assert.deepEqual(await wrong, { kind: 'wrong' });
    assert.deepEqual(await second, { kind: 'good', user: 'jane' });
  });

  it('does not make a known user wait for failures of others at the same address', async () => {
    const { clock, decide } = open(judge);
    assert.equal((await decide('192.0.2.1', 'apples')).kind, 'good');
    const wrong = decide('192.0.2.1', 'pears', 'root');
    await settled();
    assert.equal((await decide('192.0.2.1', 'apples')).kind, 'good');
    clock.advance(500);
    assert.equal((await wrong).kind, 'wrong');
  });

  it('checks a wrong password once, and counts it each time', async () => {
    const { clock, asked, decide } = open(judge);
    for (let count = 0; count < 3; count += 1) {
      const outcome = decide('192.0.2.1', 'pears');
      await settled();
      clock.advance(500);
      assert.deepEqual(await outcome, { kind: 'wrong' });
    }
    assert.deepEqual(asked, ['jane SMTP pears']);
    assert.deepEqual(await decide('192.0.2.1', 'pears'), { kind: 'refused' });
  });

  it('checks no password of a client that is refused', async () => {
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

  it('counts no failure for an internal error', async () => {
    const { decide } = open(() => ({ kind: 'failed', cause: 'broken' }));
    for (let count = 0; count < 10; count += 1)
      assert.deepEqual(await decide('192.0.2.1', 'x'), { kind: 'failed', cause: 'broken' });
  });
});
