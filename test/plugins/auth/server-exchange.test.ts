import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ServerExchange, type Step } from '../../../plugins/auth/server-exchange.js';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A step in short form: the challenge, the credentials, or the code that ended the exchange. */
function brief(step: Step): string {
  switch (step.kind) {
    case 'challenge':
      return `asks ${Buffer.from(step.text, 'base64').toString()}`;
    case 'credentials':
      return `${step.user} ${step.password}`;
    case 'ended':
      return String(step.reply.code);
  }
}

describe('an AUTH exchange', () => {
  const cases: readonly (readonly ['PLAIN' | 'LOGIN', readonly string[], readonly string[]])[] = [
    ['PLAIN', [base64('\0jane\0apples')], ['jane apples']],
    ['PLAIN', [base64('JANE\0jane\0apples')], ['jane apples']],
    ['PLAIN', ['', base64('\0jane\0two words')], ['asks ', 'jane two words']],
    ['PLAIN', ['', '*'], ['asks ', '501']],
    ['PLAIN', ['', ''], ['asks ', '501']],
    ['PLAIN', ['*'], ['501']],
    ['PLAIN', ['='], ['501']],
    ['PLAIN', [base64('bob\0jane\0apples')], ['535']],
    ['PLAIN', [base64('jane\0apples')], ['501']],
    ['PLAIN', [base64('\0\0apples')], ['501']],
    ['PLAIN', [base64('\0jane\0a\0b')], ['501']],
    ['PLAIN', [`${base64('\0jane\0apples')}=`], ['501']],
    ['PLAIN', [base64('\0jane\0apples').slice(1)], ['501']],
    ['PLAIN', [`${base64('\0jane\0apples')} x`], ['501']],
    ['PLAIN', ['//79'], ['501']],
    ['PLAIN', ['A'.repeat(12_289)], ['500']],
    ['LOGIN', ['', base64('jane'), base64('apples')], ['asks Username:', 'asks Password:', 'jane apples']],
    ['LOGIN', [base64('jane'), base64('äpfel')], ['asks Password:', 'jane äpfel']],
    ['LOGIN', ['', '*'], ['asks Username:', '501']],
    ['LOGIN', ['', base64('jane'), '*'], ['asks Username:', 'asks Password:', '501']],
    ['LOGIN', ['', ''], ['asks Username:', '501']],
    ['LOGIN', ['='], ['501']],
    ['LOGIN', [base64('jane'), ''], ['asks Password:', '501']],
    ['LOGIN', [base64('ja\0ne')], ['501']],
  ];
  for (const [mechanism, lines, wanted] of cases) {
    it(`${mechanism} ${lines.map((line) => line.slice(0, 30)).join(', ')}`, () => {
      const exchange = new ServerExchange(mechanism);
      const [initial = '', ...rest] = lines;
      const steps = [exchange.begin(initial), ...rest.map((line) => exchange.next(line))];
      assert.deepEqual(steps.map(brief), wanted);
    });
  }

  it('accepts any input without throwing, and never half of the credentials', () => {
    const line = fc.oneof(fc.string(), fc.base64String(), fc.constant('*'));
    fc.assert(
      fc.property(
        fc.constantFrom('PLAIN' as const, 'LOGIN' as const),
        fc.array(line, { minLength: 1 }),
        (mechanism, lines) => {
          const exchange = new ServerExchange(mechanism);
          const [initial = '', ...rest] = lines;
          for (const step of [exchange.begin(initial), ...rest.map((one) => exchange.next(one))]) {
            if (step.kind === 'credentials') assert.ok(step.user !== '' && step.password !== '');
          }
        },
      ),
    );
  });
});
