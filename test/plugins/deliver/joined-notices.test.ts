/*
 * Which notices become one, and when it is written.
 */
import assert from 'node:assert/strict';
import { noRecipientNotary } from '../../../lib/notary/request.js';
import type { Attempt } from '../../../lib/notice/index.js';
import { JoinedNotices } from '../../../plugins/deliver/notices/joined-notices.js';
import type { Telling } from '../../../plugins/deliver/notices/write-notices.js';
import { ManualClock } from '../../support/manual-clock.js';

function telling(addresses: readonly string[], more: Partial<Telling> = {}, from = 'ann@a.example'): Telling {
  const times = { arrival: null, lastAttempt: null, retryUntil: null };
  const recipients = addresses.map((address) => ({
    address,
    notary: noRecipientNotary,
    status: '5.1.1',
    remoteServer: null,
    reply: null,
    reason: `not ${address}`,
  }));
  const message = { ret: null, envid: null };
  const notes = { get: () => undefined, set: () => undefined };
  return {
    notice: { action: 'failed', envelopeFrom: from, message, recipients },
    kind: 'failed',
    channel: 'l',
    times,
    attempts: [],
    original: { text: { pipe: () => undefined }, notes },
    mayCopy: true,
    ...more,
  };
}

function start(fails = false) {
  const clock = new ManualClock();
  const written: string[] = [];
  const notices = new JoinedNotices(async ({ notice, kind, channel }) => {
    const all = notice.recipients.map(({ address, reason }) => `${address} (${reason})`);
    written.push(`${kind} ${channel} ${notice.envelopeFrom}: ${all.join(' ')}`);
    if (fails) throw new Error('ENOSPC');
    return [notice.envelopeFrom];
  }, clock);
  return { clock, written, notices };
}

describe('notices', () => {
  it('about one message become one, each recipient with its own reason', async () => {
    const { clock, written, notices } = start();
    const told = ['a', 'b', 'c'].map((one) => notices.tell(telling([one]), { message: 'M.1' }));
    assert.deepEqual(written, []);
    clock.advance(1000);
    assert.deepEqual(await Promise.all(told), Array(3).fill(['ann@a.example']));
    assert.deepEqual(written, ['failed l ann@a.example: a (not a) b (not b) c (not c)']);
    assert.equal(clock.waiting, 0);
  });

  it('tell of the attempts of all files in the order of time, those that are alike once', async () => {
    const clock = new ManualClock();
    let told: readonly Attempt[] = [];
    const notices = new JoinedNotices(async ({ attempts }) => {
      told = attempts;
      return [];
    }, clock);
    const at = (second: number, said: string): Attempt => [
      new Date(second * 1000).toUTCString(),
      [[null, said, null]],
    ];
    const [first, second, third] = [at(1, 'busy'), at(2, 'full'), at(3, 'busy')];
    const all = [
      notices.tell(telling(['a'], { attempts: [first, third] }), { message: 'M.1' }),
      notices.tell(telling(['b'], { attempts: [first, second] }), { message: 'M.1' }),
    ];
    clock.advance(1000);
    await Promise.all(all);
    assert.deepEqual(told, [first, second, third]);
  });

  it('of a message without other files are written at once', async () => {
    const { written, notices, clock } = start();
    let waits = 0;
    await notices.tell(telling(['a']), { message: null, waits: () => (waits += 1) });
    assert.deepEqual([written.length, clock.waiting, waits], [1, 0, 0]);
  });

  for (const [what, other, message] of [
    ['of another message', telling(['b']), 'M.2'],
    ['of another kind', telling(['b'], { kind: 'timedout' }), 'M.1'],
    ['of another channel', telling(['b'], { channel: 'tcp_local' }), 'M.1'],
    ['to another sender', telling(['b'], {}, 'bob@a.example'), 'M.1'],
    ['of a report, of which the postmaster gets no copy', telling(['b'], { mayCopy: false }), 'M.1'],
  ] as const) {
    it(`${what} do not join`, async () => {
      const { clock, written, notices } = start();
      const told = [notices.tell(telling(['a']), { message: 'M.1' }), notices.tell(other, { message })];
      clock.advance(1000);
      await Promise.all(told);
      assert.equal(written.length, 2);
    });
  }

  it('wait for a second after the last one, and not for more than five', async () => {
    const { clock, written, notices } = start();
    const told: Promise<unknown>[] = [];
    for (let at = 0; at < 7; at += 1) {
      told.push(notices.tell(telling([String(at)]), { message: 'M.1' }));
      clock.advance(900);
    }
    clock.advance(1000);
    await Promise.all(told);
    assert.deepEqual(
      written.map((one) => one.match(/not/g)?.length),
      [6, 1],
    );
  });

  it('wait no longer than the hook may take', async () => {
    const { clock, written, notices } = start();
    const told = notices.tell(telling(['a']), { message: 'M.1', mostMs: 200 });
    clock.advance(200);
    await told;
    assert.equal(written.length, 1);
    assert.equal(clock.waiting, 0);
  });

  it('have a thousand recipients at most', async () => {
    const { clock, written, notices } = start();
    const told = Array.from({ length: 1500 }, (_, at) =>
      notices.tell(telling([`${at}`]), { message: 'M.1' }),
    );
    clock.advance(1000);
    await Promise.all(told);
    assert.deepEqual(
      written.map((one) => one.match(/not/g)?.length),
      [1000, 500],
    );
  });

  it('that cannot be written fail for each file that made one, and are not kept', async () => {
    const { clock, notices } = start(true);
    const told = ['a', 'b'].map((one) => notices.tell(telling([one]), { message: 'M.1' }));
    clock.advance(1000);
    const ends = await Promise.allSettled(told);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(clock.waiting, 0);
  });
});
