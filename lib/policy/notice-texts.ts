/*
 * Which texts a notice has: those beside pmdf.cnf, or in another folder that the table NOTIFICATION_LANGUAGE names with `$I`. Its
 * probe is
 *   type|channel|languages|envelope From|first recipient
 * with the channel that the message waits on, and the languages as the header of the message has them.
 * Ref: Messaging Server 6.3 Administration Guide 10.10.2
 */
import { holdBars } from '../address/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import type { MappingTable } from '../mapping/index.js';
import {
  type NoticeTexts,
  parseNoticeOptions,
  type TextFolders,
  type TextName,
  textFile,
  textNames,
  usualOptions,
  usualTexts,
} from '../notice/index.js';
import { DiagnosticList, type Parsed, type SourceFile, type Span, warningAt } from '../text/index.js';
import type { Policy } from './policy.js';
import { siteTables } from './rewriting.js';

export const noticeLanguageTable = 'NOTIFICATION_LANGUAGE';

/** What a table is asked. */
export interface TextQuestion {
  /** A kind of notice, or `relayed`, `expanded`. */
  readonly type: string;
  readonly channel: string;
  readonly languages: string;
  readonly envelopeFrom: string;
  readonly firstRecipient: string;
}

/** The folder of the usual texts, by Messaging Server's name. */
const usualFolder = /^(?:imta|pmdf)_lang:\/*$/i;

/** A folder as its key; folders end in `/` or in the `:` of a logical name, or in nothing. */
function folderKey(written: string): string {
  const name = written.trim();
  return usualFolder.test(name) ? '' : name.replace(/\/+$/, '');
}

/** The folders that entries name in plain text, each with the first entry that does. */
function namedFolders(tables: readonly MappingTable[]): ReadonlyMap<string, Span> {
  const table = tables.find(({ name }) => name.toUpperCase() === noticeLanguageTable);
  const folders = new Map<string, Span>();
  for (const { template, span } of table?.entries ?? []) {
    const hasFolder = template.some((item) => item.kind === 'flag' && item.flag === 'I');
    const text = template.map((item) => (item.kind === 'literal' ? item.text : '')).join('');
    const isPlain = template.every(({ kind }) => ['literal', 'flag', 'control'].includes(kind));
    const folder = folderKey(text);
    if (hasFolder && isPlain && !folders.has(folder)) folders.set(folder, span);
  }
  return folders;
}

const optionFile = 'return_option.dat';

function fileIn(folder: string, file: string): string {
  return folder === '' || folder.endsWith(':') ? `${folder}${file}` : `${folder}/${file}`;
}

function nothingIn(folder: string, span: Span): ReturnType<typeof warningAt> {
  return warningAt(span, 'policy/notice-folder', `there are no texts of notices in \`${folder}\``, {
    hint: 'the folder is beside pmdf.cnf, with files such as return_failed.txt; without it the usual texts are used',
  });
}

/** Reads all texts that are there. A folder without any is a warning, and the usual texts are used in its place. */
export function readTextFolders(
  tables: readonly MappingTable[],
  read: (file: string) => SourceFile | null,
): Parsed<TextFolders> {
  const folders = new Map<string, NoticeTexts>();
  const diagnostics = new DiagnosticList();
  for (const [folder, span] of new Map<string, Span | null>([['', null], ...namedFolders(tables)])) {
    const texts = new Map<TextName, string>();
    for (const name of textNames) {
      const source = read(fileIn(folder, textFile(name)));
      if (source !== null) texts.set(name, source.text);
    }
    const source = read(fileIn(folder, optionFile));
    const options = source === null ? null : parseNoticeOptions(source);
    diagnostics.append(options?.diagnostics ?? []);
    if (folder !== '' && texts.size === 0 && options === null) {
      if (span !== null) diagnostics.push(nothingIn(folder, span));
      continue;
    }
    folders.set(folder, { texts, options: options?.value ?? usualOptions });
  }
  return { value: folders, diagnostics: diagnostics.all };
}

/** Finds the texts for a notice; those beside pmdf.cnf where the table does not name others that are there. */
export function* findTexts(
  policy: Policy,
  question: TextQuestion,
  environment: Environment,
): Lookup<NoticeTexts> {
  const usual = policy.noticeTexts.get('') ?? usualTexts;
  const probe = [
    question.type,
    question.channel,
    question.languages,
    question.envelopeFrom,
    question.firstRecipient,
  ]
    .map(holdBars)
    .join('|');
  const result = yield* siteTables(policy, environment)(noticeLanguageTable, probe, new Set());
  if (result?.matched !== true || result.failed !== null || !result.flags.has('I')) return usual;
  return policy.noticeTexts.get(folderKey(result.output)) ?? usual;
}
