/*
 * The queue folders of a new Postfix. Its first start would make them, and check the programs that all have in common, which costs
 * more than everything else that it does; so Postfix does that once in a run.
 */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { oncePerRun } from '../../support/once-per-run.js';
import { runSuccessfully } from './program.js';

async function make(folder: string): Promise<void> {
  const inFolder = (name: string): string => path.join(folder, name);
  for (const name of ['etc', 'queue', 'state']) mkdirSync(inFolder(name));
  writeFileSync(
    inFolder('etc/main.cf'),
    `compatibility_level = 3.6
queue_directory = ${inFolder('queue')}
data_directory = ${inFolder('state')}
multi_instance_enable = no
`,
  );
  cpSync('/usr/share/postfix/master.cf.dist', inFolder('etc/master.cf'));
  await runSuccessfully('/bin/chown', ['postfix', inFolder('state')]);
  await runSuccessfully('/usr/sbin/postfix', ['-c', inFolder('etc'), 'check']);
}

/** Fills the folder `queue`, so that the next `postfix start` begins to work at once. Needs root. */
export async function makePostfixQueue(queue: string): Promise<void> {
  const made = await oncePerRun('postfix-queue', make);
  await runSuccessfully('/bin/cp', ['-a', `${path.join(made, 'queue')}/.`, queue]);
  // As after `postfix quick-stop`: the start checks nothing again, and deletes the file.
  writeFileSync(path.join(queue, 'quick-start'), '');
}
