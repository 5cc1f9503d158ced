import assert from 'node:assert/strict';
import { FailedHosts, mostRemembered, rememberedMs } from '../../../plugins/maytls/failed-hosts.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('FailedHosts', () => {
  it('remembers for a while', () => {
    const clock = new ManualClock();
    const hosts = new FailedHosts(clock);
    assert.equal(hosts.reasonOf('a:25'), null);
    hosts.remember('a:25', 'no');
    assert.equal(hosts.reasonOf('a:25'), 'no');
    assert.equal(hosts.reasonOf('a:26'), null);
    clock.advance(rememberedMs - 1);
    assert.equal(hosts.reasonOf('a:25'), 'no');
    clock.advance(1);
    assert.equal(hosts.reasonOf('a:25'), null);
  });

  it('forgets the oldest of too many', () => {
    const hosts = new FailedHosts(new ManualClock());
    for (let at = 0; at <= mostRemembered; at += 1) hosts.remember(`${at}`, 'no');
    assert.equal(hosts.reasonOf('0'), null);
    assert.equal(hosts.reasonOf('1'), 'no');
    assert.equal(hosts.reasonOf(`${mostRemembered}`), 'no');
  });
});
