/*
 * Sets entries of a database, as one of several processes: `set-entries DB PREFIX COUNT` gives PREFIX1,
 * PREFIX2, ... the values 1, 2, ..., and prints each number when it is set.
 */
import { changeDatabase } from '../../runtime/databases/db-update.js';
import { commandPatience } from '../../runtime/files/file-lock.js';

const [path = '', prefix = '', count = '0'] = process.argv.slice(2);

async function run(): Promise<void> {
  for (let number = 1; number <= Number(count); number += 1) {
    const change = { kind: 'set', entries: [{ key: `${prefix}${number}`, value: String(number) }] } as const;
    const outcome = await changeDatabase(path, { name: path, shortName: path }, change, {
      patience: commandPatience,
    });
    if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
    console.log(String(number));
  }
}

void run();
