/*
 * `pmdf test -rewrite`: PMDF's own command, with PMDF's output. Unlike `pmdf test rewrite` it also consults the access
 * tables, as for mail from the source channel. With `--json` or `--direction`, which PMDF does not have, the two are
 * the same.
 * Ref: PMDF 32 (pmdf test -rewrite)
 */

import { parsePath } from '../../lib/address/index.js';
import type { FileSettings } from '../../lib/config/index.js';
import { withoutBrackets } from '../../lib/decide/index.js';
import type { Policy } from '../../lib/policy/index.js';
import type { World } from '../../runtime/index.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  DebugLog,
  type Dialogue,
  dialogueOptions,
  dialogueReport,
  type ExitCode,
  flagOption,
  fromInput,
  ignored,
  noteOptions,
  type Option,
  otherFile,
  type PmdfOnly,
  pmdfOnlyOptions,
  quoted,
  type Report,
  UsageError,
  wordOption,
} from '../support/index.js';
import { printSubmission } from './print-submission.js';
import { type Posting, submit } from './submission.js';
import { defaultSource, directionOption, knownChannel, runRewrite } from './test-rewrite.js';

const receipts = 'requested notifications do not change where a message goes';
const postponed = 'a postponed expansion is shown as such';

const pmdfOnly: readonly PmdfOnly[] = [
  ignored(
    'check_expansions',
    'nothing',
    'all addresses of an expansion are checked, and one failure refuses them all',
  ),
  { ...ignored('database', 'a word', 'pmdf.yaml names the databases'), hasNo: false, isRefused: true },
  ignored('delivery_receipt', 'nothing', receipts),
  ignored('filter', 'perhaps a word', 'there are no mail filters'),
  { ...ignored('grey', 'perhaps a word', 'Grey Book domain order is not supported'), hasNo: false },
  ignored('image_file', 'perhaps a word', 'there is no compiled configuration; the files are read'),
  { ...ignored('local_alias', 'a word', '`local_host` in pmdf.yaml names this host'), isRefused: true },
  ignored('option_file', 'perhaps a word', 'there is no option file; pmdf.yaml holds the settings'),
  ignored('read_receipt', 'nothing', receipts),
  ignored('reprocess', 'nothing', postponed),
  ignored('reprocessing', 'nothing', postponed),
  { ...ignored('restricted', 'perhaps a word', 'RFC 1137 encoding is not supported'), hasNo: false },
  ignored('sender', 'a word', 'rules and tables do not look at the Sender header'),
];

const ownOptions: readonly Option[] = [
  wordOption('source', 'CHANNEL', `the source channel; default: \`${defaultSource}\``, {
    aliases: ['source-channel'],
    pmdf: 'source_channel',
  }),
  wordOption(
    'destination-channel',
    'CHANNEL',
    'the destination channel, for rules with `$Q` and `$C`; default for headers: the one reached',
  ),
  wordOption('from', 'ADDRESS', 'the sender that access tables see; default: the local postmaster'),
  flagOption('nofrom', 'use the null sender'),
  flagOption('channel', 'show the lines about channels (default)'),
  flagOption('nochannel', 'omit the lines about channels'),
  flagOption('debug', 'show every step of the decision first'),
  flagOption('nodebug', 'do not show the steps (default)'),
  wordOption('configuration-file', 'FILE', 'a file to use instead of pmdf.cnf'),
  wordOption('alias-file', 'FILE', 'a file to use instead of the alias file'),
  wordOption('mapping-file', 'FILE', 'a file to use instead of the mapping file'),
  ...dialogueOptions,
];

function filesOf(given: Arguments): Partial<FileSettings> {
  return {
    ...otherFile(given, 'configuration-file', 'cnf'),
    ...otherFile(given, 'alias-file', 'aliases'),
    ...otherFile(given, 'mapping-file', 'mappings'),
  };
}

function postingAddress(policy: Policy, given: Arguments): string {
  if (given.flags.has('nofrom')) return '';
  const written = given.values.get('from');
  if (written === undefined) return `postmaster@${policy.localHost}`;
  const address = withoutBrackets(written);
  if (parsePath(address, 'underscores').kind === 'path') return address;
  throw new UsageError(`\`-from\` is an address, not ${quoted(written)}`);
}

function postingOf(policy: Policy, given: Arguments): Posting {
  const destination = given.values.get('destination-channel');
  return {
    sourceChannel: knownChannel(policy, given.values.get('source') ?? defaultSource),
    destinationChannel: destination === undefined ? null : knownChannel(policy, destination),
    from: postingAddress(policy, given),
  };
}

async function* addressesOf(given: Arguments, dialogue: Dialogue): AsyncGenerator<string> {
  if (given.words.length > 0) {
    yield* given.words;
    return;
  }
  for await (const line of dialogue.answers('Address:')) if (line.trim() !== '') yield line.trim();
}

async function holdDialogue(given: Arguments, world: World, dialogue: Dialogue): Promise<ExitCode> {
  const policy = world.policy();
  const posting = postingOf(policy, given);
  let exitCode: ExitCode = 0;
  let isFirst = true;
  for await (const original of addressesOf(given, dialogue)) {
    const log = new DebugLog(policy);
    const submission = await submit({ world, policy }, posting, withoutBrackets(original), log.add);
    if (submission.decision.verdict.kind !== 'accept') exitCode = 1;
    if (!isFirst && given.words.length > 0) await dialogue.say(['']);
    isFirst = false;
    if (given.flags.has('debug')) await dialogue.say(log.lines());
    await dialogue.say(printSubmission(policy, submission, !given.flags.has('nochannel')));
  }
  return exitCode;
}

async function run(given: Arguments): Promise<Report> {
  const notes = noteOptions(given, pmdfOnly);
  if (given.flags.has('json') || given.values.has('direction')) {
    return await runRewrite({ ...given, words: given.words.length === 0 ? [fromInput] : given.words });
  }
  const files = filesOf(given);
  return await dialogueReport(given, files, notes, (world, dialogue) => holdDialogue(given, world, dialogue));
}

export const pmdfRewrite: Command = {
  name: 'test -rewrite',
  style: 'pmdf',
  summary: "PMDF's own test of addresses, with PMDF's output",
  operands: '[ADDRESS...]',
  words: { least: 0, most: Number.POSITIVE_INFINITY },
  options: [...ownOptions, directionOption, ...pmdfOnlyOptions(pmdfOnly), ...configurationOptions],
  about: [
    'Shows what PMDF shows: the channels, the address in header and envelope, its expansion, and the channels that a',
    'message to it is submitted to, or why the access tables refuse it. Without ADDRESS it prompts for addresses',
    'until the end of the input. With `--json` or `--direction` it is `pmdf test rewrite`. Exit code 1 when an address',
    'is refused.',
  ],
  run,
};
