/*
 * The code in the pages is correct: configuration compiles without a finding, and examples have the answers that they show.
 */
import assert from 'node:assert/strict';
import { isAsShown, printed, typedIn } from './console.js';
import { allPages } from './markdown.js';
import { answerTo, exampleKinds, examplesIn } from './worked-examples.js';
import { WrittenPolicy } from './written-policy.js';

/** Files that add to a configuration, and those that begin one. */
const addingKinds: readonly string[] = [
  ...['mappings', 'aliases', 'general.txt', 'security.cnf', 'pmdf.yaml', 'my-check.js'],
  ...['directory_option', 'directories/example.com.txt', 'directories/domain.com.txt'],
];
const configurationKinds: readonly string[] = ['pmdf.cnf', 'rules', ...addingKinds];
/** Blocks that are neither configuration nor example. */
const otherKinds: readonly string[] = [
  '',
  'sh',
  'text',
  'smtp',
  'ts',
  'console',
  'log',
  'config/plugins',
  'yaml',
  'json',
];

/** The tests of the command run the sessions in these pages, with a configuration of their own. */
const sessionsHeldElsewhere = 'docs/command/';

for (const page of allPages()) {
  describe(`the code in ${page.name}`, () => {
    const written = new WrittenPolicy();
    for (const [index, { kind, text, line }] of page.blocks.entries()) {
      const [word = ''] = kind.split(' ');
      if (configurationKinds.includes(word)) {
        // Consecutive files belong together, and may refer to each other.
        const isAddedTo = addingKinds.includes(page.blocks[index + 1]?.kind ?? '');
        it(`line ${line}: ${word} ${isAddedTo ? 'is added' : 'compiles'}`, () => {
          written.add(word, text);
          if (!isAddedTo) assert.deepEqual(written.complaints(), []);
        });
      } else if (exampleKinds.includes(word)) {
        for (const { question, answer, line: offset } of examplesIn(text)) {
          it(`line ${line + offset}: ${question}`, () => {
            assert.equal(answerTo(kind, written, question), answer);
          });
        }
      } else if (kind === 'console' && !page.name.startsWith(sessionsHeldElsewhere)) {
        for (const { command, output, line: offset } of typedIn(text)) {
          it(`line ${line + offset}: ${command}`, () => {
            const actual = printed(command, written.files());
            if (!isAsShown(output, actual)) assert.equal(actual, output);
          });
        }
      }
    }
    it('is of known kinds', () => {
      const known = new Set([...configurationKinds, ...exampleKinds, ...otherKinds]);
      const unknown = page.blocks.filter(({ kind }) => !known.has(kind.split(' ')[0] ?? ''));
      assert.deepEqual(
        unknown.map(({ kind, line }) => `${page.name}:${line}: ${kind}`),
        [],
      );
    });
  });
}
