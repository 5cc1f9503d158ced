/*
 * Changes a database and dies in the middle, as by `kill -9`: `set-and-die DB STEP` sets the key `a` to `new` and is
 * killed before or after a file system call, at the step of that number; each call is two steps.
 */
import fs from 'node:fs';
import { changeDatabase } from '../../runtime/databases/db-update.js';
import { commandPatience } from '../../runtime/files/file-lock.js';

const [path = '', lastStep = ''] = process.argv.slice(2);
const watched = [
  ...['openSync', 'readSync', 'writeSync', 'closeSync', 'fsyncSync', 'fchmodSync', 'fchownSync', 'statSync'],
  ...['renameSync', 'unlinkSync', 'symlinkSync', 'readlinkSync', 'readdirSync', 'realpathSync'],
];
let steps = 0;

function step(): void {
  if (steps === Number(lastStep)) process.kill(process.pid, 'SIGKILL');
  steps += 1;
}

for (const name of watched) {
  const real: unknown = Reflect.get(fs, name);
  if (typeof real !== 'function') throw new Error(`there is no ${name}`);
  Reflect.set(fs, name, (...given: unknown[]): unknown => {
    step();
    const result: unknown = Reflect.apply(real, fs, given);
    step();
    return result;
  });
}

const change = { kind: 'set', entries: [{ key: 'a', value: 'new' }] } as const;
void changeDatabase(path, { name: path, shortName: path }, change, commandPatience);
