/*
 * The command at its own terminal, with lines typed when it prompts for them.
 */
import { spawnSync } from 'node:child_process';
import type { CommandFolder } from './command-folder.js';
import { commandFile } from './command-server.js';

/** Types lines at its own terminal, each when the program prompts for it; prints what the terminal showed. */
const terminal = `
import os, pty, sys
words, lines = sys.argv[1:sys.argv.index('--')], sys.argv[sys.argv.index('--') + 1:]
pid, fd = pty.fork()
if pid == 0: os.execvp(words[0], words)
shown = b''
asked = 0
while True:
    try: got = os.read(fd, 4096)
    except OSError: break
    if not got: break
    shown += got
    while asked < len(lines) and shown.count(b': ') > asked:
        os.write(fd, lines[asked].encode().decode('unicode_escape').encode('latin1')); asked += 1
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
`;

/** Runs the command at a terminal; lines may hold escapes such as `\\n`. Gives what the terminal showed. */
export function typeAt(
  folder: CommandFolder,
  words: readonly string[],
  lines: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { shown: string; exitCode: number | null } {
  const command = [process.execPath, commandFile, ...words];
  const { stdout, status } = spawnSync('python3', ['-c', terminal, ...command, '--', ...lines], {
    cwd: folder.path('.'),
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...environment },
  });
  return { shown: stdout, exitCode: status };
}
