/*
 * The proof of relaying as text: for each channel the answer, the ways with a session of each to paste, and what is in doubt.
 */
import {
  answerWords,
  type ChannelProof,
  conditionsText,
  type Doubt,
  type InsideMail,
  type LetIn,
  openWays,
  placesText,
  type RelayProof,
  type RelayWay,
  type Witness,
  wayText,
} from '../../lib/proof/index.js';
import { counted, type Diagnostic, placeOf } from '../../lib/text/index.js';
import type { Paint } from './paint.js';
import { shellWord } from './shell-word.js';
import { visible } from './visible.js';

/** More of one kind is left to `--json`. */
const mostLines = 8;

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
    `    goes out on ${visible(way.delivered.replace(' ', ' to '))}`,
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
  const openFirst = ways.toSorted(
    (one, other) => Number(one.allowed !== null) - Number(other.allowed !== null),
  );
  const shown = openFirst.slice(0, mostLines).flatMap((way) => wayLines(way, paint));
  const left = ways.length - mostLines;
  const more = left > 0 ? [`  and ${counted(left, 'more way')}; \`--json\` has all`] : [];
  return [answerLine(proof, paint), ...shown, ...more, ...doubted];
}

/** What `pmdf prove` knows besides. */
export interface KnownMore {
  readonly inside: readonly InsideMail[];
  /** Entries, rules, tables and notes without effect. */
  readonly withoutEffect: readonly Diagnostic[];
}

function firstLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines - 1), `  and ${lines.length - mostLines + 1} more; \`--json\` has all`];
}

function letInText(
  { from, senders, recipients, conditions, entries }: LetIn,
  severalSources: boolean,
): string {
  const on = severalSources ? `, on ${from}` : '';
  return visible(`${recipients} from ${senders}${conditionsText(conditions)}${on}${placesText(entries)}`);
}

function insideLines(inside: readonly InsideMail[]): readonly string[] {
  const sources = new Set(inside.flatMap(({ letIn }) => letIn.map(({ from }) => from)));
  const lines = inside.flatMap(({ channel, letIn, isPartial }) => {
    const found = firstLines(letIn.map((one) => `  ${channel}: ${letInText(one, sources.size > 1)}`));
    if (found.length > 0) return isPartial ? [...found, `  ${channel}: perhaps more`] : found;
    return isPartial ? [`  ${channel}: not decided`] : [];
  });
  const without = inside.filter(({ letIn, isPartial }) => letIn.length === 0 && !isPartial);
  const none = without.length === 0 ? [] : [`  none to ${without.map(({ channel }) => channel).join(', ')}`];
  if (inside.length === 0) return [];
  return ['Mail from strangers that gets inside, unless an entry refuses it:', ...lines, ...none];
}

function withoutEffectLines(findings: readonly Diagnostic[], paint: Paint): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings.map(({ span, message }) =>
    paint.doubtful(visible(`  ${placeOf(span)}: ${message}`)),
  );
  return ['Without effect:', ...firstLines(lines)];
}

/** How the doubt about addresses with routing begins. */
const routingCause = '`built_in_source_routes`';

/** What to do about the answers; nothing where nothing is left to do. */
function adviceLines({ channels }: RelayProof): readonly string[] {
  const open = channels.some((one) => openWays(one).length > 0);
  if (open) {
    const isStrict = !channels.some(({ doubts }) =>
      doubts.some(({ cause }) => cause.startsWith(routingCause)),
    );
    return [
      ...(isStrict
        ? []
        : [
            '`built_in_source_routes: strict` in pmdf.yaml refuses addresses with routing in the local part.',
          ]),
      'To close a way, remove or narrow the entry or rule that is named, or refuse such mail in an entry above it. If the way',
      'is intended, write `! prove: allowed REASON` into the line above. The command below a way shows each step.',
    ];
  }
  const isDoubted = channels.some(({ answer }) => answer === 'cannot-tell');
  return isDoubted
    ? ['Write what was not followed in another way, or check by hand what was assumed of it.']
    : [];
}

/** The whole proof. */
export function proofText(proof: RelayProof, { inside, withoutEffect }: KnownMore, paint: Paint): string[] {
  const { channels, restsOn, refusesAll } = proof;
  const refused = refusesAll.map((domain) =>
    paint.doubtful(`${visible(domain)}: no mail for this local domain was accepted; is that intended?`),
  );
  return [
    ...channels.flatMap((one) => channelLines(one, paint)),
    ...adviceLines(proof),
    ...firstLines(refused),
    ...insideLines(inside),
    ...withoutEffectLines(withoutEffect, paint),
    'This rests on:',
    ...restsOn.map((sentence) => `  ${sentence}`),
  ];
}
