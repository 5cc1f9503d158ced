/*
 * `pmdf test rewrite`: puts addresses to the rewrite rules as envelope addresses, without a client and without access
 * tables.
 * Ref: PMDF 32 (pmdf test -rewrite)
 */
import {
  holdBars,
  nearest,
  type Policy,
  type RewriteResult,
  rewriteEnvelope,
  type TraceEvent,
} from '../lib/index.js';
import type { World } from '../runtime/world.js';
import { withoutBrackets } from './explain/request.js';
import { type Arguments, choiceOf } from './support/arguments.js';
import { type Command, configurationOptions, type Report } from './support/command.js';
import { withWorld } from './support/open-configuration.js';
import type { Paint } from './support/paint.js';
import { indent, printColumns } from './support/print-columns.js';
import { printTrace } from './support/print-trace.js';
import { UnknownName } from './support/usage-error.js';
import { brief, quoted } from './support/visible.js';

/** What became of one address. */
interface Rewritten {
  readonly address: string;
  readonly host: string | null;
  readonly routing: string | null;
  readonly channel: string | null;
  /** Only where no channel was reached. */
  readonly error?: string;
  readonly trace: readonly TraceEvent[];
}

const defaultSource = 'l';

function sourceChannel(policy: Policy, given: Arguments): string {
  const name = given.values.get('source') ?? defaultSource;
  const known = [...policy.channels.channels.keys()];
  if (known.includes(name.toLowerCase())) return name.toLowerCase();
  const meant = nearest(name, known);
  throw new UnknownName(
    `there is no channel ${quoted(name)}`,
    meant === undefined ? `the channels are ${known.join(', ')}` : `did you mean \`${meant}\`?`,
  );
}

function rewritten(asked: string, result: RewriteResult, trace: readonly TraceEvent[]): Rewritten {
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
      return { address: asked, host: null, routing: null, channel: null, error: cause, trace };
    }
  }
}

async function rewriteOne(world: World, policy: Policy, asked: string, given: Arguments): Promise<Rewritten> {
  const direction = choiceOf(given, 'direction', ['forward', 'backward'], 'forward');
  const which = { direction, sourceChannel: sourceChannel(policy, given) };
  const trace: TraceEvent[] = [];
  const address = withoutBrackets(asked);
  const result = await world.decide(
    policy,
    (environment) => rewriteEnvelope(policy, holdBars(address), which, environment),
    (event) => trace.push(event),
  );
  return rewritten(address, result, trace);
}

function textOf(asked: string, result: Rewritten, paint: Paint): string[] {
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
    paint.bold(brief(asked)),
    ...indent(printColumns(rows, [paint.dim])),
    '',
    ...indent(printTrace(trace, paint)),
  ];
}

async function run(given: Arguments): Promise<Report> {
  const results = await withWorld(given, async (world) => {
    const policy = world.policy();
    const each: Rewritten[] = [];
    for (const asked of given.words) each.push(await rewriteOne(world, policy, asked, given));
    return each;
  });
  const [only] = results;
  return {
    exitCode: results.every((one) => one.error === undefined) ? 0 : 1,
    json: results.length === 1 && only !== undefined ? only : { results },
    text: (paint) =>
      results.flatMap((one, index) => [
        ...(index === 0 ? [] : ['']),
        ...textOf(given.words[index] ?? '', one, paint),
      ]),
  };
}

/** `pmdf test rewrite` */
export const testRewrite: Command = {
  name: 'test rewrite',
  summary: 'put addresses to the rewrite rules',
  operands: 'ADDRESS...',
  words: { least: 1, most: Number.POSITIVE_INFINITY },
  options: [
    {
      name: 'direction',
      takes: 'a word',
      value: 'forward|backward',
      help: 'an envelope To, or an envelope From; forward when not given',
    },
    {
      name: 'source',
      takes: 'a word',
      value: 'CHANNEL',
      aliases: ['source-channel'],
      help: `the source channel; \`${defaultSource}\` when not given, as in PMDF`,
    },
    ...configurationOptions,
  ],
  about: [
    'Shows the new address, its host, the routing system and the channel of each address, and the rules on',
    'the way. No access table is asked. Exit code 1 when an address reaches no channel.',
    "PMDF's spelling: pmdf test -rewrite -source_channel=CHANNEL ADDRESS",
  ],
  run,
};
