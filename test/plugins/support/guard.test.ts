import assert from 'node:assert/strict';
import * as constants from 'haraka-constants';
import type { HarakaConnection } from '../../../plugins/haraka/types.js';
import { TransactionEnded } from '../../../plugins/support/ended-transactions.js';
import { guard, type HookBody } from '../../../plugins/support/guard.js';
import { pinDenial } from '../../../plugins/support/pin-denial.js';
import { proceed, refuse, succeed, succeedWith } from '../../../plugins/support/respond.js';
import { fakeConnection, fakePlugin } from '../fakes.js';

interface Answer {
  readonly code: number | undefined;
  readonly message: string;
}

/** Runs a guarded body until it answers, and returns all answers so far. */
async function answersOf(body: HookBody<unknown>, errors: string[] = []): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  await new Promise<void>((resolve) => {
    const next = (code?: number, message?: unknown): void => {
      answers.push({ code, message: message === undefined ? '' : String(message) });
      resolve();
    };
    guard(body).call(fakePlugin('pmdf/access'), next, fakeConnection(errors), undefined);
  });
  return answers;
}

const deferred = { code: constants.denysoft, message: '4.3.0 could not decide, try again later' };

describe('guard', () => {
  const rows: readonly (readonly [string, HookBody<unknown>, Answer])[] = [
    ['nothing', () => proceed, { code: undefined, message: '' }],
    ['nothing, later', async () => proceed, { code: undefined, message: '' }],
    ['OK', () => succeed('taken'), { code: constants.ok, message: 'taken' }],
    [
      'a refusal, later',
      async () => refuse({ code: 550, enhanced: '5.7.1', text: 'no' }),
      { code: constants.deny, message: '5.7.1 no' },
    ],
  ];
  for (const [what, body, answer] of rows) {
    it(`passes on ${what}`, async () => assert.deepEqual(await answersOf(body), [answer]));
  }

  const thrown: readonly unknown[] = [new Error('the disk\nis gone'), 'the disk is gone'];
  for (const one of thrown) {
    it(`defers on ${one instanceof Error ? 'an error' : 'anything'} thrown, and logs it in one line`, async () => {
      const errors: string[] = [];
      const body = (): never => {
        throw one;
      };
      assert.deepEqual(await answersOf(body, errors), [deferred]);
      assert.deepEqual(errors, ['deferred after an internal error: the disk is gone']);
      assert.deepEqual(await answersOf(async () => body(), errors), [deferred]);
      assert.equal(errors.length, 2);
    });
  }

  it('logs no error when the client left during the hook', async () => {
    const errors: string[] = [];
    const body = async (): Promise<never> => {
      throw new TransactionEnded();
    };
    assert.deepEqual(await answersOf(body, errors), [deferred]);
    assert.deepEqual(errors, []);
  });

  it('answers once, and ends the connection when the answer itself throws', () => {
    let calls = 0;
    const next = (): void => {
      calls += 1;
      throw new Error('a later plugin is broken');
    };
    const errors: string[] = [];
    const said: string[] = [];
    const connection: HarakaConnection = {
      ...fakeConnection(errors),
      respond: (code, message, done) => {
        said.push(`${code} ${String(message)}`);
        done?.();
      },
      disconnect: () => said.push('closed'),
    };
    guard(() => proceed).call(fakePlugin('pmdf/access'), next, connection, undefined);
    assert.equal(calls, 1);
    assert.deepEqual(said, ['421 4.3.0 internal error, try again later', 'closed']);
    assert.deepEqual(errors, [
      'the connection ends after an error in a later plugin: a later plugin is broken',
    ]);
  });

  it('answers the client once the hook has ended', () => {
    const events: string[] = [];
    const connection: HarakaConnection = {
      ...fakeConnection(),
      respond: (code, message, done) => {
        events.push(`${code} ${String(message)}`);
        done?.();
      },
      disconnect: () => events.push('disconnect'),
    };
    guard(() => succeedWith({ code: 535, text: 'no', ends: true })).call(
      fakePlugin('pmdf/auth'),
      () => events.push('next'),
      connection,
      undefined,
    );
    assert.deepEqual(events, ['next', '535 no', 'disconnect']);
  });

  it('gives the answer that the hook wants for an internal error', async () => {
    const answers: unknown[] = [];
    const hook = guard(
      () => {
        throw new Error('no');
      },
      () => succeed('Unknown'),
    );
    hook.call(
      fakePlugin('pmdf/switchchannel'),
      (code, message) => answers.push([code, message]),
      fakeConnection(),
      undefined,
    );
    assert.deepEqual(answers, [[constants.ok, 'Unknown']]);
  });
});

describe('pin-denial', () => {
  it('keeps other plugins from cancelling our rejection, and only ours', () => {
    const codes: (number | undefined)[] = [];
    for (const denier of ['pmdf/access', 'access']) {
      pinDenial.call(fakePlugin('pmdf/access'), (code) => codes.push(code), fakeConnection(), [
        constants.deny,
        'no',
        denier,
      ]);
    }
    assert.deepEqual(codes, [constants.stop, undefined]);
  });
});
