/*
 * The plugins of the bundle, the lines of config/plugins that enable them, and what each lacks without the others.
 */
import { type PluginName, pluginNames } from '../../lib/decide/index.js';

/** The line of config/plugins that enables a plugin. */
export function lineOf(name: PluginName): string {
  return `pmdf/${name}`;
}

/** The plugin that a name enables; null for another's plugin. */
export function ourPlugin(name: string): PluginName | null {
  return pluginNames.find((one) => lineOf(one) === name) ?? null;
}

/** The usual lines of an install, for messages. */
export const usualLines: readonly string[] = [
  'pmdf/switchchannel',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

const listenerChannel = 'every client stays on the channel of its listener';
const noTables = 'no access table is consulted';

/** What a plugin lacks without another one. */
export const losses: Readonly<Record<PluginName, readonly (readonly [PluginName, string])[]>> = {
  switchchannel: [
    ['access', noTables],
    ['deliver', 'other plugins accept and deliver recipients, regardless of channels'],
  ],
  auth: [
    ['switchchannel', listenerChannel],
    ['access', 'FROM_ACCESS does not see authenticated users'],
  ],
  access: [
    ['switchchannel', listenerChannel],
    ['deliver', 'other plugins accept recipients and deliver to the addresses as received'],
  ],
  forward: [
    ['access', noTables],
    ['deliver', 'forwarded mail leaves by the queue plugin of the install, the same way for all recipients'],
  ],
  deliver: [
    ['switchchannel', listenerChannel],
    ['access', `${noTables}, and only clients that another plugin permits to relay can send to the outside`],
  ],
  watch: [],
  log: [],
  maytls: [
    ['switchchannel', listenerChannel],
    ['deliver', 'the channel of outgoing mail is found by rewriting its recipient'],
  ],
};
