/*
 * Failures at the page count where those at AUTH do: in this process, and together with other gateways.
 */
import assert from 'node:assert/strict';
import { type CountsTogether, FailureCounts } from '../../../plugins/support/failure-counts.js';
import { Login } from '../../../plugins/watch/login.js';
import { Failures, PasswordJudge } from '../../../runtime/passwords/index.js';
import { ManualClock } from '../../support/manual-clock.js';

const rules = { limit: 2, forgetMs: 60_000 };
const clock = new ManualClock();
const guess = (password: string): string => `Basic ${Buffer.from(`jane:${password}`).toString('base64')}`;

function loginWith(failures: Failures, shared: CountsTogether | null): Login {
  return new Login({
    clock,
    judge: new PasswordJudge(),
    source: () => ({ costs: [], recordOf: () => ({ kind: 'absent' }) }),
    failures: new FailureCounts(failures, () => undefined),
    rules: () => rules,
    shared: () => shared,
    logFailure: () => undefined,
  });
}

describe('failures at the page of pmdf/watch', () => {
  it('count with those at AUTH', async () => {
    const failures = new Failures(clock);
    const login = loginWith(failures, null);
    failures.add({ client: '192.0.2.1', isRepeated: false, mostMs: 0 }, rules);
    assert.equal((await login.admit('192.0.2.1', guess('one'))).kind, 'unknown');
    assert.equal((await login.admit('192.0.2.1', guess('two'))).kind, 'refused');
    assert.equal(failures.isRefused('192.0.2.1', rules), true);
  });

  it('through a proxy on this host do not count at AUTH of this host', async () => {
    const failures = new Failures(clock);
    const login = loginWith(failures, null);
    for (const password of ['one', 'two']) await login.admit('::ffff:127.0.0.1', guess(password));
    assert.equal((await login.admit('127.0.0.1', guess('three'))).kind, 'refused');
    assert.equal(failures.levelOf('127.0.0.1', rules), 0);
  });

  it('count together with other gateways', async () => {
    const counted = new Failures(clock);
    const together: CountsTogether = {
      levelOf: async (client) => ({ kind: 'level', level: counted.levelOf(client, rules) }),
      add: async (client) => {
        counted.add({ client, isRepeated: false, mostMs: 0 }, rules);
        return { kind: 'level', level: counted.levelOf(client, rules) };
      },
    };
    const logins = [loginWith(new Failures(clock), together), loginWith(new Failures(clock), together)];
    const kinds: string[] = [];
    for (const password of ['one', 'two', 'three'])
      for (const login of logins) kinds.push((await login.admit('192.0.2.1', guess(password))).kind);
    assert.deepEqual(kinds, ['unknown', 'unknown', 'refused', 'refused', 'refused', 'refused']);
  });
});
