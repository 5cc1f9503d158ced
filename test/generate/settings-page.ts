/*
 * The tables of docs/settings.md, made from the shape of pmdf.yaml. The page names the settings of each table:
 *   <!-- settings: listeners switch_lookup -->
 *   the table
 *   <!-- end of settings -->
 */
import { settingsShape } from '../../lib/config/parse-settings.js';
import type { Schema } from '../../lib/config/shapes/schema.js';
import type { DescribedKey, Key } from '../../lib/config/shapes/shape.js';

/** One setting, by its path. */
export interface DocumentedSetting {
  readonly path: string;
  readonly key: Key<unknown>;
}

/** The settings under keys, each section as its parts. */
function settingsUnder(keys: readonly DescribedKey[], above: string): readonly DocumentedSetting[] {
  return keys
    .filter(({ key }) => key.isSetting)
    .flatMap(({ name, key }) => {
      const path = above === '' ? name : `${above}.${name}`;
      const below = settingsUnder(key.shape.keys ?? [], path);
      return below.length > 0 ? below : [{ path, key }];
    });
}

/** Written as a whole, with a section of their own on the page. */
export const policyKeys: readonly string[] = ['rules', 'channels', 'mappings', 'aliases'];

/** Every setting that has a row. */
export const documentedSettings: readonly DocumentedSetting[] = settingsUnder(settingsShape.keys, '').filter(
  ({ path }) => !policyKeys.includes(path),
);

function listed(words: readonly string[]): string {
  const all = words.map((word) => `\`${word}\``);
  return all.length === 1 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

/** What the sentence about a setting need not say: the words or the range of its value. */
function valuesText({ enum: words, type, minimum, maximum, items }: Schema): string {
  if (words !== undefined) return ` Values: ${listed(words)}.`;
  if (items?.enum !== undefined) return ` Values: ${items.enum.map((word) => `\`${word}\``).join(', ')}.`;
  if (type === 'integer' || type === 'number') return ` From ${minimum} to ${maximum}.`;
  return '';
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

function defaultText({ fallback, defaultText }: Key<unknown>): string {
  if (defaultText !== undefined) return defaultText;
  if (fallback === null) return '';
  const { value } = fallback;
  if (value === null) return 'none';
  if (value instanceof Map) return '`{}`';
  if (Array.isArray(value)) return `\`[${value.join(', ')}]\``;
  if (!isPlain(value)) return `\`${String(value)}\``;
  const parts = Object.entries(value).map(([name, one]) => `${name}: ${String(one)}`);
  return `\`{ ${parts.join(', ')} }\``;
}

function row({ path, key }: DocumentedSetting): string {
  const more = key.see === undefined ? '' : ` [More](${key.see}).`;
  const about = `${key.about}${valuesText(key.shape.schema)}${more}`.replaceAll('|', '\\|');
  return `| \`${path}\` | ${defaultText(key)} | ${about} |`;
}

function table(names: readonly string[]): string {
  const rows = names.flatMap((name) => {
    const found = documentedSettings.filter(({ path }) => path === name || path.startsWith(`${name}.`));
    if (found.length === 0) throw new Error(`docs/settings.md: there is no setting ${name}`);
    return found.map(row);
  });
  return ['| setting | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The page with its tables made anew. */
export function settingsPage(page: string): string {
  return page.replace(
    /^<!-- settings: (.*) -->\n(?:.*\n)*?<!-- end of settings -->$/gm,
    (_, names: string) => `<!-- settings: ${names} -->\n${table(names.split(' '))}\n<!-- end of settings -->`,
  );
}
