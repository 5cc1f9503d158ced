/*
 * The script with which bash completes `pmdf`: functions that only hold data, made from the commands, and one that reads
 * the words so far. It needs bash 3.2 and the command itself, which it runs for the names of channels and tables.
 */
import {
  type Command,
  type Completion,
  commonOptions,
  operandsOf,
  shellQuoted,
  spelling,
  takenBy,
} from '../support/index.js';

/** A completion as the script writes it: `@file`, or words. */
function written(completion: Completion): string {
  return completion.kind === 'choice' ? completion.words.join(' ') : `@${completion.kind}`;
}

/** A function that answers its first argument from a table. */
function tableFunction(name: string, rows: readonly (readonly [string, string])[]): string[] {
  return [
    `${name}() {`,
    '  case $1 in',
    ...rows.map(([key, answer]) => `    ${shellQuoted(key)}) echo ${shellQuoted(answer)} ;;`),
    '  esac',
    '}',
    '',
  ];
}

/** The words that may come next after `pmdf`, and after the first word of a group. */
function commandRows(commands: readonly Command[]): [string, string][] {
  const groups = new Map<string, string[]>([['', []]]);
  for (const { name } of commands) {
    const [first = '', second] = name.split(' ');
    const top = groups.get('') ?? [];
    if (!top.includes(first)) top.push(first);
    if (second !== undefined) groups.set(first, [...(groups.get(first) ?? []), second]);
  }
  return [...groups].map(([group, words]) => [group, words.join(' ')]);
}

/** An option as it is typed before its value: `--source`, `-source_channel=`. */
function typed(option: Command['options'][number], { style }: Command): string {
  const [name = ''] = spelling(option, style).split(/[ [=]/);
  const isPmdf = !name.startsWith('--');
  return isPmdf && takenBy(option) !== null ? `${name}=` : name;
}

function optionRows(commands: readonly Command[]): [string, string][] {
  return commands.map((command) => [
    command.name,
    [...command.options, ...commonOptions].map((option) => typed(option, command)).join(' '),
  ]);
}

function valueRows(commands: readonly Command[]): [string, string][] {
  return commands.flatMap((command) =>
    command.options.flatMap((option): [string, string][] => {
      const value = takenBy(option);
      if (value === null) return [];
      return [[`${command.name} ${typed(option, command).replace('=', '')}`, written(value)]];
    }),
  );
}

/** The operands by `command place`, counted from 0; `command more` is for a last one that repeats. */
function operandRows(commands: readonly Command[]): [string, string][] {
  return commands.flatMap((command) => {
    const { each, repeats } = operandsOf(command);
    const last = each.at(-1);
    return [
      ...each.map((one, index): [string, string] => [`${command.name} ${index}`, written(one)]),
      ...(repeats && last !== undefined
        ? [[`${command.name} more`, written(last)] satisfies [string, string]]
        : []),
    ];
  });
}

const walk = `_pmdf_names() {
  if [ -n "$3" ]; then "$2" completion "$1" --config "$3"; else "$2" completion "$1"; fi 2>/dev/null
}

_pmdf_reply() {
  COMPREPLY=()
  case $1 in
    @file) compopt -o filenames 2>/dev/null; set -- -f "$2" ;;
    @folder) compopt -o filenames 2>/dev/null; set -- -d "$2" ;;
    @channel) set -- -W "$2" "$(_pmdf_names channels "$3" "$4")" ;;
    @table) set -- -W "$2" "$(_pmdf_names tables "$3" "$4")" ;;
    @command) set -- -W "$2" "$(_pmdf_commands '')" ;;
    @anything | '') return ;;
    *) set -- -W "$2" "$1" ;;
  esac
  local reply
  while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(
    if [ "$1" = -W ]; then compgen -W "$3" -- "$2"; else compgen "$1" -- "$2"; fi
  )
  if [ "\${#COMPREPLY[@]}" -eq 1 ]; then
    case \${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac
  fi
}

_pmdf() {
  local given=() word index joins=''
  # bash splits words at \`=\`
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [ "$word" = = ] && [ "\${#given[@]}" -gt 0 ]; then
      given[\${#given[@]}-1]+='='
      joins=1
    elif [ -n "$joins" ]; then
      given[\${#given[@]}-1]+=$word
      joins=''
    else
      given+=("$word")
    fi
  done
  local last=$((\${#given[@]} - 1)) group='' command='' pending='' ended='' place=0 config=''
  local current=\${given[last]}
  for ((index = 0; index < last; index++)); do
    word=\${given[index]}
    if [ -n "$pending" ]; then
      [ "$pending" = --config ] && config=$word
      pending=''
      continue
    fi
    case $ended$word in
      --) ended=1 ;;
      --config=*) config=\${word#*=} ;;
      -*)
        if [ -n "$group" ] && [ -z "$command" ] && [ -n "$(_pmdf_options "$group $word")" ]; then
          command="$group $word"
        elif [ "$word" = --config ] || [ -n "$(_pmdf_value "$command $word")" ]; then
          pending=$word
        fi
        ;;
      *)
        if [ -n "$command" ]; then
          place=$((place + 1))
        elif [ -n "$group" ]; then
          command="$group $word"
        elif [ -n "$(_pmdf_commands "$word")" ]; then
          group=$word
        else
          command=$word
        fi
        ;;
    esac
  done
  local kind
  if [ -n "$pending" ]; then
    if [ "$pending" = --config ]; then kind=@folder; else kind=$(_pmdf_value "$command $pending"); fi
  elif [ -z "$ended" ] && [[ $current == -*=* ]]; then
    if [ "\${current%%=*}" = --config ]; then kind=@folder; else kind=$(_pmdf_value "$command \${current%%=*}"); fi
    current=\${current#*=}
  elif [ -z "$command" ] && [ -z "$group" ]; then
    case $current in -*) kind='--help --version --json --config' ;; *) kind=@command ;; esac
  elif [ -z "$command" ]; then
    kind=$(_pmdf_commands "$group")
  elif [ -z "$ended" ] && [[ $current == -* ]]; then
    kind=$(_pmdf_options "$command")
  else
    kind=$(_pmdf_operand "$command $place")
    [ -n "$kind" ] || kind=$(_pmdf_operand "$command more")
  fi
  _pmdf_reply "$kind" "$current" "\${COMP_WORDS[0]}" "$config"
}

complete -F _pmdf pmdf`;

/** The whole script. */
export function bashCompletion(commands: readonly Command[]): string[] {
  return [
    '# Completes `pmdf` in bash. In ~/.bashrc: source <(pmdf completion bash)',
    '',
    ...tableFunction('_pmdf_commands', commandRows(commands)),
    ...tableFunction('_pmdf_options', optionRows(commands)),
    ...tableFunction('_pmdf_value', valueRows(commands)),
    ...tableFunction('_pmdf_operand', operandRows(commands)),
    ...walk.split('\n'),
  ];
}
