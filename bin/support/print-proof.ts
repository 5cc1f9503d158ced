/*
 * The proof of relaying as text: for each channel the answer, the ways with a session of each to paste, and what is in doubt.
 */
import {
  answerWords,
  type ChannelProof,
  type Doubt,
  type RelayProof,
  type RelayWay,
  type Witness,
  wayText,
} from '../../lib/proof/index.js';
import { placeOf } from '../../lib/text/index.js';
import type { Paint } from './paint.js';
import { visible } from './visible.js';

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A line to paste; what `pmdf explain` cannot say is left to the conditions. */
export function explainLine({ client, port, name, helo, tls, from, to }: Witness): string {
  const words = [
    'pmdf explain',
    `--client ${client}`,
    ...(port === 25 ? [] : [`--port ${port}`]),
    ...(name === null ? [] : [`--name ${shellWord(name)}`]),
    ...(helo === null || helo === 'sender.invalid' ? [] : [`--helo ${shellWord(helo)}`]),
    ...(tls ? ['--tls'] : []),
    `--from ${from === '' ? "''" : shellWord(from)}`,
    `--to ${shellWord(to)}`,
  ];
  return words.join(' ');
}

function wayLines(way: RelayWay, paint: Paint): string[] {
  const head = `  ${visible(wayText(way))}`;
  const allowed =
    way.allowed === null
      ? []
      : [
          `    allowed by ${way.allowedAt.join(', ')}: ${visible(way.allowed === '' ? 'no reason given' : way.allowed)}`,
        ];
  return [
    way.allowed === null ? paint.bad(head) : head,
    ...allowed,
    `    goes out as ${visible(way.delivered)}`,
    `    ${visible(explainLine(way.witness))}`,
  ];
}

function doubtLines({ cause, assumed, span }: Doubt): string[] {
  const place = span === null ? '' : `${placeOf(span)}: `;
  return [`  ${visible(`${place}${cause}`)}`, `    assumed: ${visible(assumed)}`];
}

/** The answer for a channel in one line. */
export function answerLine(proof: ChannelProof, paint: Paint): string {
  const { text, tone } = answerWords(proof);
  return paint[tone](text);
}

function channelLines(proof: ChannelProof, paint: Paint): string[] {
  const { ways, doubts } = proof;
  const doubted =
    doubts.length === 0 ? [] : ['  not followed:', ...doubts.flatMap(doubtLines).map((line) => `  ${line}`)];
  return [answerLine(proof, paint), ...ways.flatMap((way) => wayLines(way, paint)), ...doubted];
}

/** The whole proof. */
export function proofText({ channels, restsOn, refusesAll }: RelayProof, paint: Paint): string[] {
  const refused = refusesAll.map((domain) =>
    paint.doubtful(`${visible(domain)}: no recipient of this domain was accepted from a stranger`),
  );
  return [
    ...channels.flatMap((one) => channelLines(one, paint)),
    ...refused,
    'This rests on:',
    ...restsOn.map((sentence) => `  ${sentence}`),
  ];
}
