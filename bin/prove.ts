/*
 * `pmdf prove`: whether strangers can relay, decided for all sessions at once; what else is known of mail from outside; and what
 * in rules and tables has no effect.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { LintSubject, lintWithoutEffect } from '../lib/lint/index.js';
import { isSettled, mailInside, proofGround, proveOn, type WorkLimit } from '../lib/proof/index.js';
import { databaseContents } from '../runtime/databases/index.js';
import { listeningPorts } from '../runtime/haraka-install/index.js';
import { decideUnder } from '../runtime/index.js';
import {
  type Arguments,
  type Command,
  configFolder,
  configurationOptions,
  type ProgressBar,
  progressBar,
  proofJson,
  proofText,
  type Report,
  withConfiguration,
} from './support/index.js';

const wholeWork = 100_000_000;
const insideWork = 1_000_000;

/** Work that shows that it goes on. */
function shownWork(left: number, { works }: ProgressBar): WorkLimit {
  let now = left;
  let spent = 0;
  return {
    get left() {
      return now;
    },
    set left(value) {
      now = value;
      spent += 1;
      if (spent % 256 === 0) works();
    },
  };
}

async function run(given: Arguments): Promise<Report> {
  const folder = join(configFolder(given), 'pmdf');
  const bar = progressBar('proving', process.stderr, () => performance.now());
  const { proof, ...more } = await withConfiguration(given, (configuration, diagnostics) => {
    const { compiled, policy } = configuration;
    const known = {
      contents: databaseContents(policy.settings, folder),
      ports: listeningPorts(configFolder(given)),
    };
    return decideUnder(configuration, function* (newEnvironment) {
      const ground = proofGround(compiled, newEnvironment, shownWork(wholeWork, bar), known);
      const proof = yield* proveOn(ground);
      const inside = yield* mailInside(ground, insideWork);
      const unasked = diagnostics.filter(({ code }) => code === 'policy/unasked-table');
      const found = lintWithoutEffect(new LintSubject({ compiled, newEnvironment, proof }));
      const withoutEffect = [...unasked, ...found];
      return { proof, inside, withoutEffect };
    });
  }).finally(() => bar.clear());
  return {
    exitCode: proof.channels.every(isSettled) ? 0 : 1,
    json: proofJson(proof, more),
    text: (paint) => proofText(proof, more, paint),
    isProse: true,
  };
}

export const prove: Command = {
  name: 'prove',
  summary: 'prove that strangers cannot relay, or show how they can',
  operands: '',
  words: { least: 0, most: 0 },
  options: [...configurationOptions],
  about: [
    'Decides for every channel that strangers come in on whether any client, sender, recipient and parameters make',
    'the gateway send mail of theirs to the outside. Nothing is tried at random: whole sets of sessions are followed',
    'through rules, tables and forwarding. Each way that is found was run through the gateway and comes with a command',
    'that shows it. A comment `! prove: allowed REASON` in the line above an entry or rule says that its way is intended, and so',
    'does `prove.allowed` in pmdf.yaml. It also shows which mail from outside each channel inside gets, and the entries, rules and',
    'tables without effect. Exit code 0 if nothing relays but what is allowed, 1 if something does or nobody can tell, 2 if the',
    'configuration has errors.',
  ],
  run,
};
