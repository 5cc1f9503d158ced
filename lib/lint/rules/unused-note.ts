/*
 * Notes that allow relaying where no stranger relays: left over from an entry that changed, or above the wrong one. Known only if the
 * proof decided everything.
 */
import type { Finding, WrittenRule } from '../rule.js';

export const unusedNote = {
  code: 'lint/unused-note',
  about:
    'A comment `! prove: allowed` or an item of `prove.allowed` in pmdf.yaml says that strangers may relay here, but none can. Remove it, so that it does not allow something later on, or move it into the line right above the entry that it is for.',
  check({ proof }) {
    return (proof?.unusedNotes ?? []).map(
      ({ span, reason }): Finding => ({
        span,
        message: `\`prove: allowed\`${reason === '' ? '' : ` (${reason})`} allows nothing here: no stranger relays by it`,
        hint: 'remove it, or write it into the line right above the entry that it is for',
      }),
    );
  },
} as const satisfies WrittenRule;
