/*
 * Runs a script when the test process dies, even by SIGKILL: a small shell, in its own session, waits on a pipe that
 * only the test process holds, and runs the script when the pipe closes without a message.
 */

import { spawn } from 'node:child_process';

/** A script that runs when this process dies, unless it is cancelled. */
export interface LastWill {
  /** Cancels the script. */
  cancel(): void;
}

/** Leaves a shell script to be run at this process's death; `args` are its `$1`, `$2`, ... */
export function lastWill(script: string, ...args: readonly string[]): LastWill {
  const shell = spawn(
    '/bin/sh',
    ['-c', `if read -r word; then exit 0; fi\n${script}`, 'last-will', ...args],
    {
      detached: true,
      // Not the mark of the run: it ends after everything else.
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  shell.unref();
  let cancelled = false;
  return {
    cancel: () => {
      if (!cancelled) shell.stdin.end('cancelled\n');
      cancelled = true;
    },
  };
}

/** At this process's death ends the processes that work in a folder and deletes the folder. */
export function leaveNothingBehind(folder: string): LastWill {
  return lastWill(
    `for cwd in $(find /proc/[0-9]*/cwd -maxdepth 0 '(' -lname "$1" -o -lname "$1/*" ')'); do
      process=\${cwd#/proc/}
      kill -KILL "\${process%/cwd}"
    done
    rm -rf "$1" || { sleep 1; rm -rf "$1"; }`,
    folder,
  );
}
