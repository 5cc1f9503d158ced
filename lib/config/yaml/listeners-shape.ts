/*
 * Shape of `listeners`: for each port, and for `default`, the channel that connections start with.
 */
import { defaultSettings, type Listeners } from '../settings.js';
import { mappingOf } from './collection-shapes.js';
import { channelName } from './name-shapes.js';
import { below, noKeys, quoted, type Shape, spanOfValue } from './shape.js';

function portOf(key: string): number | undefined {
  if (!/^[1-9][0-9]{0,4}$/.test(key)) return undefined;
  const port = Number(key);
  return port <= 65535 ? port : undefined;
}

/** The initial channel of each listener. */
export const listeners: Shape<Listeners> = {
  keys: new Map([['default', noKeys]]),
  read: (node, setting) => {
    const mapping = mappingOf(node, setting);
    if (mapping === undefined) return undefined;
    let { default: initial } = defaultSettings.listeners;
    const ports = new Map<number, string>();
    for (const entry of mapping.entries) {
      const listener = below(setting, entry.key, entry.keySpan);
      const port = entry.key === 'default' ? null : portOf(entry.key);
      if (port === undefined) {
        const message = `${quoted(entry.key)} is not a port`;
        const hint = 'name a port from 1 to 65535, or `default`';
        setting.findings.error(entry.keySpan, 'settings/port', message, hint);
        continue;
      }
      setting.findings.places.set(listener.path, spanOfValue(entry.value, listener));
      const channel = channelName.read(entry.value, listener);
      if (channel === undefined) continue;
      if (port === null) initial = channel;
      else ports.set(port, channel);
    }
    return Object.freeze({ default: initial, ports });
  },
};
