/*
 * `pmdf diff`: what a change of the policy changes in what is decided.
 */
import { comparePolicies, decidesTheSame, type PolicyDifference } from '../lib/proof/index.js';
import { withConfiguration } from '../runtime/index.js';
import { policyFolder } from './diff/find-folder.js';
import { withGitFolder } from './diff/git-folder.js';
import { markdownOf } from './diff/markdown.js';
import { sideOf } from './diff/open-side.js';
import { printDifference } from './diff/print.js';
import {
  type Arguments,
  type Command,
  configFolder,
  configurationOptions,
  flagOption,
  type Report,
  UsageError,
  unexpectedArgument,
  wordOption,
} from './support/index.js';

/** Compares the policies of two folders. Throws ConfigError for a broken one. */
async function compareFolders(before: string, now: string): Promise<PolicyDifference> {
  const [folderBefore, folderNow] = [policyFolder(before), policyFolder(now)];
  return await withConfiguration(folderBefore, (openBefore) =>
    withConfiguration(folderNow, (openNow) =>
      comparePolicies(
        sideOf(openBefore.configuration, folderBefore),
        sideOf(openNow.configuration, folderNow),
      ),
    ),
  );
}

async function differenceFor(given: Arguments): Promise<PolicyDifference> {
  const revision = given.values.get('git');
  const [before, now, extra] = given.words;
  if (revision !== undefined) {
    if (before !== undefined)
      throw unexpectedArgument(before, 'with `--git` name the folder with `--config`');
    const folder = configFolder(given);
    return await withGitFolder(folder, revision, (was) => compareFolders(was, folder));
  }
  if (extra !== undefined) throw unexpectedArgument(extra, null);
  if (before === undefined || now === undefined) {
    throw new UsageError(
      '`OLD NEW` is needed',
      'name two folders, or `--git REV` to compare with a revision',
    );
  }
  return await compareFolders(before, now);
}

async function run(given: Arguments): Promise<Report> {
  const difference = await differenceFor(given);
  const isLoud = difference.changes.some(({ kind }) => kind === 'newly-relayed');
  const isOther = given.flags.has('equal') && !decidesTheSame(difference);
  return {
    exitCode: isLoud || isOther ? 1 : 0,
    json: difference,
    text: (paint) =>
      given.flags.has('markdown') ? markdownOf(difference) : printDifference(difference, paint),
  };
}

export const diff: Command = {
  name: 'diff',
  summary: 'show what is decided differently under two policies',
  operands: 'OLD NEW',
  words: { least: 0, most: 2 },
  options: [
    wordOption('git', 'REV', 'compare this revision of the config folder with the folder as it is'),
    flagOption('equal', 'exit with 1 unless every decision is certainly the same'),
    flagOption('markdown', 'print Markdown, for a review'),
    ...configurationOptions,
  ],
  about: [
    'Compares two config folders, in whichever form their policies are written: PMDF files or pmdf.yaml. Shows what is',
    'newly relayed, newly accepted, newly refused, delivered elsewhere or answered differently, each with a session that',
    'both policies were asked about, and what was edited. It says that policies are equal only if that is certain, so a',
    'conversion is proved; what it cannot compare is listed. Nothing is sent, and no server is asked. The exit code is 1 when anything',
    'is newly relayed, else 0.',
  ],
  run,
};
