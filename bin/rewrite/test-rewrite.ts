/*
 * `pmdf test rewrite`: runs envelope addresses through the rewrite rules, without a client and without access tables.
 * Ref: PMDF 32 (pmdf test -rewrite)
 */

import { holdBars } from '../../lib/address/index.js';
import { withoutBrackets } from '../../lib/decide/index.js';
import type { TraceEvent } from '../../lib/engine/index.js';
import { type EnvelopeRewrite, type Policy, rewriteEnvelope } from '../../lib/policy/index.js';
import type { RewriteResult } from '../../lib/rewrite/index.js';
import type { World } from '../../runtime/index.js';
import {
  type Arguments,
  brief,
  type Command,
  choiceOf,
  configurationOptions,
  fromInput,
  indent,
  inputsOf,
  nearestHint,
  type Option,
  openWorld,
  type Paint,
  printColumns,
  printTrace,
  quoted,
  type Report,
  type Result,
  reportOf,
  resultFor,
  UnknownName,
  withGaps,
  withWorld,
  wordOption,
} from '../support/index.js';

/** The result for one address. */
interface Rewritten {
  readonly address: string;
  readonly host: string | null;
  readonly routing: string | null;
  readonly channel: string | null;
  /** Only if no channel was reached. */
  readonly error?: string;
  readonly trace: readonly TraceEvent[];
}

/** The default source channel. */
export const defaultSource = 'l';

/** Finds a channel by name, in any case; gives its name in the policy. Throws UnknownName. */
export function knownChannel(policy: Policy, name: string): string {
  const known = [...policy.channels.channels.keys()];
  if (known.includes(name.toLowerCase())) return name.toLowerCase();
  const hint = nearestHint(name, known, `the channels are ${known.join(', ')}`);
  throw new UnknownName(`there is no channel ${quoted(name)}`, hint);
}

function rewritten(original: string, result: RewriteResult, trace: readonly TraceEvent[]): Rewritten {
  switch (result.kind) {
    case 'routed': {
      const { address, host, routingSystem: routing, channel } = result;
      return { address, host, routing, channel: channel.name, trace };
    }
    case 'no-channel': {
      const { address, host, routingSystem: routing, status, text } = result;
      return { address, host, routing, channel: null, error: `${status} ${text}`, trace };
    }
    case 'ceiling': {
      const { address, text } = result;
      return { address, host: null, routing: null, channel: null, error: text, trace };
    }
    case 'failed': {
      const { cause } = result;
      return { address: original, host: null, routing: null, channel: null, error: cause, trace };
    }
  }
}

function rewriteOptions(policy: Policy, given: Arguments): EnvelopeRewrite {
  const direction = choiceOf(given, 'direction', ['forward', 'backward'], 'forward');
  return { direction, sourceChannel: knownChannel(policy, given.values.get('source') ?? defaultSource) };
}

async function rewriteOne(
  world: World,
  policy: Policy,
  original: string,
  which: EnvelopeRewrite,
): Promise<Rewritten> {
  const trace: TraceEvent[] = [];
  const address = withoutBrackets(original);
  const result = await world.decide(
    policy,
    (environment) => rewriteEnvelope(policy, holdBars(address), which, environment),
    (event) => trace.push(event),
  );
  return rewritten(address, result, trace);
}

function textOf(original: string, result: Rewritten, paint: Paint): string[] {
  const { address, host, routing, channel, error, trace } = result;
  const rows: [string, string][] =
    error === undefined
      ? [
          ['address', brief(address)],
          ['host', brief(host ?? '')],
          ['routing', brief(routing ?? '')],
          ['channel', paint.good(brief(channel ?? ''))],
        ]
      : [['error', paint.bad(brief(error))]];
  return [
    paint.bold(brief(original)),
    ...indent(printColumns(rows, [paint.dim])),
    '',
    ...indent(printTrace(trace, paint)),
  ];
}

/** One result for each address, with those of standard input. */
async function* resultsFor(given: Arguments): AsyncGenerator<Result> {
  const world = openWorld(given);
  try {
    const policy = world.policy();
    const which = rewriteOptions(policy, given);
    for await (const original of inputsOf(given.words)) {
      if (original.trim() === '') continue;
      yield await resultFor(original, async () => {
        const one = await rewriteOne(world, policy, original, which);
        return {
          exitCode: one.error === undefined ? 0 : 1,
          json: { input: original, ...one },
          text: (paint) => textOf(original, one, paint),
        };
      });
    }
  } finally {
    world.close();
  }
}

/** Runs `pmdf test rewrite` for the words of a command line. */
export async function runRewrite(given: Arguments): Promise<Report> {
  if (given.words.includes(fromInput)) return reportOf(resultsFor(given));
  const results = await withWorld(given, async (world) => {
    const policy = world.policy();
    const which = rewriteOptions(policy, given);
    const each: Rewritten[] = [];
    for (const original of given.words) each.push(await rewriteOne(world, policy, original, which));
    return each;
  });
  const [only] = results;
  return {
    exitCode: results.every((one) => one.error === undefined) ? 0 : 1,
    json: results.length === 1 && only !== undefined ? only : { results },
    text: (paint) => withGaps(results.map((one, index) => textOf(given.words[index] ?? '', one, paint))),
  };
}

export const directionOption: Option = wordOption(
  'direction',
  'forward|backward',
  'rewrite as envelope To (forward) or envelope From (backward); default: forward',
);

export const testRewrite: Command = {
  name: 'test rewrite',
  summary: 'run addresses through the rewrite rules',
  operands: 'ADDRESS...',
  words: { least: 1, most: Number.POSITIVE_INFINITY },
  options: [
    directionOption,
    wordOption('source', 'CHANNEL', `the source channel; default: \`${defaultSource}\`, as in PMDF`, {
      aliases: ['source-channel'],
    }),
    ...configurationOptions,
  ],
  about: [
    'Shows the rewritten address, its host, the routing system and the channel, and the rules that were tried. No',
    'access table is consulted. With `-` addresses are read from standard input, one on each line. Exit code 1 when',
    'an address reaches no channel.',
    "PMDF's own command, with its output: pmdf test -rewrite",
  ],
  run: runRewrite,
};
