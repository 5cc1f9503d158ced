/*
 * `pmdf show`: the configuration as the gateway reads it, part by part, or all of it in another form or as a picture.
 */

import type { Configuration } from '../runtime/index.js';
import { aliasesPart } from './show/aliases.js';
import { builtInPart } from './show/built-in.js';
import { channelsPart } from './show/channels.js';
import { policyForms } from './show/convert/notes.js';
import { showAs } from './show/convert.js';
import { showMatrix } from './show/matrix.js';
import type { Part } from './show/part.js';
import { showPicture } from './show/picture.js';
import { rulesPart } from './show/rules.js';
import { changedSettingsPart, settingsPart } from './show/settings.js';
import { tablesPart } from './show/tables.js';
import {
  type Arguments,
  type Command,
  choiceOf,
  configFolder,
  configurationOptions,
  flagOption,
  isStandardOutput,
  nearestHint,
  quoted,
  type Report,
  UsageError,
  withConfiguration,
  withGaps,
  wordOption,
} from './support/index.js';

const parts: readonly Part[] = [channelsPart, rulesPart, tablesPart, settingsPart, builtInPart, aliasesPart];

function partNamed(name: string): Part {
  const part = parts.find((one) => one.name === name.toLowerCase());
  if (part !== undefined) return part;
  const names = parts.map((one) => one.name);
  const hint = nearestHint(name, names, `the parts are ${names.map(quoted).join(', ')}`);
  throw new UsageError(`there is no part ${quoted(name)} of a configuration`, hint);
}

function showPart(configuration: Configuration, part: Part, names: readonly string[]): Report {
  const shown = part.show(configuration, names);
  return { exitCode: 0, json: { [part.key]: shown.json }, text: shown.text };
}

function showAll(configuration: Configuration): Report {
  const shown = parts.map((part) => ({ ...part, ...part.show(configuration, []) }));
  return {
    exitCode: 0,
    json: Object.fromEntries(shown.map((one) => [one.key, one.json])),
    text: (paint) =>
      withGaps(
        shown.map(({ title, text }) => {
          const lines = text(paint);
          return [paint.bold(`# ${title}`), '', ...(lines.length === 0 ? ['none'] : lines)];
        }),
      ),
  };
}

/** Shows the settings that differ from their defaults. */
function showChanged(given: Arguments, part: Part | null, names: readonly string[]): Promise<Report> {
  if (part !== null && part !== settingsPart) throw new UsageError('`--changed` is only for settings');
  return withConfiguration(given, (configuration) => showPart(configuration, changedSettingsPart, names));
}

/** All forms: those that a configuration can be written in, and pictures of it. */
const forms = [...policyForms, 'matrix', 'dot', 'svg'] as const;

function outputUnused(): UsageError {
  return new UsageError('`--output` needs `--as pmdf` or `--as yaml`');
}

async function run(given: Arguments): Promise<Report> {
  const [partName, ...names] = given.words;
  const named = given.values.get('output');
  const output = named === undefined || isStandardOutput(named) ? undefined : named;
  if (given.values.has('as')) {
    const form = choiceOf(given, 'as', forms, 'yaml');
    if (partName !== undefined) throw new UsageError('`--as` shows the whole configuration, not a part');
    if (form === 'pmdf' || form === 'yaml')
      return await withConfiguration(given, (configuration) => showAs(configuration, form, output));
    if (output !== undefined) throw outputUnused();
    return await withConfiguration(given, (configuration) =>
      form === 'matrix' ? showMatrix(configuration, configFolder(given)) : showPicture(configuration, form),
    );
  }
  if (named !== undefined) throw outputUnused();
  const part = partName === undefined ? null : partNamed(partName);
  if (given.flags.has('changed')) return await showChanged(given, part, names);
  return await withConfiguration(given, (configuration) =>
    part === null ? showAll(configuration) : showPart(configuration, part, names),
  );
}

export const show: Command = {
  name: 'show',
  summary: 'show the configuration as the gateway reads it, convert it, or draw it',
  operands: '[PART [NAME...]]',
  words: { least: 0, most: Infinity },
  options: [
    wordOption(
      'as',
      'pmdf|yaml|matrix|dot|svg',
      "convert all of it to PMDF's files or to one pmdf.yaml, or draw it: who may send where, or a graph",
    ),
    wordOption(
      'output',
      'PATH',
      'with --as: a folder, or a `.yaml` file; existing files are never overwritten',
    ),
    flagOption('changed', 'show only the settings that differ from their defaults'),
    ...configurationOptions,
  ],
  about: [
    'The parts are channels, rules, tables, settings, built-in and aliases; without a part, all are shown. Every',
    'line names its file and line. `rules` shows the rules in the order in which they are tried; `rules HOST` shows',
    'what is tried for one host. With `--as pmdf` and `--as yaml`, comments are kept, and standard error lists what has no',
    'counterpart. `--as matrix` shows who may send where, decided for all mail. `--as dot` prints the policy as a graph for',
    'Graphviz, and `--as svg` has Graphviz draw it.',
  ],
  run,
};
