/*
 * What `pmdf check` says about relaying: for each channel that strangers come in on the answer of the proof, and how many
 * questions to servers were not asked.
 */
import { counted } from '../../lib/text/index.js';
import { answerLine, type Findings, type Paint } from '../support/index.js';

/** One line for each channel; none for a configuration with errors. */
export function relayingText({ proof, audit }: Findings, paint: Paint): string[] {
  return (proof?.channels ?? []).map((one) => {
    const audited = audit?.channels.find(({ channel }) => channel === one.channel);
    const count = audited?.serverLookups ?? 0;
    const unasked = `; servers were not asked, and their answers to ${counted(count, 'look-up')} taken as absent`;
    return `relaying: ${answerLine(one, paint)}${count === 0 ? '' : unasked}`;
  });
}
