/*
 * The plugins of the bundle, the lines of config/plugins that enable them, and what each lacks without the others.
 */

/** The names of the plugins, in the order of a complete config/plugins. */
export const pluginNames = ['switchchannel', 'maytls', 'auth', 'access', 'forward', 'deliver'] as const;

/** A plugin of the bundle. */
export type PluginName = (typeof pluginNames)[number];

/** The line of config/plugins that enables a plugin. */
export function lineOf(name: PluginName): string {
  return `pmdf/${name}`;
}

/** The plugin that a name enables; null for a plugin of others. */
export function ourPlugin(name: string): PluginName | null {
  return pluginNames.find((one) => lineOf(one) === name) ?? null;
}

/** The lines that an install with every part of the policy has, for messages. */
export const usualLines: readonly string[] = [
  'pmdf/switchchannel',
  'pmdf/access',
  'queue/smtp_forward',
  'pmdf/deliver',
];

const listenerChannel = 'every client is on the channel of its listener';
const noTables = 'no access table is asked';

/** What a plugin lacks while another one is not enabled. */
export const losses: Readonly<Record<PluginName, readonly (readonly [PluginName, string])[]>> = {
  switchchannel: [
    ['access', noTables],
    ['deliver', 'recipients are vouched for and delivered by other plugins, without regard to channels'],
  ],
  auth: [
    ['switchchannel', listenerChannel],
    ['access', 'FROM_ACCESS does not see who authenticated'],
  ],
  access: [
    ['switchchannel', listenerChannel],
    ['deliver', 'other plugins vouch for recipients and deliver to the addresses as received'],
  ],
  forward: [
    ['access', noTables],
    ['deliver', 'forwarded mail leaves by the queue plugin of the install, all recipients alike'],
  ],
  deliver: [
    ['switchchannel', listenerChannel],
    ['access', `${noTables}, and only clients that another plugin lets relay may send to the outside`],
  ],
  maytls: [
    ['switchchannel', listenerChannel],
    ['deliver', 'mail that leaves has the channel that its recipient rewrites to'],
  ],
};
