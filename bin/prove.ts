/*
 * `pmdf prove`: whether strangers can relay, decided for all sessions at once.
 */
import { join } from 'node:path';
import { isSettled, proveRelaying } from '../lib/proof/index.js';
import { databaseContents } from '../runtime/databases/index.js';
import { decideUnder } from '../runtime/index.js';
import {
  type Arguments,
  type Command,
  configFolder,
  configurationOptions,
  proofJson,
  proofText,
  type Report,
  withConfiguration,
} from './support/index.js';

async function run(given: Arguments): Promise<Report> {
  const folder = join(configFolder(given), 'pmdf');
  const proof = await withConfiguration(given, (configuration) =>
    decideUnder(configuration, (newEnvironment) =>
      proveRelaying(
        configuration.compiled,
        newEnvironment,
        undefined,
        databaseContents(configuration.policy.settings, folder),
      ),
    ),
  );
  return {
    exitCode: proof.channels.every(isSettled) ? 0 : 1,
    json: proofJson(proof),
    text: (paint) => proofText(proof, paint),
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
    'that shows it. A comment `! prove: allowed REASON` right above an entry says that its way is intended. Exit code 0 if',
    'nothing relays but what is allowed, 1 if something does or nobody can tell, 2 if the configuration has errors.',
  ],
  run,
};
