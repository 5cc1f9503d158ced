/*
 * The script with which zsh completes `pmdf`: that of bash, run by the part of zsh that understands such scripts.
 */
import type { Command } from '../support/index.js';
import { bashCompletion } from './bash.js';

/** The whole script. */
export function zshCompletion(commands: readonly Command[]): string[] {
  const [, ...script] = bashCompletion(commands);
  return [
    '# Completes `pmdf` in zsh. In ~/.zshrc, below `compinit`: source <(pmdf completion zsh)',
    'autoload -Uz +X bashcompinit && bashcompinit',
    ...script,
  ];
}
