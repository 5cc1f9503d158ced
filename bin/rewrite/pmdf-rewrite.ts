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
  Dialogue,
  dialogueOptions,
  type ExitCode,
  fromInput,
  noteOptions,
  type Option,
  otherFile,
  type PmdfOnly,
  pmdfOnlyOptions,
  quoted,
  type Report,
  UsageError,
  withWorld,
  writtenReport,
} from '../support/index.js';
import { printSubmission } from './print-submission.js';
import { type Posting, submit } from './submission.js';
import { defaultSource, directionOption, knownChannel, runRewrite } from './test-rewrite.js';

/** An option that has no effect here, with or without `no`. */
function ignored(name: string, takes: PmdfOnly['takes'], why: string): PmdfOnly {
  return { name, takes, hasNo: true, isRefused: false, why };
}

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
  {
    name: 'source',
    takes: 'a word',
    value: 'CHANNEL',
    aliases: ['source-channel'],
    pmdf: 'source_channel',
    help: `the source channel; default: \`${defaultSource}\``,
  },
  {
    name: 'destination-channel',
    takes: 'a word',
    value: 'CHANNEL',
    help: 'the destination channel, for rules with `$Q` and `$C`; default for headers: the one reached',
  },
  {
    name: 'from',
    takes: 'a word',
    value: 'ADDRESS',
    help: 'the sender that access tables see; default: the local postmaster',
  },
  { name: 'nofrom', takes: 'nothing', help: 'use the null sender' },
  { name: 'channel', takes: 'nothing', help: 'show the lines about channels (default)' },
  { name: 'nochannel', takes: 'nothing', help: 'omit the lines about channels' },
  { name: 'debug', takes: 'nothing', help: 'show every step of the decision first' },
  { name: 'nodebug', takes: 'nothing', help: 'do not show the steps (default)' },
  { name: 'configuration-file', takes: 'a word', value: 'FILE', help: 'a file to use instead of pmdf.cnf' },
  { name: 'alias-file', takes: 'a word', value: 'FILE', help: 'a file to use instead of the alias file' },
  { name: 'mapping-file', takes: 'a word', value: 'FILE', help: 'a file to use instead of the mapping file' },
  ...dialogueOptions,
];

function filesOf(given: Arguments): Partial<FileSettings> {
  const named = { cnf: 'configuration-file', aliases: 'alias-file', mappings: 'mapping-file' } as const;
  return {
    ...otherFile(given, named.cnf, 'cnf'),
    ...otherFile(given, named.aliases, 'aliases'),
    ...otherFile(given, named.mappings, 'mappings'),
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
  for (let line = await dialogue.ask('Address:'); line !== null; line = await dialogue.ask('Address:')) {
    if (line.trim() !== '') yield line.trim();
  }
}

async function holdDialogue(given: Arguments, world: World, dialogue: Dialogue): Promise<ExitCode> {
  const policy = world.policy();
  const posting = postingOf(policy, given);
  let exitCode: ExitCode = 0;
  let isFirst = true;
  for await (const original of addressesOf(given, dialogue)) {
    const log = new DebugLog(policy);
    const submission = await submit({ world, policy, posting }, withoutBrackets(original), log.add);
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
  const exitCode = await withWorld(
    given,
    async (world) => {
      const dialogue = new Dialogue(given);
      return await dialogue.hold(() => holdDialogue(given, world, dialogue));
    },
    filesOf(given),
  );
  return writtenReport(exitCode, notes);
}

/** `pmdf test -rewrite` */
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
