/*
 * `pmdf test -match`: PMDF's own command, with PMDF's prompts.
 * Ref: PMDF 32 (pmdf test -match)
 */

import { ConfigError } from '../../runtime/index.js';
import {
  type Arguments,
  type Command,
  Dialogue,
  diagnosticText,
  dialogueOptions,
  type ExitCode,
  fromInput,
  noPaint,
  type Report,
  UsageError,
  writtenReport,
} from '../support/index.js';

import {
  capturesOf,
  elementLines,
  outcomeLines,
  type PatternToTest,
  readPattern,
  runMatch,
} from './test-match.js';

/** Reads a pattern and shows its elements; shows what is wrong and returns null when it is malformed. */
async function patternOf(text: string, dialogue: Dialogue): Promise<PatternToTest | null> {
  try {
    const pattern = readPattern(text);
    await dialogue.say(elementLines(pattern, noPaint));
    return pattern;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await dialogue.say(error.diagnostics.flatMap((one) => diagnosticText(one, noPaint).split('\n')));
    return null;
  }
}

async function holdDialogue(given: Arguments, dialogue: Dialogue): Promise<ExitCode> {
  const [fixed, string] = given.words;
  let exitCode: ExitCode = 0;
  for (;;) {
    const text = fixed ?? (await dialogue.ask('Pattern:'));
    if (text === null) return exitCode;
    const pattern = await patternOf(text, dialogue);
    if (pattern === null) {
      exitCode = 2;
      if (fixed !== undefined) return exitCode;
      continue;
    }
    const target = string ?? (await dialogue.ask('Target:'));
    if (target === null) return exitCode;
    await dialogue.say(outcomeLines(capturesOf(pattern, target), noPaint));
    if (string !== undefined) return exitCode;
  }
}

async function run(given: Arguments): Promise<Report> {
  const isJson = given.flags.has('json');
  if (given.words.length === 2 && (isJson || given.words[1] === fromInput)) return await runMatch(given);
  if (isJson) {
    throw new UsageError(
      'pattern and string are needed with `--json`',
      'write `-` as the string to read strings from standard input',
    );
  }
  const dialogue = new Dialogue(given);
  return writtenReport(await dialogue.hold(() => holdDialogue(given, dialogue)));
}

export const pmdfMatch: Command = {
  name: 'test -match',
  style: 'pmdf',
  summary: "PMDF's own test of a pattern, with PMDF's prompts",
  operands: '[PATTERN [STRING]]',
  words: { least: 0, most: 2 },
  options: dialogueOptions,
  about: [
    'Asks for a pattern and a string, shows the elements of the pattern and the text that each saved wildcard',
    'matched, and asks again until the end of the input. It does not ask for what is on the command line. No',
    'configuration is read. The exit code is 0 whether it matches or not; it is 2 for a malformed pattern.',
  ],
  run,
};
