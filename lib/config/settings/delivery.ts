/*
 * `delivery`: for each channel `queue`, `through` or { method, next_hop }; `keep_connections`, `own_addresses` and
 * `through_plugin`.
 */
import { addressBytes } from '../../address/index.js';
import { listOf, mapOf } from '../shapes/collections.js';
import { optional, type RecordShape, record, setting, withSiteKeys } from '../shapes/record.js';
import { choice, flag, text } from '../shapes/scalars.js';
import { either, mapped, quoted, type Shape } from '../shapes/shape.js';
import { channelKey, queuePlugin } from './names.js';
import { type NextHop, nextHop } from './next-hop.js';

/** How mail leaves on a channel: by Haraka's durable queue, or through a queue plugin while the client waits. */
export type DeliveryMethod = 'queue' | 'through';

/** How mail of one channel leaves. */
export interface DeliverySetting {
  /** Null for the default of the channel. */
  readonly method: DeliveryMethod | null;
  /** Null: by the channel's keywords and DNS, or the server of the queue plugin. */
  readonly nextHop: NextHop | null;
}

/** How mail leaves. */
export interface DeliverySettings {
  /** Whether a connection to a next hop serves several messages from the queue. */
  readonly keepConnections: boolean;
  /** Addresses under which the gateway is reached beside those of its host, as written. */
  readonly ownAddresses: readonly string[];
  /** The queue plugin for `through`, as in `notes.queue.wants`. */
  readonly throughPlugin: string;
  /** By channel; a channel that is not listed has the default of its kind. */
  readonly channels: ReadonlyMap<string, DeliverySetting>;
}

const method = choice<DeliveryMethod>(['queue', 'through']);

const ofChannel: Shape<DeliverySetting> = either(
  {
    scalar: mapped(method, (word) => Object.freeze({ method: word, nextHop: null })),
    mapping: record({
      method: optional(method, '`queue`: through the queue of Haraka; `through`: while the client waits.'),
      nextHop: optional(
        nextHop,
        'The server that mail goes to: `host:port`, `[v6]:port`, `smtp://host:port` or `lmtp://host:port`.',
      ),
    }),
  },
  '`queue`, `through` or a mapping',
);

const ipAddress: Shape<string> = mapped(
  text('an IP address'),
  (given, node, { findings }) =>
    addressBytes(given) !== null && !given.includes('%')
      ? given
      : findings.error(node.span, 'settings/ip-address', `${quoted(given)} is not an IP address`),
  {
    type: 'string',
    pattern: '^(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$',
  },
);

/** How mail leaves, by channel. */
export const delivery: RecordShape<DeliverySettings> = withSiteKeys(
  record({
    keepConnections: setting(
      flag,
      true,
      'Whether a connection to a server is kept for further mail from the queue, up to 2 seconds and a hundred messages.',
      { see: 'deliver.md#kept-connections' },
    ),
    ownAddresses: setting(
      listOf(ipAddress, 'a list of IP addresses'),
      [],
      'Public addresses of the gateway that its host does not have, as behind NAT: mail that would go there comes back, and is refused.',
      { see: 'deliver.md#mail-to-the-gateway-itself' },
    ),
    throughPlugin: setting(
      queuePlugin,
      'smtp_forward',
      'The queue plugin for the method `through`. For `smtp_forward`, pmdf/deliver itself forwards the mail with the settings of that plugin; any other plugin, named as in `notes.queue.wants`, forwards it itself.',
      { see: 'deliver.md#at-rcpt' },
    ),
  }),
  {
    name: 'CHANNEL',
    about: 'How mail of one channel leaves: `queue`, `through`, or `{ method: ..., next_hop: ... }`.',
    shape: mapOf(channelKey, ofChannel),
    defaultText: 'by the kind of channel',
    see: 'deliver.md#the-two-ways-out',
  },
  (own, channels) => Object.freeze({ ...own, channels }),
);
