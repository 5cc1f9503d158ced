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
import { type NoticeTexts, type TextFolders, type TextName, textFile, textNames } from '../notice/index.js';
import type { SourceFile } from '../text/index.js';
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

/** The folders that entries name in plain text. */
function namedFolders(tables: readonly MappingTable[]): string[] {
  const table = tables.find(({ name }) => name.toUpperCase() === noticeLanguageTable);
  return (table?.entries ?? []).flatMap(({ template }) => {
    const hasFolder = template.some((item) => item.kind === 'flag' && item.flag === 'I');
    const text = template.map((item) => (item.kind === 'literal' ? item.text : '')).join('');
    const isPlain = template.every(({ kind }) => ['literal', 'flag', 'control'].includes(kind));
    return hasFolder && isPlain ? [folderKey(text)] : [];
  });
}

/** The name of a file in a folder. */
function fileIn(folder: string, name: TextName): string {
  return folder === '' || folder.endsWith(':') ? `${folder}${textFile(name)}` : `${folder}/${textFile(name)}`;
}

/** Reads all texts that are there. */
export function readTextFolders(
  tables: readonly MappingTable[],
  read: (file: string) => SourceFile | null,
): TextFolders {
  const folders = new Map<string, NoticeTexts>();
  for (const folder of new Set(['', ...namedFolders(tables)])) {
    const texts = new Map<TextName, string>();
    for (const name of textNames) {
      const source = read(fileIn(folder, name));
      if (source !== null) texts.set(name, source.text);
    }
    folders.set(folder, texts);
  }
  return folders;
}

/** Finds the texts for a notice; those beside pmdf.cnf where the table does not name others that are there. */
export function* findTexts(
  policy: Policy,
  question: TextQuestion,
  environment: Environment,
): Lookup<NoticeTexts> {
  const usual: NoticeTexts = policy.noticeTexts.get('') ?? new Map();
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
