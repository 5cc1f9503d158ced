/*
 * The line logged at start: the policy in force, and the plugins that use it.
 */

import type { DatabaseSetting } from '../../lib/config/index.js';
import { type PluginName, pluginNames } from '../../lib/decide/index.js';
import type { Policy } from '../../lib/policy/index.js';
import { counted } from '../../lib/text/index.js';
import { lineOf } from '../../runtime/haraka-install/index.js';

function total(lists: Iterable<{ readonly length: number }>): number {
  let sum = 0;
  for (const { length } of lists) sum += length;
  return sum;
}

function placeOfDatabase(setting: DatabaseSetting): string {
  return setting.kind === 'file' ? setting.file : `in store ${setting.store}`;
}

function databasesOf({ settings }: Policy): string {
  const used = Object.entries(settings.databases).flatMap(([name, setting]) =>
    setting === null ? [] : [`${name} database ${placeOfDatabase(setting)}`],
  );
  return used.length === 0 ? 'no database' : used.join(', ');
}

/** What is in shadow, in words; empty if nothing is. */
export function wordsForShadow({ settings }: Policy): string {
  const { tables, channels } = settings.shadow;
  return [...tables, ...channels.map((channel) => `all tables and SPF for ${channel}`)].join(', ');
}

/** A policy, and what tells it from others. */
export interface HashedPolicy {
  readonly policy: Policy;
  readonly hash: string;
}

/** Describes a policy; `folder` is the folder of its files. */
export function policyLine(
  { policy, hash }: HashedPolicy,
  folder: string,
  isEnabled: (name: PluginName) => boolean,
): string {
  const { channels, rules, mappings } = policy;
  const tables = [...mappings.values()].map(({ entries }) => entries);
  const parts = [
    counted(channels.channels.size, 'channel'),
    counted(total(rules.byPattern.values()), 'rewrite rule'),
    `${counted(total(tables), 'entry', 'entries')} in ${counted(tables.length, 'mapping table')}`,
    databasesOf(policy),
  ];
  const enabled = pluginNames.filter(isEnabled).map(lineOf);
  const words = wordsForShadow(policy);
  const inShadow = words === '' ? '' : `; in shadow: ${words}`;
  return `policy in force: ${folder}: ${parts.join(', ')}; plugins: ${enabled.join(', ')}${inShadow}; hash=${hash}`;
}
