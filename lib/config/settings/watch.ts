/*
 * `watch`: where pmdf/watch answers, and how much it remembers.
 */
import { addressBytes } from '../../address/index.js';
import { record, setting } from '../shapes/record.js';
import { text, wholeNumber } from '../shapes/scalars.js';
import { mapped, quoted, type Shape } from '../shapes/shape.js';

/** An address of this host, without brackets, and a port. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

const form = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([0-9]{1,5})$/i;

function parseListenAddress(given: string): ListenAddress | null {
  const [, v6, v4 = '', portText] = form.exec(given) ?? [];
  const address = v6 ?? v4;
  const port = Number(portText);
  const isRight = addressBytes(address)?.length === (v6 === undefined ? 4 : 16);
  return isRight && port <= 65_535 ? Object.freeze({ address, port }) : null;
}

const listenAddress: Shape<ListenAddress> = mapped(
  text('an address and a port such as `127.0.0.1:8925`'),
  (given, node, { findings }) =>
    parseListenAddress(given) ??
    findings.error(
      node.span,
      'settings/listen',
      `${quoted(given)} is not an address with a port`,
      'write `127.0.0.1:8925` or `[::1]:8925`',
    ),
  {
    type: 'string',
    pattern: '^(?:\\[[0-9a-fA-F:.]+\\]|[0-9.]+):[0-9]{1,5}$',
  },
);

export const watch = record({
  listen: setting(
    listenAddress,
    Object.freeze({ address: '127.0.0.1', port: 8925 }),
    'The address and port of the page and the metrics, unless http.ini has `listen` for an HTTP server of Haraka; a port of 0 is any free one. On another address than a loopback one, somebody must have a password for the service HTTP. Read at start.',
    { see: 'watch.md#where-it-answers', defaultText: '`127.0.0.1:8925`' },
  ),
  decisions: setting(
    wholeNumber(0, 10_000),
    200,
    'How many of the last decisions, with their addresses, each process keeps in memory for the page; 0 for none.',
    { see: 'watch.md#what-it-remembers' },
  ),
});
