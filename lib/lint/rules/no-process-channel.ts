/*
 * The process channel is named in a mapping table, an alias or a database, and the configuration does not have it. All
 * mail that is sent there is rejected, or goes out to a host of that name. Rules are the business of `rule-to-nowhere`.
 * Ref: PMDF 26.7
 */
import type { Span } from '../../text/index.js';
import { lastHostOf, partOfValue } from '../database-entries.js';
import { addProcessChannel, isProcessHost, processHost } from '../process-channel.js';
import { oneFinding, type WrittenRule } from '../rule.js';
import type { LintSubject } from '../subject.js';
import { aliasAddresses, templateItems } from '../written-texts.js';

/** Enough places for one finding. */
const mostPlaces = 6;

/** The place of the process host at the end of a text. */
function placeIn(text: string, span: Span): Span[] {
  const found = lastHostOf(text);
  if (found === null || !isProcessHost(found.host)) return [];
  const { source, offset, length } = span;
  const at = source.text.slice(offset, offset + length).indexOf(`@${found.host}`);
  // With quotes or a phrase before the address the text of the source is another.
  return [at === -1 ? span : { source, offset: offset + at + 1, length: found.host.length }];
}

function placesOf({ compiled, databaseEntries }: LintSubject): Span[] {
  const places = [
    ...templateItems(compiled).flatMap((item) =>
      item.kind === 'literal' ? placeIn(`x${item.text}`, item.span) : [],
    ),
    ...aliasAddresses(compiled).flatMap(({ text, span }) => placeIn(text, span)),
  ];
  for (const entry of databaseEntries()) {
    if (places.length >= mostPlaces) break;
    const last = lastHostOf(entry.value);
    if (last === null || !isProcessHost(last.host)) continue;
    places.push(partOfValue(entry, last.offset, last.host.length));
  }
  return places;
}

export const noProcessChannel = {
  code: 'lint/no-process-channel',
  about:
    'A mapping table, an alias or a database sends mail to `PROCESS-DAEMON`, the host name of the channel `process`, and there is no such channel, so the mail is rejected. Add the channel to pmdf.cnf as the hint shows.',
  check(subject) {
    if (subject.policy.hosts.find(processHost) !== undefined) return [];
    const places = placesOf(subject).map((span) => ({ span }));
    const message = `mail that is sent to \`${processHost}\` is rejected: no channel has that host name`;
    return oneFinding(
      places,
      () => ({ message, hint: addProcessChannel }),
      () => 'named here too',
    );
  },
} as const satisfies WrittenRule;
