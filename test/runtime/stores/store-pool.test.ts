/*
 * The pool of a store: its limits, its cache, its servers in turn, and what it makes of trouble. Servers are played by the
 * test; the clock is moved by hand.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { StoreLimits } from '../../../lib/config/settings/stores/store.js';
import type { StoreQuery } from '../../../lib/config/settings/stores/store-question.js';
import type { StoreServer } from '../../../lib/config/settings/stores/store-server.js';
import type { ValuesAnswer } from '../../../lib/engine/lookup.js';
import type { Connection } from '../../../runtime/stores/open-connections.js';
import { QuestionRefused } from '../../../runtime/stores/store-connection.js';
import { StorePool } from '../../../runtime/stores/store-pool.js';
import { ManualClock } from '../../support/manual-clock.js';

const query: StoreQuery = { kind: 'socketmap', map: 'm' };

const limits: StoreLimits = {
  timeout: 3,
  connections: 2,
  cache: { found: 60, absent: 10, entries: 3 },
  retry: 10,
};

function serverAt(port: number): StoreServer {
  return { kind: 'host', host: 'h', port, tls: 'off' };
}

/** What a played server does with a connection or a question. */
type Does = 'answers' | 'refuses' | 'hangs' | 'drops' | 'rejects the question';

/** Played servers by their port, and what they saw. */
class Scene {
  readonly clock = new ManualClock();
  readonly does = new Map<number, Does>();
  readonly connects = new Map<number, Does>();
  readonly entries = new Map<string, readonly string[]>([['k', ['v']]]);
  readonly log: string[] = [];
  readonly asked: string[] = [];
  connected = 0;
  open = 0;
  mostOpen = 0;
  #release: (() => void)[] = [];
  readonly pool: StorePool;

  constructor(ports: readonly number[] = [1], given: Partial<StoreLimits> = {}, questionsAtOnce = 1) {
    this.pool = new StorePool({
      name: 'people',
      questionsAtOnce,
      servers: ports.map(serverAt),
      limits: { ...limits, ...given },
      clock: this.clock,
      report: (severity, message) => void this.log.push(`${severity}: ${message}`),
      connect: (server, ends) => this.#connect(server, ends),
    });
  }

  async #connect(server: StoreServer, ends: AbortSignal): Promise<Connection> {
    const port = server.kind === 'host' ? server.port : 0;
    const does = this.connects.get(port) ?? 'answers';
    if (does === 'refuses') throw new Error('connection refused');
    if (does === 'hangs') {
      return await new Promise((_resolve, reject) =>
        ends.addEventListener('abort', () => reject(ends.reason)),
      );
    }
    this.connected += 1;
    this.open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    let isOpen = true;
    const cuts: ((error: Error) => void)[] = [];
    return {
      values: (_query, key) =>
        new Promise((resolve, reject) => {
          cuts.push(reject);
          this.#values(port, key).then(resolve, reject);
        }),
      close: () => {
        if (isOpen) this.open -= 1;
        isOpen = false;
        for (const cut of cuts.splice(0)) cut(new Error('the connection was closed'));
      },
    };
  }

  async #values(port: number, key: string): Promise<readonly string[]> {
    this.asked.push(`${port} ${key}`);
    switch (this.does.get(port) ?? 'answers') {
      case 'answers':
        return this.entries.get(key) ?? [];
      case 'hangs':
        await new Promise<void>((resolve) => this.#release.push(resolve));
        return this.entries.get(key) ?? [];
      case 'rejects the question':
        throw new QuestionRefused('WRONGTYPE');
      default:
        throw new Error('connection reset');
    }
  }

  /** Lets the questions that hang be answered. */
  release(): void {
    for (const one of this.#release.splice(0)) one();
  }

  async ask(key = 'k'): Promise<string> {
    return shown(await this.pool.values(query, 'q', key));
  }

  /** Asks without waiting; the result is there when it is. */
  asking(key: string): { result: string | null } {
    const asking: { result: string | null } = { result: null };
    void this.ask(key).then((result) => {
      asking.result = result;
    });
    return asking;
  }
}

function shown(answer: ValuesAnswer): string {
  switch (answer.kind) {
    case 'values':
      return answer.values.join('|');
    case 'absent':
      return 'absent';
    case 'failed':
      return `failed: ${answer.cause}`;
  }
}

/** Lets everything run that waits for nothing outside. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('the pool of a store', () => {
  it('finds, and says what is absent', async () => {
    const scene = new Scene();
    scene.entries.set('two', ['a', 'b']);
    assert.equal(await scene.ask(), 'v');
    assert.equal(await scene.ask('two'), 'a|b');
    assert.equal(await scene.ask('none'), 'absent');
    assert.equal(scene.connected, 1);
  });

  it('answers at once what it keeps, until its time is over', async () => {
    const scene = new Scene();
    await scene.ask();
    scene.entries.set('k', ['new']);
    assert.deepEqual(scene.pool.values(query, 'q', 'k'), { kind: 'values', values: ['v'] });
    scene.clock.advance(60_000);
    assert.equal(await scene.ask(), 'new');
    assert.equal(await scene.ask('n'), 'absent');
    scene.entries.set('n', ['late']);
    assert.equal(await scene.ask('n'), 'absent');
    scene.clock.advance(10_000);
    assert.equal(await scene.ask('n'), 'late');
  });

  it('keeps answers to different queries apart', async () => {
    const scene = new Scene();
    await scene.ask();
    scene.entries.set('k', ['other']);
    assert.equal(shown(await scene.pool.values(query, 'another', 'k')), 'other');
  });

  it('keeps what it found, however many absent keys a stranger asks for', async () => {
    const scene = new Scene();
    await scene.ask();
    for (let at = 0; at < 100; at += 1) await scene.ask(`stranger${at}`);
    scene.asked.length = 0;
    await scene.ask();
    assert.deepEqual(scene.asked, []);
  });

  it('keeps no more than it may, nothing long, and nothing with a limit of 0', async () => {
    const scene = new Scene();
    const long = 'x'.repeat(400);
    for (const key of ['a', 'b', 'c', 'd', long]) scene.entries.set(key, ['v']);
    for (const key of ['a', 'b', 'c', 'd', long]) await scene.ask(key);
    scene.asked.length = 0;
    for (const key of ['d', 'c', 'b', 'a', long]) await scene.ask(key);
    assert.deepEqual(scene.asked, ['1 a', `1 ${long}`]);
    const none = new Scene([1], { cache: { found: 0, absent: 0, entries: 10 } });
    await none.ask();
    await none.ask();
    await none.ask('n');
    await none.ask('n');
    assert.deepEqual(none.asked, ['1 k', '1 k', '1 n', '1 n']);
  });

  it('asks once what is asked several times meanwhile', async () => {
    const scene = new Scene();
    scene.does.set(1, 'hangs');
    const all = [scene.asking('k'), scene.asking('k'), scene.asking('k')];
    await settle();
    assert.deepEqual(scene.asked, ['1 k']);
    scene.release();
    await settle();
    assert.deepEqual(
      all.map(({ result }) => result),
      ['v', 'v', 'v'],
    );
  });

  it('opens no more connections than it may; other questions wait for their turn', async () => {
    const scene = new Scene();
    scene.does.set(1, 'hangs');
    const all = ['a', 'b', 'c', 'd'].map((key) => scene.asking(key));
    await settle();
    assert.deepEqual(scene.asked, ['1 a', '1 b']);
    scene.release();
    await settle();
    assert.deepEqual(scene.asked, ['1 a', '1 b', '1 c', '1 d']);
    scene.release();
    await settle();
    assert.deepEqual(
      all.map(({ result }) => result),
      ['absent', 'absent', 'absent', 'absent'],
    );
    assert.equal(scene.mostOpen, 2);
  });

  it('refuses questions when too many wait', async () => {
    const scene = new Scene();
    scene.does.set(1, 'hangs');
    for (let at = 0; at < 1_002; at += 1) scene.asking(`k${at}`);
    await settle();
    assert.equal(
      await scene.ask('one more'),
      'failed: store `people`: more than 1000 questions wait for a connection',
    );
    scene.pool.close();
  });

  it('waits no longer than the time limit, for its turn or for an answer', async () => {
    const scene = new Scene();
    scene.does.set(1, 'hangs');
    const all = ['a', 'b', 'c'].map((key) => scene.asking(key));
    await settle();
    scene.clock.advance(2_999);
    await settle();
    assert.deepEqual(
      all.map(({ result }) => result),
      [null, null, null],
    );
    scene.clock.advance(1);
    await settle();
    assert.deepEqual(
      all.map(({ result }) => result),
      [
        'failed: store `people`: h:1: no answer within 3 s',
        'failed: store `people`: h:1: no answer within 3 s',
        'failed: store `people`: no connection became free in time',
      ],
    );
    assert.equal(scene.open, 0, 'a late answer must not be taken for that to the next question');
    assert.equal(scene.clock.waiting, 0);
  });

  it('leaves a server alone that it cannot connect to, then tries it with one question', async () => {
    const scene = new Scene();
    scene.connects.set(1, 'refuses');
    assert.equal(await scene.ask('a'), 'failed: store `people`: h:1: connection refused');
    assert.deepEqual(scene.log, ['warning: store `people`: h:1 is left alone for 10 s: connection refused']);
    scene.connects.set(1, 'answers');
    assert.equal(await scene.ask('b'), 'failed: store `people`: h:1: connection refused');
    assert.equal(scene.connected, 0);
    scene.clock.advance(10_000);
    scene.does.set(1, 'hangs');
    const tried = scene.asking('k');
    await settle();
    assert.match(await scene.ask('c'), /^failed: /);
    scene.release();
    await settle();
    assert.equal(tried.result, 'v');
    assert.equal(scene.log.at(-1), 'notice: store `people`: h:1 answers again');
    scene.does.set(1, 'answers');
    assert.equal(await scene.ask('c'), 'absent');
  });

  it('never keeps a failure', async () => {
    const scene = new Scene();
    scene.does.set(1, 'drops');
    assert.match(await scene.ask(), /^failed: /);
    scene.does.set(1, 'answers');
    assert.equal(await scene.ask(), 'v');
  });

  it('leaves a server alone that fails three questions in a row', async () => {
    const scene = new Scene();
    scene.does.set(1, 'drops');
    await scene.ask('a');
    await scene.ask('b');
    assert.deepEqual(scene.log, []);
    await scene.ask('c');
    assert.deepEqual(scene.log, ['warning: store `people`: h:1 is left alone for 10 s: connection reset']);
    scene.asked.length = 0;
    await scene.ask('d');
    assert.deepEqual(scene.asked, []);
  });

  it('asks the next server when one fails, and that one first while the other is left alone', async () => {
    const scene = new Scene([1, 2]);
    scene.connects.set(1, 'refuses');
    assert.equal(await scene.ask(), 'v');
    assert.equal(await scene.ask('b'), 'absent');
    assert.deepEqual(scene.asked, ['2 k', '2 b']);
    scene.connects.set(1, 'answers');
    scene.clock.advance(10_000);
    await scene.ask('c');
    assert.equal(scene.asked.at(-1), '1 c');
  });

  it('gives each server its share of the time', async () => {
    const scene = new Scene([1, 2]);
    scene.connects.set(1, 'hangs');
    const one = scene.asking('k');
    await settle();
    scene.clock.advance(1_500);
    await settle();
    assert.equal(one.result, 'v');
    assert.deepEqual(scene.log, [
      'warning: store `people`: h:1 is left alone for 10 s: no answer within 1.5 s',
    ]);
  });

  it('connects again when a server has closed its connections', async () => {
    const scene = new Scene();
    scene.does.set(1, 'hangs');
    scene.asking('a');
    scene.asking('b');
    await settle();
    scene.release();
    await settle();
    assert.equal(scene.open, 2);
    let drops = 1;
    scene.does.set(1, 'answers');
    const get = scene.entries.get.bind(scene.entries);
    scene.entries.get = (key) => {
      if (drops-- > 0) throw new Error('connection reset');
      return get(key);
    };
    assert.equal(await scene.ask(), 'v');
    assert.equal(scene.connected, 3);
    assert.equal(scene.open, 1, 'the other idle connection is closed too');
    assert.deepEqual(scene.log, []);
  });

  it('takes a refused question for no fault of the server', async () => {
    const scene = new Scene();
    scene.does.set(1, 'rejects the question');
    for (let at = 0; at < 5; at += 1) {
      assert.equal(await scene.ask(`k${at}`), 'failed: store `people`: h:1: WRONGTYPE');
    }
    assert.equal(scene.connected, 1);
    assert.deepEqual(scene.log, []);
  });

  for (const [value, cause] of [
    ['a\r\nb', 'the answer contains a line end or a NUL'],
    ['a\0', 'the answer contains a line end or a NUL'],
    ['j\ufffdrgen', 'the answer is not UTF-8'],
    ['x'.repeat(1 << 21), 'the answer is too long'],
  ] as const) {
    it(`refuses the value ${JSON.stringify(value.slice(0, 9))}`, async () => {
      const scene = new Scene();
      scene.entries.set('k', [value]);
      assert.equal(await scene.ask(), `failed: store \`people\`: h:1: ${cause}`);
    });
  }

  it('leaves out empty values', async () => {
    const scene = new Scene();
    scene.entries.set('k', ['', 'a', '']);
    scene.entries.set('e', ['']);
    assert.equal(await scene.ask(), 'a');
    assert.equal(await scene.ask('e'), 'absent');
  });

  it('ends every question when it is closed', async () => {
    const scene = new Scene();
    scene.does.set(1, 'hangs');
    const all = ['a', 'b', 'c'].map((key) => scene.asking(key));
    await settle();
    scene.pool.close();
    await settle();
    for (const { result } of all) assert.match(result ?? '', /^failed: .*the store is closed$/);
    assert.equal(scene.open, 0);
    assert.equal(await scene.ask(), 'failed: store `people`: it is closed');
    assert.equal(scene.clock.waiting, 0);
  });

  it('makes a failure of a client that throws where it must not', async () => {
    const pool = new StorePool({
      name: 'people',
      servers: [serverAt(1)],
      limits,
      clock: new ManualClock(),
      report: () => undefined,
      connect: async () => ({
        values: () => Promise.reject(new Error('reset')),
        close: () => {
          throw new Error('cannot close');
        },
      }),
    });
    const answer = await pool.values(query, 'q', 'k');
    assert.deepEqual(answer, { kind: 'failed', cause: 'store `people`: cannot close' });
  });

  it('does not count the time that loading the client takes', async () => {
    const clock = new ManualClock();
    const pool = new StorePool({
      name: 'people',
      servers: [serverAt(1)],
      limits,
      clock,
      report: () => undefined,
      load: async () => clock.advance(limits.timeout * 1_000 + 1),
      connect: async () => ({ values: async () => ['v'], close: () => undefined }),
    });
    assert.deepEqual(await pool.values(query, 'q', 'k'), { kind: 'values', values: ['v'] });
  });

  it('says what connecting says where the client cannot be loaded', async () => {
    const missing = () => Promise.reject(new Error('the package `x` is not installed: npm install x'));
    const pool = new StorePool({
      name: 'people',
      servers: [serverAt(1)],
      limits,
      clock: new ManualClock(),
      report: () => undefined,
      load: missing,
      connect: missing,
    });
    const answer = await pool.values(query, 'q', 'k');
    assert.ok(answer.kind === 'failed' && /npm install x$/.test(answer.cause), JSON.stringify(answer));
  });

  it('puts questions on one connection as far as it takes several, and then on another', async () => {
    const scene = new Scene([1], {}, 2);
    scene.does.set(1, 'hangs');
    const all = ['a', 'b', 'c', 'd', 'e'].map((key) => scene.asking(key));
    await settle();
    assert.deepEqual([scene.asked.length, scene.connected], [4, 2]);
    scene.release();
    await settle();
    assert.deepEqual([scene.asked.length, scene.connected], [5, 2]);
    scene.release();
    await settle();
    assert.deepEqual(
      all.map(({ result }) => result),
      ['absent', 'absent', 'absent', 'absent', 'absent'],
    );
  });

  it('asks again what was on a connection with a question that took too long', async () => {
    const scene = new Scene([1], {}, 3);
    scene.does.set(1, 'hangs');
    const slow = scene.asking('slow');
    await settle();
    scene.clock.advance(2_000);
    const others = [scene.asking('k'), scene.asking('n')];
    await settle();
    scene.does.set(1, 'answers');
    scene.clock.advance(1_000);
    await settle();
    assert.equal(slow.result, 'failed: store `people`: h:1: no answer within 3 s');
    assert.deepEqual(
      others.map(({ result }) => result),
      ['v', 'absent'],
    );
    assert.deepEqual(scene.asked, ['1 slow', '1 k', '1 n', '1 k', '1 n']);
    assert.deepEqual([scene.connected, scene.open], [2, 1]);
    assert.deepEqual(scene.log, []);
  });

  it('does not end the connecting that others wait for when one question gives up', async () => {
    const scene = new Scene([1], {}, 2);
    scene.connects.set(1, 'hangs');
    const first = scene.asking('a');
    await settle();
    scene.clock.advance(2_000);
    const second = scene.asking('b');
    await settle();
    scene.clock.advance(1_000);
    await settle();
    assert.deepEqual(
      [first.result, second.result],
      ['failed: store `people`: h:1: no answer within 3 s', null],
    );
    assert.deepEqual(scene.log, [
      'warning: store `people`: h:1 is left alone for 10 s: no answer within 3 s',
    ]);
    scene.clock.advance(2_000);
    await settle();
    assert.equal(second.result, 'failed: store `people`: h:1: no answer within 3 s');
    assert.equal(scene.clock.waiting, 0);
  });

  it('asks another server while all connections are in use at one', async () => {
    const scene = new Scene([1, 2], { connections: 1 }, 2);
    scene.does.set(1, 'hangs');
    const first = scene.asking('k');
    await settle();
    scene.clock.advance(1_000);
    const second = scene.asking('n');
    await settle();
    scene.clock.advance(500);
    await settle();
    scene.clock.advance(1_000);
    await settle();
    assert.deepEqual([first.result, second.result], ['v', 'absent']);
    assert.equal(scene.mostOpen, 1);
  });

  it('answers at once where the connection does', async () => {
    const asked: string[] = [];
    let isBusy = false;
    const pool = new StorePool({
      name: 'people',
      servers: [serverAt(1)],
      limits: { ...limits, cache: { found: 0, absent: 0, entries: 0 } },
      clock: new ManualClock(),
      report: () => undefined,
      connect: async () => ({
        values: async () => {
          asked.push('later');
          return ['v'];
        },
        valuesAtOnce: () => {
          asked.push('at once');
          return isBusy ? null : ['a\nb'];
        },
        close: () => undefined,
      }),
    });
    await pool.values(query, 'q', 'k');
    assert.deepEqual(pool.values(query, 'q', 'k'), {
      kind: 'failed',
      cause: 'store `people`: h:1: the answer contains a line end or a NUL',
    });
    isBusy = true;
    assert.deepEqual(await pool.values(query, 'q', 'k'), { kind: 'values', values: ['v'] });
    assert.deepEqual(asked, ['later', 'at once', 'at once', 'later']);
  });

  it('closes its connections when it is retired, and answers still', async () => {
    const scene = new Scene();
    await scene.ask();
    scene.pool.retire();
    assert.equal(scene.open, 0);
    assert.equal(await scene.ask('n'), 'absent');
    assert.equal(scene.open, 0);
  });
});
