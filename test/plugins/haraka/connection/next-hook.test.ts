/*
 * Hooks of ours that run one another, in Haraka's own phases: what other plugins, the log and the client see is the same as
 * when Haraka runs each of them.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as constants from 'haraka-constants';
import { openLogger } from '../../../../plugins/haraka/log-level.js';
import type { HarakaConnection, HarakaPlugin, Next } from '../../../../plugins/haraka/types.js';
import { guard, type Hook } from '../../../../plugins/support/guard.js';
import { type HookAnswer, proceed } from '../../../../plugins/support/respond.js';
import { fakeConnection, fakePlugin } from '../../fakes.js';
import { coreModule } from '../core-connection.js';

/** A hook of the phase: whose it is, what it answers, and when. */
interface PhaseHook {
  readonly plugin: 'pmdf/access' | 'pmdf/deliver' | 'other';
  readonly answer: 'proceed' | 'accept' | 'refuse' | 'throw';
  /** `after its timer` is later where the plugin has a short timer. */
  readonly when: 'at once' | 'later' | 'after its timer';
  /** A hook of another plugin may answer twice. */
  readonly isTwice: boolean;
}

/** A timer of a plugin that runs out during a test, in seconds. */
const short = 0.005;

interface Phase {
  readonly hooks: readonly PhaseHook[];
  readonly timeouts: { readonly access: number; readonly deliver: number };
  readonly skipped: readonly string[];
  /** The hook during which the client leaves; -1 for none. */
  readonly leaves: number;
}

/** What was seen: each hook as it runs, the answer that Haraka acts on, and who denied. */
type Seen = readonly string[];

function call(object: unknown, name: string, ...values: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(Object(object), name);
  if (typeof method !== 'function') throw new Error(`Haraka has no ${name}`);
  return Reflect.apply(method, object, values);
}

function answerOf(answer: PhaseHook['answer']): HookAnswer {
  switch (answer) {
    case 'proceed':
      return proceed;
    case 'accept':
      return { code: constants.ok, message: 'taken' };
    case 'refuse':
      return { code: constants.denysoft, message: 'later' };
    case 'throw':
      throw new Error('broken');
  }
}

/** Named like core's class, by which core knows a connection that may be gone. */
class Connection {
  state = 1;
  hooks_to_run: unknown[] = [];
  transaction: object | null = null;
}

/** Runs a phase in Haraka; `isMerged` lets our hooks run one another. */
async function seenIn({ hooks, timeouts, skipped, leaves }: Phase, isMerged: boolean): Promise<Seen> {
  const core = coreModule('./plugins.js');
  const seen: string[] = [];
  const plugins: Record<string, HarakaPlugin> = {
    'pmdf/access': { ...fakePlugin('pmdf/access'), timeout: timeouts.access },
    'pmdf/deliver': { ...fakePlugin('pmdf/deliver'), timeout: timeouts.deliver },
    other: fakePlugin('other'),
  };
  const connection = Object.assign(new Connection(), fakeConnection(seen));
  Object.assign(connection, {
    transaction: { notes: { skip_plugins: skipped } },
    logdebug: () => undefined,
    logcrit: (...entries: readonly unknown[]) => seen.push(`crit ${String(entries[0])}`),
    loginfo: () => undefined,
  });
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
    Object.assign(connection, {
      rcpt_respond: (code: number, message: unknown, params: unknown) => {
        seen.push(`end ${code} ${String(message)} ${String(params)}`);
        resolve();
      },
    });
  });
  const registered = hooks.map(({ plugin, answer, when, isTwice }, at) => {
    const method = `hook${at}`;
    const begin = ({ name }: HarakaPlugin): void => {
      seen.push(`${name} ${method} ${String(Reflect.get(connection, 'hook'))}`);
      if (at !== leaves) return;
      connection.state = 100;
      // Nothing ends the phase of a client that is gone.
      setTimeout(end, 20);
    };
    const guarded = guard(function (): HookAnswer | Promise<HookAnswer> {
      begin(this);
      if (when === 'at once') return answerOf(answer);
      const isTimed = when === 'after its timer' && this.timeout === short;
      return (isTimed ? ended : Promise.resolve()).then(() => answerOf(answer));
    });
    const alone: Hook<unknown> = function (next, of, params) {
      guarded.call(this, next, of, params);
    };
    const foreign: Hook<unknown> = function (next) {
      begin(this);
      if (answer === 'throw') throw new Error('broken');
      const given = answerOf(answer);
      const act = (): void => {
        next(given?.code, given?.message);
        if (isTwice) next();
      };
      if (when === 'at once') act();
      else setImmediate(act);
    };
    const ours = isMerged ? guarded : alone;
    Reflect.set(plugins[plugin] ?? {}, method, plugin === 'other' ? foreign : ours);
    return { plugin, method };
  });
  const denials = {
    note(next: Next, _connection: HarakaConnection, params: readonly unknown[]): void {
      seen.push(`denied by ${String(params[2])}.${String(params[3])}`);
      next();
    },
  };
  Reflect.set(core ?? {}, 'registered_plugins', {
    ...plugins,
    denials: { ...fakePlugin('denials'), ...denials },
  });
  Reflect.set(core ?? {}, 'registered_hooks', {
    rcpt: registered,
    deny: [{ plugin: 'denials', method: 'note' }],
  });
  call(core, 'run_hooks', 'rcpt', connection, ['<bob@domain.com>']);
  await ended;
  // What answers now is too late.
  await new Promise(setImmediate);
  seen.push(`left ${connection.hooks_to_run.length}`);
  return seen;
}

const hook = fc.record({
  plugin: fc.constantFrom('pmdf/access', 'pmdf/deliver', 'other'),
  answer: fc.oneof(
    { weight: 8, arbitrary: fc.constant('proceed') },
    { weight: 1, arbitrary: fc.constantFrom('accept', 'refuse', 'throw') },
  ),
  when: fc.oneof(
    { weight: 6, arbitrary: fc.constant('at once') },
    { weight: 1, arbitrary: fc.constantFrom('later', 'after its timer') },
  ),
  isTwice: fc.oneof(
    { weight: 6, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
} as const);

describe('hooks of ours in a row', () => {
  before(() =>
    openLogger({ ...fakePlugin('pmdf/access'), haraka_require: (name) => coreModule(`./${name}.js`) }),
  );

  it('are for others what they are one by one', async () => {
    const phase = fc.record({
      hooks: fc.array(hook, { maxLength: 7 }),
      timeouts: fc.record({ access: fc.constantFrom(30, 0, short), deliver: fc.constantFrom(30, 60, short) }),
      skipped: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.constantFrom(['pmdf/access'], ['other']) },
      ),
      leaves: fc.oneof({ weight: 6, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(6) }),
    });
    await fc.assert(
      fc.asyncProperty(phase, async (one) => {
        assert.deepEqual(await seenIn(one, true), await seenIn(one, false));
      }),
      { numRuns: 300 },
    );
  });

  it('are one hook for Haraka', async () => {
    const silent = { plugin: 'pmdf/access', answer: 'proceed', when: 'at once', isTwice: false } as const;
    const core = coreModule('./plugins.js');
    const runNext: unknown = Reflect.get(Object(core), 'run_next_hook');
    let runs = 0;
    Reflect.set(Object(core), 'run_next_hook', (...values: readonly unknown[]) => {
      runs += 1;
      if (typeof runNext === 'function') Reflect.apply(runNext, core, values);
    });
    try {
      const timeouts = { access: 30, deliver: 30 };
      await seenIn({ hooks: [silent, silent, silent], timeouts, skipped: [], leaves: -1 }, true);
    } finally {
      Reflect.set(Object(core), 'run_next_hook', runNext);
    }
    assert.equal(runs, 1);
  });
});
