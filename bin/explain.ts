/*
 * `pmdf explain`: what the gateway would do with a connection and an envelope, and why. A client has the name that the
 * command line gives it, or none; only `--live` asks DNS.
 */

import type { World } from '../runtime/index.js';
import { printBrief } from './explain/brief.js';
import { decideRequest, type Explanation } from './explain/decisions.js';
import { type ExplanationJson, explanationJson } from './explain/json.js';
import { isLost } from './explain/lost.js';
import { printExplanation } from './explain/print.js';
import { type ExplainRequest, explainOptions, positionalHint, readRequest } from './explain/request.js';
import { requestOn } from './explain/requests.js';
import {
  type Arguments,
  type Command,
  configurationOptions,
  fromInput,
  inputsOf,
  openWorld,
  quoted,
  type Report,
  type Result,
  reportOf,
  UsageError,
  withWorld,
} from './support/index.js';

function isAllGood({ client, from, to }: ExplanationJson): boolean {
  return (
    [client, from, ...to].every((one) => one.verdict === 'accept') &&
    !to.some((one) => one.deliveries.some(isLost))
  );
}

function resultOf(request: ExplainRequest, explanation: Explanation, isBrief: boolean): Result {
  const json = explanationJson(request, explanation);
  return {
    exitCode: isAllGood(json) ? 0 : 1,
    json,
    text: (paint) => (isBrief ? printBrief(json, paint) : printExplanation(json, paint)),
  };
}

function isBrief(given: Arguments): boolean {
  return given.flags.has('brief');
}

/** A line that is not a request. */
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
    const result = resultOf(request, await decideRequest(world, request), isBrief(common));
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
  const request = readRequest(given);
  const explanation = await withWorld(given, (world) => decideRequest(world, request));
  return { ...resultOf(request, explanation, isBrief(given)), isProse: true };
}

/** `pmdf explain` */
export const explain: Command = {
  name: 'explain',
  summary: 'show what happens to an envelope from a client, and why',
  operands: '--client IP --from ADDRESS --to ADDRESS...',
  words: { least: 0, most: Infinity },
  options: [
    ...explainOptions,
    { name: 'brief', takes: 'nothing', help: 'print one line for each recipient' },
    ...configurationOptions,
  ],
  about: [
    'Shows the channel that the client comes in on, what PORT_ACCESS and FROM_ACCESS say, and for each',
    'recipient the verdict, the entry that decided, the deliveries, and every step. Nothing is sent. DNS is asked',
    'with `--live` only. Recipients are explained even where the client or the sender is refused. `-` stands for',
    'requests on standard input, one on each line: these options, or a JSON object with their names. Exit code 1',
    'when anything is refused or deferred.',
  ],
  run,
};
