/*
 * `metermaid`: the tables of MeterMaid that `throttle` and `greylisting` count in.
 */
import { mapOf, type SiteKey } from '../shapes/collections.js';
import { record, setting } from '../shapes/record.js';
import { choice, flag, seconds, wholeNumber } from '../shapes/scalars.js';
import type { ValueOf } from '../shapes/shape.js';
import { siteNames } from './names.js';

const longestSeconds = 31_536_000;

const table = record({
  type: setting(
    choice(['throttle', 'greylisting']),
    'throttle',
    'What the table is for: `throttle` counts attempts, `greylisting` has unknown ones come again.',
  ),
  quota: setting(wholeNumber(1, 1_000_000_000), 100, 'How many attempts a key has in `quota_time`.'),
  quotaTime: setting(seconds(1, longestSeconds), 60, 'Seconds in which the quota counts.'),
  penalize: setting(flag, false, 'Whether attempts beyond the quota count against the time that follows.'),
  maxEntries: setting(wholeNumber(1, 1_000_000), 100_000, 'How many keys are remembered.'),
  blockTime: setting(
    seconds(0, longestSeconds),
    300,
    'Seconds for which an unknown key of a `greylisting` table is deferred.',
  ),
  resubmitTime: setting(
    seconds(1, longestSeconds),
    14_400,
    'Seconds in which a key that was deferred has to come again.',
  ),
  inactivityTime: setting(
    seconds(1, longestSeconds),
    604_800,
    'Seconds for which a key that came again may stay away.',
  ),
});

/** How a table counts. */
export type CounterTable = ValueOf<typeof table>;

/** The tables, by name in lower case. */
export type CounterTables = ReadonlyMap<string, CounterTable>;

const names = siteNames('table', 'settings/metermaid-name');

const tableName: SiteKey<string> = {
  ...names,
  read: (entry, field) => names.read(entry, field)?.toLowerCase(),
};

export const metermaid = mapOf(tableName, table);
export const noCounterTables: CounterTables = new Map();
