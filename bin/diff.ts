/*
 * `pmdf diff`: what a change of the policy changes in what is decided.
 */
import { comparePolicies, decidesTheSame, type PolicyDifference } from '../lib/proof/index.js';
import { ConfigError, type OpenConfiguration, withConfiguration } from '../runtime/index.js';
import { type PolicyFolder, policyFolder } from './diff/find-folder.js';
import { withGitFolder } from './diff/git-folder.js';
import { markdownOf } from './diff/markdown.js';
import { sideOf } from './diff/open-side.js';
import { printDifference } from './diff/print.js';
import { renamedFiles } from './diff/rename-files.js';
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

interface OpenFolder {
  readonly folder: PolicyFolder;
  readonly opened: OpenConfiguration;
}

/** The errors of folders of which one or both are broken. */
function errorsOf(folders: readonly OpenFolder[]): ConfigError {
  const all = folders.flatMap(({ folder, opened }) => renamedFiles(opened.diagnostics, folder.name));
  return new ConfigError(all.filter(({ severity }) => severity === 'error'));
}

/** Compares the policies of two folders. Throws ConfigError for a broken one. */
async function compareFolders(before: PolicyFolder, now: PolicyFolder): Promise<PolicyDifference> {
  return await withConfiguration(before.path, (openBefore) =>
    withConfiguration(now.path, (openNow) => {
      const [one, other] = [openBefore.value, openNow.value];
      if (one === null || other === null)
        throw errorsOf([
          { folder: before, opened: openBefore },
          { folder: now, opened: openNow },
        ]);
      return comparePolicies(sideOf(one, before.path), sideOf(other, now.path));
    }),
  );
}

async function differenceFor(given: Arguments): Promise<PolicyDifference> {
  const revision = given.values.get('git');
  const [before, now, extra] = given.words;
  if (revision !== undefined) {
    if (before !== undefined)
      throw unexpectedArgument(before, 'with `--git` name the folder with `--config`');
    const folder = configFolder(given);
    return await withGitFolder(folder, revision, (was) => compareFolders(was, policyFolder(folder)));
  }
  if (extra !== undefined) throw unexpectedArgument(extra, null);
  if (before === undefined || now === undefined) {
    throw new UsageError(
      '`OLD NEW` is needed',
      'name two folders, or `--git REV` to compare with a revision',
    );
  }
  return await compareFolders(policyFolder(before), policyFolder(now));
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
