/*
 * `listeners`: the channel that a connection starts on, by the port it came in on.
 */
import { mapOf, type SiteKey } from '../shapes/collections.js';
import { type RecordShape, record, setting, withSiteKeys } from '../shapes/record.js';
import { quoted } from '../shapes/shape.js';
import { channelName } from './names.js';

/** The channel that a connection starts on. */
export interface Listeners {
  /** For every port that is not listed. */
  readonly default: string;
  /** By port, 1 to 65535. */
  readonly ports: ReadonlyMap<number, string>;
}

const port: SiteKey<number> = {
  pattern: '^(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$',
  place: 'value',
  read: ({ key, keySpan }, { findings }) => {
    if (/^[1-9][0-9]{0,4}$/.test(key) && Number(key) <= 65535) return Number(key);
    const hint = 'name a port from 1 to 65535, or `default`';
    return findings.error(keySpan, 'settings/port', `${quoted(key)} is not a port`, hint);
  },
};

/** The channel of each listener. */
export const listeners: RecordShape<Listeners> = withSiteKeys(
  record({ default: setting(channelName, 'tcp_local', 'The channel for every port that is not listed.') }),
  {
    name: 'PORT',
    about: 'The channel for one port, such as `587: tcp_submit`.',
    shape: mapOf(port, channelName),
  },
  (own, ports) => Object.freeze({ ...own, ports }),
);
