/*
 * `pmdf completion`: the script with which bash completes this command, and the names that the script asks for.
 */

import { bashCompletion } from './completion/bash.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  goodReport,
  quoted,
  type Report,
  UsageError,
  visible,
  withWorld,
} from './support/index.js';

function namesReport(names: readonly string[]): Report {
  return goodReport({ names }, names.map(visible));
}

async function run(given: Arguments, commands: readonly Command[]): Promise<Report> {
  const [what = ''] = given.words;
  switch (what) {
    case 'bash': {
      const script = bashCompletion(commands);
      return goodReport({ script }, script);
    }
    case 'channels':
      return namesReport(
        await withWorld(given, async (world) => [...world.policy().channels.channels.keys()]),
      );
    case 'tables':
      return namesReport(
        await withWorld(given, async (world) => [...world.policy().mappings.values()].map((one) => one.name)),
      );
    default:
      throw new UsageError(`there is no completion for ${quoted(what)}`, 'use `pmdf completion bash`');
  }
}

/** `pmdf completion` for these commands. */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'print the completion script for bash',
    operands: 'bash|channels|tables',
    words: { least: 1, most: 1 },
    options: configurationOptions,
    about: [
      '`bash` prints the script; put `source <(pmdf completion bash)` into ~/.bashrc. It completes commands, options,',
      'files, folders, and the names of channels and mapping tables, which `channels` and `tables` print.',
    ],
    run: (given) => run(given, commands()),
  };
}
