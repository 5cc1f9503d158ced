/*
 * Whether two configurations have the same meaning: rules, channels, tables, aliases and settings, in whichever file.
 * Comments and blanks have no meaning.
 */
import { type Block, type HostLine, wordsOfItem } from '../../../lib/channel/index.js';
import {
  type PolicySources,
  type PolicySyntax,
  parseSettings,
  parseSources,
  type SettingsFile,
} from '../../../lib/config/index.js';
import { aliasesOf } from '../../../lib/forwarding/index.js';
import { printPattern, printTemplate, tablesOf } from '../../../lib/mapping/index.js';
import { printRule, rulesOf } from '../../../lib/rewrite/index.js';
import { hasErrors, type Parsed } from '../../../lib/text/index.js';
import type { WrittenFile } from './write-pmdf.js';

type Essence = { readonly [part: string]: readonly unknown[] };

function hostWords({ name, second }: HostLine): (string | null)[] {
  return [name.text, second?.text ?? null];
}

function blockEssence(block: Block): unknown[] {
  switch (block.kind) {
    case 'comments':
      return [];
    case 'nodefaults':
      return [[block.kind]];
    case 'defaults':
      return [[block.kind, block.items.flatMap(wordsOfItem).map((word) => word.text)]];
    case 'channel': {
      const words = block.items.flatMap(wordsOfItem).map((word) => word.text);
      const official = block.officialHost === null ? null : hostWords(block.officialHost);
      return [[block.name.text, words, official, block.hosts.map(hostWords)]];
    }
  }
}

/** The settings without their places, and without the names of files that are converted. */
function settingEssence(settings: SettingsFile): unknown[] {
  const { rules, channelBlocks, mappingLines, aliasLines, places, files, ...rest } = settings;
  const { security, options } = files;
  const named = { ...rest, security, options };
  return [JSON.stringify(named, (_key, value: unknown) => (value instanceof Map ? [...value] : value))];
}

function essenceOf({ settings, rules, channels, mappings, aliases }: PolicySyntax): Essence {
  return {
    rules: rulesOf(rules).map(printRule),
    channels: channels.blocks.flatMap(blockEssence),
    'mapping tables': tablesOf(mappings).map(({ name, entries }) => [
      name,
      entries.map(({ pattern, template }) => [printPattern(pattern), printTemplate(template)]),
    ]),
    aliases: aliasesOf(aliases).map(({ name, values }) => [
      name,
      values.map((value) => (value.kind === 'address' ? value.text : [value.kind, value])),
    ]),
    settings: settingEssence(settings),
  };
}

/** The first part in which two configurations differ; null when there is none. */
export function findDifference(one: PolicySyntax, other: PolicySyntax): string | null {
  const right = essenceOf(other);
  const withoutPlaces = (value: unknown): string =>
    JSON.stringify(value, (key, inside: unknown) => (key === 'span' ? undefined : inside));
  for (const [part, left] of Object.entries(essenceOf(one))) {
    if (withoutPlaces(left) !== withoutPlaces(right[part])) return part;
  }
  return null;
}

/** Reads written files as a configuration; the value is null when they have errors. */
export function readWritten(
  files: readonly WrittenFile[],
  readInclude: PolicySources['readInclude'],
): Parsed<PolicySyntax | null> {
  const source = (name: string) => {
    const file = files.find((one) => one.name === name);
    return file === undefined ? null : { name, shortName: name, text: file.text };
  };
  const settings = parseSettings(source('pmdf.yaml'));
  const parsed = parseSources({
    settings: settings.value,
    cnf: source('pmdf.cnf'),
    mappings: source('mappings'),
    aliases: source('aliases'),
    readInclude,
    cnfName: { name: 'pmdf.cnf', shortName: 'pmdf.cnf' },
  });
  const diagnostics = [...settings.diagnostics, ...parsed.diagnostics];
  return { value: hasErrors(diagnostics) ? null : parsed.value, diagnostics };
}
