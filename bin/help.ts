/*
 * `pmdf help`: the same as `--help`. A command after it is found as in a call of that command.
 */
import { type Command, generalHelp, proseReport } from './support/index.js';

/** `pmdf help` for these commands. */
export function helpOf(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'list the commands, or describe one',
    operands: '[COMMAND]',
    words: { least: 0, most: 0 },
    options: [],
    about: ['`pmdf help COMMAND` is the same as `pmdf COMMAND --help`.'],
    run: async () => {
      const lines = generalHelp(commands());
      return proseReport({ help: lines }, lines);
    },
  };
}
