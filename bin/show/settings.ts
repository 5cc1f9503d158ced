/*
 * `pmdf show settings`: every setting, its value, and where pmdf.yaml sets it.
 */

import { placeOf } from '../../lib/text/index.js';
import { brief, nearestHint, printColumns, quoted, UnknownName } from '../support/index.js';
import type { Part, Shown } from './part.js';
import { type SettingRow, type SettingValue, settingRows } from './setting-rows.js';

function valueText(value: SettingValue): string {
  if (value === null) return 'none';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return Object.entries(value)
    .map(([key, one]) => `${key} ${valueText(one)}`)
    .join(', ');
}

/** The rows of a setting, or of all settings of a section. */
function named(rows: readonly SettingRow[], name: string): readonly SettingRow[] {
  const found = rows.filter((row) => row.name === name || row.name.startsWith(`${name}.`));
  if (found.length > 0) return found;
  const known = [...rows.map((row) => row.name), ...rows.map((row) => row.name.split('.')[0] ?? '')];
  throw new UnknownName(`there is no setting ${quoted(name)}`, nearestHint(name, known, null));
}

function shownRows(rows: readonly SettingRow[], localHost: string): Shown {
  const inForce = (row: SettingRow): SettingValue => (row.name === 'local_host' ? localHost : row.value);
  return {
    json: rows.map((row) => ({
      name: row.name,
      value: inForce(row),
      place: row.span === null ? null : placeOf(row.span),
    })),
    text: (paint) => {
      if (rows.length === 0) return ['all settings have their defaults'];
      return printColumns(
        rows.map((row) => [
          brief(row.name),
          brief(valueText(inForce(row))),
          row.span === null ? 'default' : brief(placeOf(row.span)),
        ]),
        [paint.bold, (text) => text, paint.dim],
      );
    },
  };
}

function partOf(isShown: (row: SettingRow) => boolean): Part {
  return {
    name: 'settings',
    key: 'settings',
    title: 'settings',
    show: ({ compiled }, names) => {
      const all = settingRows(compiled.settings);
      const rows = names.length === 0 ? all : names.flatMap((name) => named(all, name));
      return shownRows(rows.filter(isShown), compiled.policy.localHost);
    },
  };
}

export const settingsPart: Part = partOf(() => true);

/** The settings that differ from their defaults. */
export const changedSettingsPart: Part = partOf((row) => !row.isDefault);
