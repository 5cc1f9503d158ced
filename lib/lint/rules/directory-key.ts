/*
 * Keys of directory databases that are kept for special entries.
 * Ref: PMDF 3.2.5
 */
import { isReservedKey } from '../../directory/index.js';
import { mostListed } from '../directory-entries.js';
import type { Finding, WrittenRule } from '../rule.js';

export const directoryKey = {
  code: 'lint/directory-key',
  about:
    'A key of a directory database begins with a character other than a letter, a digit or a quotation mark. PMDF keeps such keys for special entries, so mailboxes are not looked up by them. Only `*`, the default entry, has a meaning.',
  check({ directoryEntries }) {
    const findings: Finding[] = [];
    for (const { key, keySpan } of directoryEntries()) {
      if (findings.length === mostListed) break;
      if (!isReservedKey(key)) continue;
      findings.push({
        span: keySpan,
        message: `the key \`${key}\` is kept for a special entry, and no mailbox is looked up by it`,
        hint: 'make the mailbox an alias, or give it another name',
      });
    }
    return findings;
  },
} as const satisfies WrittenRule;
