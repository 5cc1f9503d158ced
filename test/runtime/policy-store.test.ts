import assert from 'node:assert/strict';
import { type Diagnostic, errorAt, type Parsed, warningAt } from '../../lib/text/diagnostic.js';
import { ConfigError, PolicyStore } from '../../runtime/policy-store.js';

const span = { source: { name: 'config/pmdf/a', shortName: 'a', text: 'x y' }, offset: 2, length: 1 };
const wrong = errorAt(span, 'file/missing', 'first');
const odd = warningAt(span, 'file/missing', 'second');

describe('policy-store', () => {
  let outcome: Parsed<string | null>;
  let logged: string[];

  function store(): PolicyStore<string> {
    return new PolicyStore({
      hashOf: (policy) => `hash of ${policy}`,
      compile: () => outcome,
      compileAside: async () => outcome,
      log: (severity, message) => void logged.push(`${severity} ${message.split('\n', 1)[0]}`),
    });
  }

  function compiles(value: string | null, ...diagnostics: Diagnostic[]): void {
    outcome = { value, diagnostics };
  }

  beforeEach(() => {
    logged = [];
  });

  it('puts the first policy in force and shows its warnings', () => {
    compiles('one', odd);
    const policies = store();
    assert.throws(() => policies.current(), /no policy was loaded/);
    assert.equal(policies.load(), 'one');
    assert.deepEqual([policies.current(), policies.generation], ['one', 1]);
    assert.deepEqual(logged, ['warning config/pmdf/a:1:3: warning: second [file/missing]']);
  });

  it('prevents the start with all diagnostics', () => {
    for (const value of ['usable', null]) {
      compiles(value, wrong, odd);
      assert.throws(
        () => store().load(),
        (error) =>
          error instanceof ConfigError &&
          error.diagnostics.length === 2 &&
          error.message.includes('a:1:3: error: first') &&
          error.message.includes('a:1:3: warning: second'),
      );
    }
  });

  it('swaps the policy, or keeps it when the new one has errors', async () => {
    compiles('one');
    const policies = store();
    policies.load();
    compiles('broken', wrong);
    assert.equal(await policies.reload(), false);
    assert.deepEqual([policies.current(), policies.generation], ['one', 1]);
    assert.deepEqual(logged, [
      'error config/pmdf/a:1:3: error: first [file/missing]',
      'error the configuration has errors; policy 1 stays in force',
    ]);
    compiles('two');
    assert.equal(await policies.reload(), true);
    assert.deepEqual([policies.current(), policies.generation], ['two', 2]);
    assert.equal(logged.at(-1), 'notice policy 2 is in force, hash=hash of two');
  });

  it('keeps the policy when compiling throws', async () => {
    compiles('one');
    const policies = new PolicyStore({
      hashOf: () => '',
      compile: () => outcome,
      compileAside: () => Promise.reject(new Error('lost')),
      log: (_severity, message) => void logged.push(message),
    });
    policies.load();
    assert.equal(await policies.reload(), false);
    assert.equal(policies.current(), 'one');
    assert.match(logged[0] ?? '', /could not be compiled: Error: lost/);
  });

  it('compiles once more if it was requested again meanwhile, and uses the old policy until then', async () => {
    compiles('one');
    const asked: ((value: string) => void)[] = [];
    const policies = new PolicyStore({
      hashOf: () => '',
      compile: () => outcome,
      compileAside: () =>
        new Promise<Parsed<string>>((resolve) => {
          asked.push((value) => resolve({ value, diagnostics: [] }));
        }),
      log: () => {},
    });
    policies.load();
    const reloads = [policies.reload(), policies.reload(), policies.reload()];
    assert.equal(asked.length, 1);
    assert.equal(policies.current(), 'one');
    asked[0]?.('two');
    while (asked.length < 2) await Promise.resolve();
    assert.equal(policies.current(), 'two');
    asked[1]?.('three');
    assert.deepEqual(await Promise.all(reloads), [true, true, true]);
    assert.deepEqual([asked.length, policies.current(), policies.generation], [2, 'three', 3]);
  });
});
