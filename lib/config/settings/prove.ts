/*
 * `prove`: which mail of strangers to the outside is intended.
 */
import type { Span } from '../../text/index.js';
import { listOf } from '../shapes/collections.js';
import { record, required, setting } from '../shapes/record.js';
import { text } from '../shapes/scalars.js';
import { mapped, type Shape } from '../shapes/shape.js';
import { channelName } from './names.js';

/** Mail that strangers may relay. */
export interface AllowedRelaying {
  /** The channel that it comes in on. */
  readonly channel: string;
  /** Envelope From and envelope To; `*` is any text, `<>` the null sender. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly span: Span;
}

const written = record({
  channel: required(channelName, 'The channel that the mail comes in on.'),
  from: required(
    text('an address with `*` for any text'),
    'The envelope From, such as `*@partner.example`; `*` is any text, `<>` the null sender.',
  ),
  to: required(
    text('an address with `*` for any text'),
    'The envelope To after rewriting, such as `*@customer.example`; `*` is any text.',
  ),
  reason: required(text('a reason'), 'Why it is intended; `pmdf prove` shows it.'),
});

const allowed: Shape<AllowedRelaying> = mapped(written, (value, node) => ({ ...value, span: node.span }));
const none: readonly AllowedRelaying[] = Object.freeze([]);

export const prove = record({
  allowed: setting(
    listOf(allowed, 'a list of `{ channel, from, to, reason }`'),
    none,
    'Mail from strangers to the outside that is intended: a list of `{ channel, from, to, reason }`.',
    { see: 'command/prove.md#ways-that-you-want' },
  ),
});
