/*
 * The meaning of the words in capitals in operands and options: `DB` is a file, `CHANNEL` a channel. Completion uses them,
 * so a command only needs to name its operands as other commands do.
 */
import type { Option } from './arguments.js';
import type { Command } from './command.js';

/** What a word can be. */
export type Completion =
  | { readonly kind: 'file' | 'folder' | 'channel' | 'table' | 'command' | 'anything' }
  | { readonly kind: 'choice'; readonly words: readonly string[] };

const known: ReadonlyMap<string, Completion> = new Map([
  ['DB', { kind: 'file' }],
  ['TARGET', { kind: 'file' }],
  ['DIR', { kind: 'folder' }],
  ['FILE', { kind: 'file' }],
  ['FOLDER', { kind: 'folder' }],
  ['OLD', { kind: 'folder' }],
  ['NEW', { kind: 'folder' }],
  ['PATH', { kind: 'file' }],
  ['TEXT', { kind: 'file' }],
  ['CHANNEL', { kind: 'channel' }],
  ['TABLE', { kind: 'table' }],
  ['COMMAND', { kind: 'command' }],
]);

function meaningOf(placeholder: string): Completion {
  if (/^[a-z|-]+$/.test(placeholder)) return { kind: 'choice', words: placeholder.split('|') };
  return known.get(placeholder) ?? { kind: 'anything' };
}

/** What an option takes; null when it takes nothing, or a value only after `=`. */
export function takenBy(option: Option): Completion | null {
  switch (option.takes) {
    case 'nothing':
    case 'perhaps a word':
      return null;
    case 'a word':
    case 'words':
      return meaningOf(option.value ?? 'VALUE');
  }
}

/** What a command takes, in order, and whether the last may be repeated. */
export interface Operands {
  readonly each: readonly Completion[];
  readonly repeats: boolean;
}

/** Reads the operands of a command: `TEXT DB`, `DB [FILE]`, `ADDRESS...`. Options among them are ignored. */
export function operandsOf({ operands }: Command): Operands {
  const [before = ''] = operands.split('--', 1);
  const words = before.split(' ').filter((word) => word !== '' && word !== '[-]');
  return {
    each: words.map((word) => meaningOf(word.replace(/[[\].]/g, ''))),
    repeats: words.at(-1)?.includes('...') ?? false,
  };
}
