/*
 * `pmdf explain`: what the gateway would do with a connection and an envelope, and why. No DNS is asked: a client has
 * the name that the command line gives it, or none.
 */
import type { Delivery } from '../lib/index.js';
import { decideRequest } from './explain/decisions.js';
import { type ExplanationJson, explanationJson } from './explain/json.js';
import { printExplanation } from './explain/print.js';
import { explainOptions, readRequest } from './explain/request.js';
import type { Arguments } from './support/arguments.js';
import { type Command, configurationOptions, type Report } from './support/command.js';
import { withWorld } from './support/open-configuration.js';

/** Tells whether a delivery comes to nothing on its second pass. */
function isLost({ then }: Delivery): boolean {
  return then !== undefined && (then.length === 0 || then.some(isLost));
}

function isAllGood({ client, from, to }: ExplanationJson): boolean {
  return (
    [client, from, ...to].every((one) => one.verdict === 'accept') &&
    !to.some((one) => one.deliveries.some(isLost))
  );
}

async function run(given: Arguments): Promise<Report> {
  const request = readRequest(given);
  const explanation = await withWorld(given, (world) => decideRequest(world, request));
  const json = explanationJson(request, explanation);
  return {
    exitCode: isAllGood(json) ? 0 : 1,
    json,
    text: (paint) => printExplanation(json, paint),
  };
}

/** `pmdf explain` */
export const explain: Command = {
  name: 'explain',
  summary: 'show what happens to an envelope from a client, and why',
  operands: '--client IP --from ADDRESS --to ADDRESS...',
  words: { least: 0, most: 0 },
  options: [...explainOptions, ...configurationOptions],
  about: [
    'Shows the channel that the client comes in on, what PORT_ACCESS and FROM_ACCESS say, and for each',
    'recipient the verdict, the entry that decided, the deliveries, and every step. Nothing is sent and no',
    'DNS is asked. Recipients are explained even where the client or the sender is refused. Exit code 1 when',
    'anything is refused or deferred.',
  ],
  run,
};
