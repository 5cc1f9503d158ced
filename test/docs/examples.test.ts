/*
 * What the pages show is true: configuration compiles without a finding, and examples give what they say.
 */
import assert from 'node:assert/strict';
import { allPages } from './markdown.js';
import { answerTo, exampleKinds, examplesIn } from './worked-examples.js';
import { WrittenPolicy } from './written-policy.js';

const configurationKinds: readonly string[] = [
  'pmdf.cnf',
  'rules',
  'mappings',
  'aliases',
  'general.txt',
  'pmdf.yaml',
];
/** Blocks that are no configuration and no example. */
const otherKinds: readonly string[] = ['', 'sh', 'text', 'smtp', 'ts', 'config/plugins'];

for (const page of allPages()) {
  describe(`the code in ${page.name}`, () => {
    const written = new WrittenPolicy();
    for (const { kind, text, line } of page.blocks) {
      const [word = ''] = kind.split(' ');
      if (configurationKinds.includes(word)) {
        it(`line ${line}: ${word} compiles`, () => {
          written.add(word, text);
          assert.deepEqual(written.complaints(), []);
        });
      } else if (exampleKinds.includes(word)) {
        for (const { question, answer, line: offset } of examplesIn(text)) {
          it(`line ${line + offset}: ${question}`, () => {
            assert.equal(answerTo(kind, written, question), answer);
          });
        }
      } else {
        it(`line ${line}: is of a known kind`, () => assert.ok(otherKinds.includes(kind), kind));
      }
    }
  });
}
