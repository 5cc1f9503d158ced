/*
 * `pmdf explain`: what the gateway would do with a connection and an envelope, and why.
 */

import type { World } from '../runtime/index.js';
import { printBrief } from './explain/brief.js';
import { explanationJson } from './explain/json.js';
import { printExplanation } from './explain/print.js';
import { requestOn } from './explain/request-lines.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  type DecidedRequest,
  decideRequest,
  flagOption,
  fromInput,
  inputsOf,
  isLost,
  openWorld,
  positionalHint,
  quoted,
  type Report,
  type Result,
  readSession,
  reportOf,
  sessionOptions,
  UsageError,
  withWorld,
} from './support/index.js';

function isAllGood({ decided: { client, from, to } }: DecidedRequest): boolean {
  return (
    [client, from, ...to].every((one) => one.decision.verdict.kind === 'accept') &&
    !to.some((one) => one.decision.deliveries.some(isLost))
  );
}

function resultOf(explained: DecidedRequest, given: Arguments): Result {
  const print = given.flags.has('brief') ? printBrief : printExplanation;
  return {
    exitCode: isAllGood(explained) ? 0 : 1,
    json: explanationJson(explained),
    text: (paint) => print(explained, paint),
  };
}

/** A line that cannot be read. */
function wrongLine(line: number, { message, hint }: UsageError): Result {
  return {
    exitCode: 64,
    json: { line, error: message, hint },
    text: (paint) => [
      `${paint.bad(`line ${line}`)}: ${message}`,
      ...(hint === null ? [] : [`  hint: ${hint}`]),
    ],
  };
}

async function explainLine(
  world: World,
  line: number,
  text: string,
  common: Arguments,
): Promise<Result | null> {
  try {
    const request = requestOn(text, common);
    if (request === null) return null;
    const result = resultOf(await decideRequest(world, request), common);
    return { ...result, json: { line, ...result.json } };
  } catch (error) {
    if (error instanceof UsageError) return wrongLine(line, error);
    throw error;
  }
}

async function* resultsFor(given: Arguments): AsyncGenerator<Result> {
  const world = openWorld(given);
  try {
    let line = 0;
    for await (const text of inputsOf([fromInput])) {
      line += 1;
      const result = await explainLine(world, line, text, given);
      if (result !== null) yield result;
    }
  } finally {
    world.close();
  }
}

async function run(given: Arguments): Promise<Report> {
  const [word] = given.words;
  if (word === fromInput) return reportOf(resultsFor(given));
  if (word !== undefined)
    throw new UsageError(`unexpected argument ${quoted(word)}`, positionalHint(given.words));
  const request = readSession(given);
  const explained = await withWorld(given, (world) => decideRequest(world, request));
  return { ...resultOf(explained, given), isProse: true };
}

export const explain: Command = {
  name: 'explain',
  summary: 'show what the gateway does with an envelope from a client, and why',
  operands: '--client IP --from ADDRESS --to ADDRESS...',
  words: { least: 0, most: Infinity },
  options: [
    ...sessionOptions,
    flagOption('brief', 'print one line for each recipient'),
    ...configurationOptions,
  ],
  about: [
    'Shows the channel of the client, what PORT_ACCESS and FROM_ACCESS decide, and for each recipient the verdict,',
    'the entry that decided, where the mail goes, and every step. Nothing is sent, and DNS is asked only with',
    '`--live`. Recipients are explained even if the client or the sender is refused. With `-` requests are read from',
    'standard input, one on each line: these options, or a JSON object with their names. Exit code 1 when anything',
    'is refused or deferred.',
  ],
  run,
};
