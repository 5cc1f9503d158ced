/*
 * The script with which fish completes `pmdf`: one `complete` line for each command, option and operand.
 */
import {
  type Command,
  type Completion,
  commonOptions,
  type Option,
  operandsOf,
  spelling,
  takenBy,
} from '../support/index.js';

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** What fish offers for a word. */
function offered(completion: Completion): string {
  switch (completion.kind) {
    case 'file':
      return '--force-files';
    case 'folder':
      return `--no-files --arguments '(__fish_complete_directories)'`;
    case 'channel':
      return `--no-files --arguments '(__pmdf_names channels)'`;
    case 'table':
      return `--no-files --arguments '(__pmdf_names tables)'`;
    case 'command':
      return `--no-files --arguments '(__pmdf_commands)'`;
    case 'anything':
      return '--no-files';
    case 'choice':
      return `--no-files --arguments ${quote(completion.words.join(' '))}`;
  }
}

/** A condition: the words of the command have been typed. */
function typed({ name }: Command): string {
  return `--condition ${quote(`__pmdf_typed ${name}`)}`;
}

function optionLine(command: Command, option: Option): string {
  const [word = ''] = spelling(option, command.style).split(/[ [=]/);
  const isLong = word.startsWith('--');
  const value = takenBy(option);
  return [
    'complete --command pmdf',
    typed(command),
    `${isLong ? '--long-option' : '--old-option'} ${word.replace(/^--?/, '')}`,
    `--description ${quote(option.help)}`,
    ...(value === null ? [] : ['--require-parameter', offered(value)]),
  ].join(' ');
}

function operandLines(command: Command): string[] {
  const kinds = operandsOf(command).each.map(offered);
  return [...new Set(kinds)]
    .filter((one) => one !== '--no-files')
    .map((one) => `complete --command pmdf ${typed(command)} ${one}`);
}

function wordLine(before: string, word: string, about: string): string {
  const condition = quote(`__pmdf_typed_only ${before}`.trimEnd());
  return `complete --command pmdf --condition ${condition} --arguments ${quote(word)} --description ${quote(about)}`;
}

/** The first words of commands, and the second ones of groups such as `test`. */
function commandLines(commands: readonly Command[]): string[] {
  const groups = new Set<string>();
  return commands.flatMap(({ name, summary }) => {
    const [first = '', second] = name.split(' ');
    if (second === undefined) return [wordLine('', first, summary)];
    const line = wordLine(first, second, summary);
    if (groups.has(first)) return [line];
    groups.add(first);
    return [wordLine('', first, 'a group of commands'), line];
  });
}

const functions = `function __pmdf_given
    set --local words
    set --local skip ''
    for word in (commandline --tokenize --cut-at-cursor --current-process)[2..]
        if test -n "$skip"
            set skip ''
        else if test "$word" = --config
            set skip 1
        else
            set --append words $word
        end
    end
    printf '%s\\n' $words
end

function __pmdf_typed
    set --local given (__pmdf_given)
    set --local many (count $argv)
    test (count $given) -ge $many; and test "$given[1..$many]" = "$argv"
end

function __pmdf_typed_only
    set --local given (__pmdf_given)
    test "$given" = "$argv"
end

function __pmdf_names
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    set --local at (contains --index -- --config $words)
    if test -n "$at"
        $words[1] completion $argv[1] --config $words[(math $at + 1)] 2>/dev/null
    else
        $words[1] completion $argv[1] 2>/dev/null
    end
end`;

/** The whole script. */
export function fishCompletion(commands: readonly Command[]): string[] {
  const names = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
  return [
    '# Completes `pmdf` in fish. In ~/.config/fish/config.fish: pmdf completion fish | source',
    '',
    ...functions.split('\n'),
    '',
    'function __pmdf_commands',
    `    printf '%s\\n' ${names.join(' ')}`,
    'end',
    '',
    'complete --command pmdf --no-files',
    ...commandLines(commands),
    ...commands.flatMap((command) => [
      ...[...command.options, ...commonOptions].map((option) => optionLine(command, option)),
      ...operandLines(command),
    ]),
  ];
}
