/*
 * Notes on a conversion: what has no counterpart in the other form, and what has no effect.
 */
import { type Block, commentsOfBlock, findKeyword, type KeywordItem } from '../../../lib/channel/index.js';
import { aliasesOf } from '../../../lib/forwarding/index.js';
import { printPattern, rulesOf } from '../../../lib/rewrite/index.js';
import { placeOf, type Span } from '../../../lib/text/index.js';
import { settingRows } from '../setting-rows.js';
import { canBeComment } from './print-scalar.js';
import type { PolicyDocument } from './read-document.js';

/** The form of a configuration. */
export const policyForms = ['pmdf', 'yaml'] as const;
export type PolicyForm = (typeof policyForms)[number];

/**
 * Written, but without effect here; written, but unknown to PMDF; left out; written differently; kept in the file that it is
 * in.
 */
export type NoteKind = 'without-effect' | 'not-in-pmdf' | 'left-out' | 'written-otherwise' | 'stays';

/** One note; `place` is null when it is about no particular place. */
export interface ConversionNote {
  readonly kind: NoteKind;
  readonly place: string | null;
  readonly what: string;
}

function note(kind: NoteKind, span: Span | null, what: string): ConversionNote {
  return { kind, place: span === null ? null : placeOf(span), what };
}

/** The note on a word of a channel; null when the word has an effect. */
function itemNote(item: KeywordItem): ConversionNote | null {
  switch (item.kind) {
    case 'group-id':
      return note('without-effect', item.word.span, `the group id \`${item.word.text}\``);
    case 'keyword': {
      const counts = findKeyword(item.keyword)?.honoured === 'yes';
      return counts ? null : note('without-effect', item.word.span, `the keyword \`${item.word.text}\``);
    }
    case 'broken':
      return null;
  }
}

function blockNotes(block: Block): ConversionNote[] {
  switch (block.kind) {
    case 'channel':
    case 'defaults':
      return block.items.map(itemNote).filter((one) => one !== null);
    case 'comments':
    case 'nodefaults':
      return [];
  }
}

function ignoredLines({ diagnostics }: PolicyDocument): ConversionNote[] {
  return diagnostics
    .filter((one) => one.code === 'channel/ignored-line')
    .map((one) => note('left-out', one.span, `the line: ${one.message}`));
}

function lineNotes({ continuedLines, included }: PolicyDocument): ConversionNote[] {
  const includes = included.map(({ shortName, includedFrom }) =>
    note(
      'written-otherwise',
      includedFrom ?? null,
      `the include of \`${shortName}\`: its lines are there, between two comments`,
    ),
  );
  const continued = continuedLines.map((span) =>
    note('written-otherwise', span, 'the continued line: as one line'),
  );
  return [...includes, ...continued];
}

function fileNotes({ syntax, otherFiles }: PolicyDocument): ConversionNote[] {
  const { settings } = syntax;
  const named = settings.places.get('files');
  const converted = ['cnf', 'mappings', 'aliases'].some((file) => settings.places.has(`files.${file}`));
  const left =
    named === undefined || !converted
      ? []
      : [note('left-out', named, '`files`, since these files are part of the result')];
  const lists = aliasesOf(syntax.aliases).flatMap(({ values }) =>
    values
      .filter((value) => value.kind === 'list')
      .map((value) => note('stays', value.span, `the list file \`${value.file}\``)),
  );
  const databases = Object.entries(settings.databases).flatMap(([name, setting]) => {
    if (setting === null) return [];
    const span = settings.places.get(`databases.${name}`) ?? null;
    const where = setting.kind === 'file' ? `\`${setting.file}\`` : `in the store \`${setting.store}\``;
    return [note('stays', span, `the ${name} database ${where}`)];
  });
  const others = otherFiles.map((file) => note('stays', null, `the file \`${file}\``));
  return [...left, ...lists, ...databases, ...others];
}

function commentNotes({ syntax }: PolicyDocument): ConversionNote[] {
  const comments = [
    ...syntax.ruleLines.filter((line) => line.kind === 'comment').map((line) => line.text),
    ...syntax.channels.blocks.flatMap(commentsOfBlock),
    ...syntax.mappings.items.flatMap((item) =>
      item.kind === 'comment'
        ? [item.text]
        : [...item.entries.flatMap((entry) => entry.comments), ...item.comments].map((one) => one.text),
    ),
    ...syntax.aliases.items.flatMap((item) => (item.kind === 'comment' ? [item.text] : [])),
  ];
  if (comments.every(canBeComment)) return [];
  return [
    note('written-otherwise', null, 'characters in comments that are not allowed in YAML: spelled out'),
  ];
}

/** What PMDF does not know in either form. */
function extensionNotes({ syntax }: PolicyDocument): ConversionNote[] {
  return rulesOf(syntax.rules)
    .filter(({ pattern }) => pattern.kind === 'first' || /^\[ipv6:/i.test(pattern.text))
    .map(({ pattern, span }) => note('not-in-pmdf', span, `the pattern \`${printPattern(pattern)}\``));
}

function settingNotes({ syntax }: PolicyDocument): ConversionNote[] {
  return settingRows(syntax.settings)
    .filter((row) => row.span !== null && !/^(?:files|databases)\./.test(row.name))
    .map(({ name, span }) => note('stays', span, `the setting \`${name}\`, in pmdf.yaml`));
}

export function conversionNotes(document: PolicyDocument, form: PolicyForm): readonly ConversionNote[] {
  return [
    ...document.syntax.channels.blocks.flatMap(blockNotes),
    ...(form === 'pmdf' ? extensionNotes(document) : []),
    ...ignoredLines(document),
    ...lineNotes(document),
    ...(form === 'yaml' ? commentNotes(document) : settingNotes(document)),
    ...fileNotes(document),
  ];
}
