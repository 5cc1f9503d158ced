/*
 * The shapes of values in a file of cases, beside those of settings. Only what is plainly meant is coerced:
 * `auth: 733` is text.
 */
import { canonicalAddress } from '../../lib/address/index.js';
import {
  either,
  type FindingCodes,
  isNothing,
  listOf,
  mapped,
  quoted,
  type Shape,
  spanOfValue,
  writtenText,
  wrongType,
} from '../../lib/config/index.js';

/** The diagnostic codes of files of cases. */
export const caseCodes: FindingCodes = {
  type: 'cases/type',
  range: 'cases/range',
  choice: 'cases/word',
  unknownKey: 'cases/unknown-key',
  missingKey: 'cases/missing-key',
  empty: 'cases/type',
  lineBreak: 'cases/type',
};

/** An IP address, in canonical form. */
export const ipAddress: Shape<string> = mapped(writtenText('an IP address'), (text, node, field) => {
  const address = canonicalAddress(text);
  if (address !== null) return address;
  const message = `\`${field.path}\` must be an IP address, not ${quoted(text)}`;
  const span = spanOfValue(node, field);
  return field.findings.error(span, 'cases/ip-address', message, 'such as `192.0.2.7`');
});

const address = writtenText('an address');

/** An address of an envelope; the empty string and `<>` are the null sender. */
export const path: Shape<string> = {
  schema: address.schema,
  read: (node, field) => {
    if (node.kind === 'scalar' && node.value === '') return '';
    if (isNothing(node)) return wrongType(node, field, 'an address', "write `''` for the null sender");
    return address.read(node, field);
  },
};

const pathsWanted = 'an address or a list of addresses';

/** One path, or a list of at least one. */
export const paths: Shape<readonly string[]> = either<readonly string[]>(
  {
    scalar: mapped(path, (one) => [one]),
    sequence: mapped(listOf(path, pathsWanted), (list, node, field) =>
      node.kind === 'sequence' && node.items.length === 0 ? wrongType(node, field, pathsWanted) : list,
    ),
  },
  pathsWanted,
);
