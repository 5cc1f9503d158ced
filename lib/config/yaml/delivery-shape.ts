/*
 * Shape of `delivery`: for each channel `queue`, `through` or { method, next_hop }; beside them `through_plugin`.
 */
import { isChannelName } from '../../channel/index.js';

import {
  type DeliverySetting,
  type DeliverySettings,
  defaultSettings,
  deliveryMethods,
} from '../settings.js';
import { mappingOf, section } from './collection-shapes.js';
import { queuePlugin, wrongChannelName } from './name-shapes.js';
import { nextHop } from './next-hop-shape.js';
import { choice } from './scalar-shapes.js';
import { below, type Setting, type Shape, spanOfValue } from './shape.js';
import type { YamlEntry, YamlNode } from './yaml-node.js';

const method = choice(deliveryMethods);

const written = section<DeliverySetting>({ method: null, nextHop: null }, { method, nextHop });

function readDelivery(node: YamlNode, setting: Setting): DeliverySetting | undefined {
  if (node.kind === 'scalar') {
    const word = method.read(node, setting);
    return word === undefined ? undefined : Object.freeze({ method: word, nextHop: null });
  }
  return written.read(node, setting);
}

function readChannel(entry: YamlEntry, setting: Setting, channels: Map<string, DeliverySetting>): void {
  const channel = below(setting, entry.key, entry.keySpan);
  if (!isChannelName(entry.key)) {
    wrongChannelName(entry.keyScalar, channel, entry.key);
    return;
  }
  setting.findings.places.set(channel.path, entry.keySpan);
  const delivery = readDelivery(entry.value, channel);
  if (delivery !== undefined) channels.set(entry.key, delivery);
}

/** How mail leaves, by channel. */
export const delivery: Shape<DeliverySettings> = {
  keys: new Map([['through_plugin', queuePlugin.keys], ...written.keys]),
  read: (node, setting) => {
    const mapping = mappingOf(node, setting);
    if (mapping === undefined) return undefined;
    let { throughPlugin } = defaultSettings.delivery;
    const channels = new Map<string, DeliverySetting>();
    for (const entry of mapping.entries) {
      if (entry.key === 'through_plugin') {
        const plugin = below(setting, entry.key, entry.keySpan);
        setting.findings.places.set(plugin.path, spanOfValue(entry.value, plugin));
        throughPlugin = queuePlugin.read(entry.value, plugin) ?? throughPlugin;
      } else {
        readChannel(entry, setting, channels);
      }
    }
    return Object.freeze({ throughPlugin, channels });
  },
};
