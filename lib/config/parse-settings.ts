/*
 * pmdf.yaml to settings. All findings are reported in one run; a setting that is wrong keeps its default.
 */
import { usualLogOptions } from '../log/index.js';
import { type Parsed, type SourceFile, startOf } from '../text/index.js';
import { aliasLines } from './policy-lines/alias-lines.js';
import { channelBlocks } from './policy-lines/channel-lines.js';
import { mappingLines } from './policy-lines/mapping-lines.js';
import { ruleLines } from './policy-lines/rule-lines.js';
import { defaultSettings, type SettingsFile, settingKeys } from './settings.js';
import { record, setting } from './shapes/record.js';
import { keyTree } from './shapes/schema.js';
import { Findings } from './shapes/shape.js';
import { readYaml } from './yaml/read-yaml.js';

const none: readonly never[] = Object.freeze([]);

/** Everything that pmdf.yaml may hold. */
export const settingsShape = record({
  ...settingKeys,
  rules: setting(ruleLines, none, 'Rewrite rules, as in pmdf.cnf.'),
  channels: setting(channelBlocks, none, 'Channels, as the blocks of pmdf.cnf; their order counts.'),
  mappings: setting(mappingLines, none, 'Mapping tables by name, as in a mapping file.'),
  aliases: setting(aliasLines, none, 'Aliases of the local channel by name, as in an alias file.'),
});

const allKeys = keyTree(settingsShape.schema);

const nothingWritten = { ...defaultSettings, rules: none, channels: none, mappings: none, aliases: none };

/** Parses pmdf.yaml; null is a file that does not exist. */
export function parseSettings(source: SourceFile | null): Parsed<SettingsFile> {
  const findings = new Findings(
    {
      type: 'settings/type',
      range: 'settings/range',
      choice: 'settings/choice',
      unknownKey: 'settings/unknown-key',
      missingKey: 'settings/missing-key',
      empty: 'settings/empty',
      lineBreak: 'settings/line-break',
    },
    allKeys,
  );
  const yaml = source === null ? { value: null, diagnostics: [] } : readYaml(source);
  const root = yaml.value;
  const written =
    root === null
      ? undefined
      : settingsShape.read(root, { path: '', keySpan: startOf(root.span.source), findings });
  const { channels, mappings, aliases, ...settings } = written ?? nothingWritten;
  const value = Object.freeze({
    ...settings,
    ldapServers: null,
    logOptions: usualLogOptions,
    channelBlocks: channels,
    mappingLines: mappings,
    aliasLines: aliases,
    places: findings.places,
  });
  const diagnostics = [...yaml.diagnostics, ...findings.diagnostics];
  return { value, diagnostics: diagnostics.sort((left, right) => left.span.offset - right.span.offset) };
}
