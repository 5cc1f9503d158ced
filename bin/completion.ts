/*
 * `pmdf completion`: the scripts with which shells complete this command, and the names that the scripts ask for.
 */

import { bashCompletion } from './completion/bash.js';
import { fishCompletion } from './completion/fish.js';
import { zshCompletion } from './completion/zsh.js';
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

function scriptReport(script: readonly string[]): Report {
  return goodReport({ script }, script);
}

async function run(given: Arguments, commands: readonly Command[]): Promise<Report> {
  const [what = ''] = given.words;
  switch (what) {
    case 'bash':
      return scriptReport(bashCompletion(commands));
    case 'zsh':
      return scriptReport(zshCompletion(commands));
    case 'fish':
      return scriptReport(fishCompletion(commands));
    case 'channels':
      return namesReport(
        await withWorld(given, async (world) => [...world.policy().channels.channels.keys()]),
      );
    case 'tables':
      return namesReport(
        await withWorld(given, async (world) => [...world.policy().mappings.values()].map((one) => one.name)),
      );
    default:
      throw new UsageError(
        `there is no completion for ${quoted(what)}`,
        'use `pmdf completion bash`, `zsh` or `fish`',
      );
  }
}

/** `pmdf completion` for these commands. */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    summary: 'print the completion script for a shell',
    operands: 'bash|zsh|fish|channels|tables',
    words: { least: 1, most: 1 },
    options: configurationOptions,
    about: [
      '`bash`, `zsh` and `fish` print the script for a shell: put `source <(pmdf completion bash)` into ~/.bashrc,',
      '`source <(pmdf completion zsh)` into ~/.zshrc below `compinit`, or `pmdf completion fish | source` into',
      '~/.config/fish/config.fish. It completes commands, options, files, folders, and the names of channels and mapping',
      'tables, which `channels` and `tables` print.',
    ],
    run: (given) => run(given, commands()),
  };
}
