/*
 * The parameters of MAIL and RCPT are split as Haraka itself does, so that what is judged is what it reads.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { splitArguments } from '../../../../plugins/haraka/connection/command-parameters.js';
import { projectRoot } from '../../../support/project-root.js';

type Parse = (type: 'mail' | 'rcpt', line: string, strict: boolean) => string[];

/** Haraka's own function. */
function harakaParse(): Parse {
  const require = createRequire(join(projectRoot, 'node_modules/Haraka/connection.js'));
  const parse: unknown = Reflect.get(Object(require('haraka-utils')), 'rfc1869') ?? null;
  const found: unknown = Reflect.get(Object(parse), 'parse');
  if (typeof found !== 'function') throw new Error('Haraka has no rfc1869.parse');
  return (type, line, strict) => {
    const given: unknown = Reflect.apply(found, undefined, [type, line, strict]);
    assert.ok(Array.isArray(given));
    return given.map(String);
  };
}

describe('the parameters of a command', () => {
  for (const [line, path, words] of [
    ['FROM:<a@b.example>', '<a@b.example>', []],
    ['FROM:<a@b.example> RET=FULL envid=x', '<a@b.example>', ['RET=FULL', 'envid=x']],
    ['from: <a@b.example>  SMTPUTF8  ', '<a@b.example>', ['SMTPUTF8']],
    ['TO:<"a b"@c.example> NOTIFY=NEVER', '<"a b"@c.example>', ['NOTIFY=NEVER']],
    ['TO:<a@b> X= Y=1', '<a@b> X=', ['Y=1']],
    ['FROM:SIZE=1', 'SIZE=1', []],
    ['FROM: SIZE=1', 'SIZE=1', []],
    ['', '', []],
  ] as const) {
    it(`of ${JSON.stringify(line)} are ${words.join(' ') || 'none'}`, () =>
      assert.deepEqual(splitArguments(line), { path, words }));
  }

  it('are those that Haraka reads', () => {
    const parse = harakaParse();
    const word = fc.oneof(
      fc.constantFrom(
        'RET=FULL',
        'ENVID=a+2Bb',
        'SMTPUTF8',
        'X=<y>',
        'A=',
        '=b',
        'A=b=c',
        '"',
        '<a@b>',
        '\t',
        'ö=ö',
        'A=ö',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 6 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('mail', 'rcpt'),
        fc.constantFrom('<a@b.example>', '<"a b"@c>', 'a@b', '<>', ''),
        fc.array(word, { maxLength: 6 }),
        (type, path, words) => {
          const line = `${type === 'mail' ? 'FROM' : 'TO'}:${[path, ...words].join(' ')}`;
          let read: string[];
          try {
            read = parse(type, line, false);
          } catch {
            // Haraka refuses the command.
            return;
          }
          assert.deepEqual(splitArguments(line).words, read.slice(1), line);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('are split in linear time', () => {
    const began = performance.now();
    for (const part of [' A=b', ' ', '\t', ' "', '=']) splitArguments(`FROM:<a@b>${part.repeat(100_000)}`);
    assert.ok(performance.now() - began < 2000);
  });
});
