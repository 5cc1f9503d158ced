/*
 * Mailboxes of directory databases that are ambiguous.
 * Ref: PMDF 3.2.2
 */
import { foldDomain } from '../../address/index.js';
import { addressOfValue } from '../../directory/index.js';
import type { DirectoryEntryText } from '../directory-entries.js';
import { type Finding, relatedPlaces, type WrittenRule } from '../rule.js';

/** Equal for two spellings of an address. */
function comparable(value: string): string {
  const address = addressOfValue(value);
  return address === null ? value : `${address.localPart}@${foldDomain(address.domain ?? '')}`;
}

/** The second entry of each ambiguous mailbox, by channel and domain. */
function repeated(entries: Iterable<DirectoryEntryText>): Map<string, DirectoryEntryText[]> {
  const firsts = new Map<string, string>();
  const found = new Map<string, Map<string, DirectoryEntryText>>();
  for (const entry of entries) {
    const source = `${entry.channel} ${entry.domain}`;
    const mailbox = `${source} ${entry.key.toLowerCase()}`;
    const first = firsts.get(mailbox);
    if (first === undefined) firsts.set(mailbox, comparable(entry.value));
    else if (first !== comparable(entry.value)) {
      const ofSource = found.get(source) ?? new Map<string, DirectoryEntryText>();
      found.set(source, ofSource);
      if (!ofSource.has(mailbox)) ofSource.set(mailbox, entry);
    }
  }
  return new Map([...found].map(([source, others]) => [source, [...others.values()]]));
}

export const directoryDuplicate = {
  code: 'lint/directory-duplicate',
  about:
    'Mailboxes of a pseudo domain have several addresses, so they are ambiguous and refused with 550 5.1.4. That may be intended: it is what `pmdf crdb -duplicates` is for. There is one finding for each database.',
  check({ directoryEntries }) {
    return [...repeated(directoryEntries()).values()].flatMap((entries): Finding[] => {
      const [first, ...others] = entries;
      if (first === undefined) return [];
      const more =
        others.length === 0
          ? ''
          : `, and so ${others.length === 1 ? 'is one other' : `are ${others.length} others`}`;
      return [
        {
          span: first.keySpan,
          message: `\`${first.key}\` at \`${first.domain}\` is ambiguous: it has several addresses${more}`,
          hint: 'nothing has to be done if that is intended',
          related: relatedPlaces(
            others.map(({ key, keySpan }) => ({ key, span: keySpan })),
            ({ key }) => `\`${key}\` too`,
          ),
        },
      ];
    });
  },
} as const satisfies WrittenRule;
