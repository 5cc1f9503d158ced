import assert from 'node:assert/strict';
import { SlowBackends } from '../../../plugins/deliver/slow-backends.js';

describe('slow servers', () => {
  it('are not asked for a while after they were silent twice in a row', () => {
    const servers = new SlowBackends();
    servers.note('a', true, 0);
    assert.equal(servers.isResting('a', 1), false);
    servers.note('a', true, 1000);
    assert.equal(servers.isResting('a', 1001), true);
    assert.equal(servers.isResting('b', 1001), false);
    assert.equal(servers.isResting('a', 11_000), false);
    servers.note('a', true, 11_000);
    assert.equal(servers.isResting('a', 11_001), true);
  });

  it('are asked again once they have answered', () => {
    const servers = new SlowBackends();
    for (const isSilent of [true, false, true]) servers.note('a', isSilent, 0);
    assert.equal(servers.isResting('a', 1), false);
  });

  it('are forgotten if there are very many', () => {
    const servers = new SlowBackends();
    for (const time of [0, 1]) servers.note('first', true, time);
    for (let count = 0; count < 1000; count += 1) servers.note(`server${count}`, true, 2);
    assert.equal(servers.isResting('first', 3), false);
  });
});
