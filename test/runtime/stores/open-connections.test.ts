/*
 * The connections of a pool: how many questions are on each, and which one is closed to make room.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { StoreServer } from '../../../lib/config/settings/stores/store-server.js';
import { OpenConnections, type SharedConnection } from '../../../runtime/stores/open-connections.js';

function serverAt(port: number): StoreServer {
  return { kind: 'host', host: 'h', port, tls: 'off' };
}

const [one, other] = [serverAt(1), serverAt(2)];

/** Connections that log what is done to them, by the number in which they were wanted. */
function scene(connections: number, questionsAtOnce: number) {
  const log: string[] = [];
  let count = 0;
  const open = new OpenConnections(
    async () => {
      count += 1;
      const number = count;
      return {
        values: async () => [],
        close: () => void log.push(`close ${number}`),
        keepAlive: (wanted) => void log.push(`${wanted ? 'keep' : 'let go'} ${number}`),
      };
    },
    { connections, questionsAtOnce },
  );
  async function take(server: StoreServer): Promise<SharedConnection> {
    const shared = open.take(server);
    assert.ok(shared !== null);
    await shared.opened;
    return shared;
  }
  return { open, log, take };
}

describe('the connections of a pool', () => {
  it('take as many questions as they may, then there is another', async () => {
    const { take } = scene(8, 2);
    const [first, second, third] = [await take(one), await take(one), await take(one)];
    assert.equal(first, second);
    assert.notEqual(first, third);
    assert.deepEqual([first.asked, third.asked], [2, 1]);
  });

  it('keep the process alive only while a question is on them', async () => {
    const { open, log, take } = scene(8, 2);
    const shared = await take(one);
    await take(one);
    open.leave(shared);
    assert.deepEqual(log, []);
    open.leave(shared);
    await take(one);
    assert.deepEqual(log, ['let go 1', 'keep 1']);
  });

  it('give way to another server when they are idle, the last one first', async () => {
    const { open, log, take } = scene(2, 1);
    const [first, second] = [await take(one), await take(one)];
    assert.equal(open.take(other), null);
    let isRoom = false;
    const room = open.room().then(() => {
      isRoom = true;
    });
    open.leave(first);
    open.leave(second);
    await room;
    assert.equal(isRoom, true);
    log.length = 0;
    await take(other);
    assert.deepEqual(log, ['close 2']);
    assert.equal(await take(one), first);
  });

  it('are given up while they are opened when nobody waits any more', async () => {
    const signals: AbortSignal[] = [];
    const open = new OpenConnections(
      (_server, ends) => {
        signals.push(ends);
        return new Promise(() => undefined);
      },
      { connections: 1, questionsAtOnce: 2 },
    );
    const shared = open.take(one);
    assert.ok(shared !== null && open.take(one) === shared);
    open.leave(shared);
    assert.equal(signals[0]?.aborted, false);
    open.leave(shared);
    assert.equal(signals[0]?.aborted, true);
    assert.notEqual(open.take(other), null);
  });

  it('are closed when they open too late', async () => {
    const { open, log } = scene(1, 1);
    const shared = open.take(one);
    assert.ok(shared !== null);
    open.leave(shared);
    await shared.opened;
    assert.deepEqual(log, ['close 1']);
  });

  it('are closed as soon as they are idle when none is to be kept', async () => {
    const { open, log, take } = scene(2, 1);
    const [idle, used] = [await take(one), await take(other)];
    open.leave(idle);
    log.length = 0;
    open.keepNoneIdle();
    assert.deepEqual(log, ['close 1']);
    open.leave(used);
    assert.deepEqual(log.at(-1), 'close 2');
  });
});
