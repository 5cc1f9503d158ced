/*
 * `pmdf help`: the same as `--help`. What stands behind it is looked up like a command that is called.
 */
import { type Command, generalHelp } from './support/index.js';

/** `pmdf help` over all commands. */
export function helpOf(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'show all commands, or all about one',
    operands: '[COMMAND]',
    words: { least: 0, most: 0 },
    options: [],
    about: ['`pmdf help COMMAND` is `pmdf COMMAND --help`.'],
    run: async () => {
      const lines = generalHelp(commands());
      return { exitCode: 0, json: { help: lines }, text: () => lines, isProse: true };
    },
  };
}
