/*
 * What a case expects. Only what is written is compared.
 *   for every recipient    verdict, code, text, whole_text, entry, destination_channel, rewritten, deliveries
 *   for the client         source_channel, relaying, tls, and under `client` verdict, code, text, whole_text, entry
 *   for the sender         under `from` the same and rewritten
 *   for single recipients  under `to` their addresses, each with the keys for every recipient
 */
import type { YamlEntry, YamlNode } from '../../lib/config/index.js';
import {
  type CasePart,
  type CaseRequest,
  type Expectation,
  tlsWords,
  verdictWords,
  type Wanted,
  type WantedDelivery,
} from './case.js';
import {
  anyKeys,
  flagValue,
  knownKeys,
  type Named,
  numberValue,
  textValue,
  under,
  wordValue,
  wrongKind,
} from './case-values.js';

const answerKeys = ['verdict', 'code', 'text', 'whole_text', 'entry'];
const recipientKeys = [...answerKeys, 'destination_channel', 'rewritten', 'deliveries'];
const senderKeys = [...answerKeys, 'rewritten'];
const clientKeys = ['source_channel', 'relaying', 'tls'];
const allKeys = [...recipientKeys, ...clientKeys, 'client', 'from', 'to'];

/** Words that people are likely to try. */
const hints = new Map([
  ['channel', '`source_channel` is that of the client, `destination_channel` that of a recipient'],
]);

const noEntry = 'none';

function deliveryText(node: YamlNode, named: Named): WantedDelivery | undefined {
  const entries = knownKeys(node, named, ['address', 'channel', 'then']);
  if (entries === undefined) return undefined;
  const address = entries.get('address');
  const channel = entries.get('channel');
  const then = entries.get('then');
  if (address === undefined && channel === undefined) {
    const message = `\`${named.name}\` has neither \`address\` nor \`channel\``;
    return named.findings.error(node.span, 'cases/missing-key', message);
  }
  return {
    address: address === undefined ? null : (textValue(address.value, under(named, address)) ?? null),
    channel: channel === undefined ? null : (textValue(channel.value, under(named, channel)) ?? null),
    secondPass: then === undefined ? null : (deliveries(then.value, under(named, then)) ?? null),
  };
}

function deliveries(node: YamlNode, named: Named): readonly WantedDelivery[] | undefined {
  if (node.kind !== 'sequence') {
    return wrongKind(node, named, 'a list of deliveries', 'write `[{ address: a@b.example, channel: l }]`');
  }
  return node.items.flatMap((item) => deliveryText(item, named) ?? []);
}

/** Gives what is wanted of one key; undefined when its value is wrong. */
function wantedOf(key: string, node: YamlNode, named: Named): Wanted | undefined {
  function made<T>(value: T | undefined, make: (value: T) => Wanted): Wanted | undefined {
    return value === undefined ? undefined : make(value);
  }
  switch (key) {
    case 'verdict':
      return made(wordValue(node, named, verdictWords), (value) => ({ kind: 'verdict', value }));
    case 'code':
      return made(numberValue(node, named, 200, 599), (value) => ({ kind: 'code', value }));
    case 'text':
      return made(textValue(node, named), (value) => ({ kind: 'text', value }));
    case 'whole_text':
      return made(textValue(node, named), (value) => ({ kind: 'whole text', value }));
    case 'entry':
      return made(textValue(node, named, 'an entry such as `mappings:8`, or `none`'), (value) => ({
        kind: 'entry',
        value: value === noEntry ? null : value,
      }));
    case 'source_channel':
      return made(textValue(node, named, 'the name of a channel'), (value) => ({
        kind: 'source channel',
        value,
      }));
    case 'destination_channel':
      return made(textValue(node, named, 'the name of a channel'), (value) => ({
        kind: 'destination channel',
        value,
      }));
    case 'rewritten':
      return made(textValue(node, named, 'an address'), (value) => ({ kind: 'rewritten', value }));
    case 'relaying':
      return made(flagValue(node, named), (value) => ({ kind: 'relaying', value }));
    case 'tls':
      return made(wordValue(node, named, tlsWords), (value) => ({ kind: 'tls', value }));
    case 'deliveries':
      return made(deliveries(node, named), (value) => ({ kind: 'deliveries', value }));
    default:
      return undefined;
  }
}

function expectationOf(
  entry: YamlEntry,
  named: Named,
  part: CasePart,
  recipient: string | null,
): Expectation[] {
  const wanted = wantedOf(entry.key, entry.value, under(named, entry));
  return wanted === undefined ? [] : [{ part, recipient, wanted, span: entry.keySpan }];
}

function partExpectations(
  entry: YamlEntry,
  named: Named,
  keys: readonly string[],
  part: CasePart,
  recipient: string | null = null,
): Expectation[] {
  const at = under(named, entry);
  const entries = knownKeys(entry.value, at, keys, hints) ?? new Map<string, YamlEntry>();
  return [...entries.values()].flatMap((one) => expectationOf(one, at, part, recipient));
}

/** What is expected of single recipients. */
function recipientExpectations(entry: YamlEntry, named: Named, request: CaseRequest | undefined) {
  const at = under(named, entry);
  const mapping = anyKeys(entry.value, at, 'a mapping from addresses of `to` to what is expected of them');
  return (mapping?.entries ?? []).flatMap((one) => {
    if (request !== undefined && !request.to.includes(one.key)) {
      const hint = `the recipients are ${request.to
        .slice(0, 5)
        .map((to) => `\`${to}\``)
        .join(', ')}`;
      const message = `\`${one.key}\` is no recipient of this case`;
      at.findings.error(one.keySpan, 'cases/recipient', message, hint);
    }
    return partExpectations(one, at, recipientKeys, 'to', one.key);
  });
}

/** Reads what a case expects; `request` is missing where it could not be read. */
export function readExpectations(
  node: YamlNode,
  named: Named,
  request: CaseRequest | undefined,
): readonly Expectation[] {
  const before = named.findings.diagnostics.length;
  const entries = knownKeys(node, named, allKeys, hints);
  if (entries === undefined) return [];
  const found = [...entries.values()].flatMap((entry) => {
    switch (entry.key) {
      case 'client':
        return partExpectations(entry, named, answerKeys, 'client');
      case 'from':
        return partExpectations(entry, named, senderKeys, 'from');
      case 'to':
        return recipientExpectations(entry, named, request);
      default:
        return expectationOf(entry, named, clientKeys.includes(entry.key) ? 'client' : 'to', null);
    }
  });
  if (found.length === 0 && named.findings.diagnostics.length === before) {
    named.findings.error(named.keySpan, 'cases/nothing-expected', `\`${named.name}\` expects nothing`);
  }
  return found;
}
