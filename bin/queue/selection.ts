/*
 * The options that say which messages a command is about.
 */
import type { Place, Selection } from '../../runtime/queue/index.js';
import { type Arguments, type Option, quoted, UsageError, wordOption } from '../support/index.js';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function readAge(given: Arguments): number | null {
  const written = given.values.get('older');
  if (written === undefined) return null;
  const [, number = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(written) ?? [];
  const ms = units[unit];
  if (ms !== undefined) return Number(number) * ms;
  throw new UsageError(
    `${quoted(written)} is not an age`,
    'write minutes, hours or days: `30m`, `12h`, `2d`',
  );
}

/** What a command line asks for. Throws UsageError. */
export function readSelection(given: Arguments): Selection {
  const { values } = given;
  return {
    ids: given.words,
    channel: values.get('channel') ?? null,
    domain: values.get('domain') ?? null,
    sender: values.get('sender')?.replace(/^<(.*)>$/, '$1') ?? null,
    olderMs: readAge(given),
  };
}

/** Whether it asks for some messages only. */
export function isSelective({ ids, channel, domain, sender, olderMs }: Selection): boolean {
  return ids.length > 0 || [channel, domain, sender, olderMs].some((one) => one !== null);
}

/** What is held has no channel. */
export function selectionOptions(place: Place): readonly Option[] {
  const channel = wordOption('channel', 'CHANNEL', 'on this channel');
  return [
    ...(place === 'queue' ? [channel] : []),
    wordOption('domain', 'DOMAIN', 'with a recipient in this domain'),
    wordOption('sender', 'ADDRESS', 'with this envelope From; `@DOMAIN` for any in it, `<>` for none', {
      aliases: ['from'],
    }),
    wordOption('older', 'AGE', 'at least as old: `30m`, `12h`, `2d`'),
  ];
}
