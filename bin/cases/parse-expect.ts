/*
 * What a case expects. Only what is written is compared.
 *   for every recipient    verdict, code, text, whole_text, entry, destination_channel, rewritten, deliveries
 *   for the client         source_channel, relaying, tls, and under `client` verdict, code, text, whole_text, entry
 *   for the sender         under `from` the same and rewritten
 *   for single recipients  under `to` their addresses, each with the keys for every recipient
 */
import {
  choice,
  either,
  flag,
  listOf,
  mapOf,
  mapped,
  optional,
  record,
  type Shape,
  wholeNumber,
  writtenText,
  type YamlEntry,
} from '../../lib/config/index.js';
import type { Span } from '../../lib/text/index.js';
import {
  type CasePart,
  type Expectation,
  tlsWords,
  verdictWords,
  type Wanted,
  type WantedDelivery,
} from './case.js';

/** Keys that people are likely to try. */
const hints = new Map([
  ['channel', '`source_channel` is the channel of the client, `destination_channel` that of a recipient'],
]);

const delivery: Shape<WantedDelivery> = mapped(
  record({
    address: optional(writtenText('an address')),
    channel: optional(writtenText('the name of a channel')),
    // biome-ignore lint/suspicious/noThenProperty: a key of the file, not of a promise.
    then: optional<readonly WantedDelivery[]>({
      schema: {},
      read: (node, field) => deliveries.read(node, field),
    }),
  }),
  ({ address, channel, then: secondPass }, node, { findings, path }) => {
    if (address !== null || channel !== null) return { address, channel, secondPass };
    const message = `\`${path}\` has neither \`address\` nor \`channel\``;
    return findings.error(node.span, 'cases/missing-key', message);
  },
);

const deliveries: Shape<readonly WantedDelivery[]> = either(
  { sequence: listOf(delivery, 'a list of deliveries') },
  'a list of deliveries such as `[{ address: a@b.example, channel: l }]`',
);

/** What is wanted, with the place of its key. */
interface PlacedWanted {
  readonly wanted: Wanted;
  readonly span: Span;
}

function want<T>(shape: Shape<T>, make: (value: T) => Wanted) {
  return optional<PlacedWanted>(
    mapped(shape, (value, _node, { keySpan: span }) => ({ wanted: make(value), span })),
  );
}

const channel = writtenText('the name of a channel');

const answerKeys = {
  verdict: want(choice(verdictWords), (value) => ({ kind: 'verdict', value })),
  code: want(wholeNumber(200, 599), (value) => ({ kind: 'code', value })),
  text: want(writtenText('text'), (value) => ({ kind: 'text', value })),
  wholeText: want(writtenText('text'), (value) => ({ kind: 'whole text', value })),
  entry: want(writtenText('an entry such as `mappings:8`, or `none`'), (value) => ({
    kind: 'entry',
    value: value === 'none' ? null : value,
  })),
};

const senderKeys = {
  ...answerKeys,
  rewritten: want(writtenText('an address'), (value) => ({ kind: 'rewritten', value })),
};

const recipientKeys = {
  ...senderKeys,
  destinationChannel: want(channel, (value) => ({ kind: 'destination channel', value })),
  deliveries: want(deliveries, (value) => ({ kind: 'deliveries', value })),
};

const clientKeys = {
  sourceChannel: want(channel, (value) => ({ kind: 'source channel', value })),
  relaying: want(flag, (value) => ({ kind: 'relaying', value })),
  tls: want(choice(tlsWords), (value) => ({ kind: 'tls', value })),
};

type Wants = Readonly<Record<string, PlacedWanted | null>>;

function expectationsOf(wants: Wants, part: CasePart, recipient: string | null = null): Expectation[] {
  return Object.values(wants).flatMap((one) => (one === null ? [] : [{ part, recipient, ...one }]));
}

function part(keys: Parameters<typeof record<Wants>>[0], name: CasePart): Shape<readonly Expectation[]> {
  return mapped(record(keys, hints), (wants) => expectationsOf(wants, name));
}

/** What a case expects, and the recipients that it names, to be looked for in the request. */
export interface Expected {
  readonly expectations: readonly Expectation[];
  readonly recipients: readonly YamlEntry[];
}

/** What a case expects; nothing at all is reported. */
export const expected: Shape<Expected> = {
  schema: {},
  read: (node, field) => {
    const { findings, keySpan, path } = field;
    const before = findings.diagnostics.length;
    const value = whole.read(node, field);
    if (value === undefined) return undefined;
    const { client, from, to, sourceChannel, relaying, tls, ...ofRecipients } = value;
    const recipients = [...(to ?? [])];
    const expectations = [
      ...expectationsOf({ sourceChannel, relaying, tls }, 'client'),
      ...expectationsOf(ofRecipients, 'to'),
      ...(client ?? []),
      ...(from ?? []),
      ...recipients.flatMap(([{ key }, wants]) => wants.map((one) => ({ ...one, recipient: key }))),
    ];
    if (expectations.length === 0 && findings.diagnostics.length === before) {
      findings.error(keySpan, 'cases/nothing-expected', `\`${path}\` expects nothing`);
    }
    return {
      expectations: expectations.sort((left, right) => left.span.offset - right.span.offset),
      recipients: recipients.map(([entry]) => entry),
    };
  },
};

const whole = record(
  {
    ...recipientKeys,
    ...clientKeys,
    client: optional(part(answerKeys, 'client')),
    from: optional(part(senderKeys, 'from')),
    to: optional(
      mapOf<YamlEntry, readonly Expectation[]>(
        { read: (entry) => entry, pattern: '', place: null },
        part(recipientKeys, 'to'),
        'a mapping from addresses of `to` to what is expected of them',
      ),
    ),
  },
  hints,
);
