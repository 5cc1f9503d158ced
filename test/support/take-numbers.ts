/*
 * Takes numbers from a sequence file, as one of several workers: `take-numbers FOLDER FILE COUNT` prints one
 * a line.
 */
import { SequenceFiles } from '../../runtime/databases/sequence-files.js';

const [folder = '', file = '', count = '0'] = process.argv.slice(2);
const sequences = new SequenceFiles(folder);
for (let taken = 0; taken < Number(count); taken += 1) {
  const answer = sequences.next({ kind: 'sequence', file, radix: 10, width: 0, modulus: null });
  console.log(answer.kind === 'found' ? answer.value : JSON.stringify(answer));
}
