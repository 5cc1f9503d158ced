/*
 * Sessions as text: a line `$ command`, its output, and `[exit code N]` if that is not 0. The golden files are
 * sessions, and so are the examples in the documentation.
 */
import type { CommandFolder } from './command-folder.js';

/** The command lines of a session. */
export function commandsOf(session: string): string[] {
  return session.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
}

/** Runs commands one after the other and returns the session. */
export function runSession(folder: CommandFolder, commands: readonly string[]): string {
  return commands
    .map((command) => {
      const { stdout, exitCode } = folder.shell(command);
      return `$ ${command}\n${stdout}${exitCode === 0 ? '' : `[exit code ${exitCode}]\n`}`;
    })
    .join('\n');
}

/** The sessions in a page of documentation: its blocks of the language `console`. */
export function sessionsIn(page: string): string[] {
  return [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}
