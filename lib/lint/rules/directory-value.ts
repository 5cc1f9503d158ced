/*
 * Values of directory databases that are no address: mail for their mailboxes is deferred.
 * Ref: PMDF 3.2.5
 */
import { addressOfValue } from '../../directory/index.js';
import { mostListed } from '../directory-entries.js';
import type { Finding, WrittenRule } from '../rule.js';

export const directoryValue = {
  code: 'lint/directory-value',
  about:
    'A value in the database of a pseudo domain is not an address, so mail for its mailbox is deferred with 451. A value is one address; a default entry may be `* *@host.domain`.',
  check({ directoryEntries }) {
    const findings: Finding[] = [];
    for (const { domain, key, value, valueSpan } of directoryEntries()) {
      if (findings.length === mostListed) break;
      if (addressOfValue(value) !== null) continue;
      findings.push({
        span: valueSpan,
        message: `mail for \`${key}\` at \`${domain}\` is deferred: \`${value}\` is not an address`,
        hint: 'write one address; a list of several recipients is an alias',
      });
    }
    return findings;
  },
} as const satisfies WrittenRule;
