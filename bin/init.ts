/*
 * `pmdf init`: a working gateway from three answers. It makes a new Haraka install, or adds the files that an
 * existing one lacks. It never overwrites a file: it first makes a plan, which `--dry-run` shows.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrors } from '../lib/text/index.js';
import { Asker } from './init/ask.js';
import { checkResult, writeFiles } from './init/carry-out.js';
import { type CollectedAnswers, collectAnswers } from './init/collect-answers.js';
import { type PluginPlan, planPlugins } from './init/edit-plugins.js';
import { smtpIniLines, wantsTls } from './init/haraka-files.js';
import { throughPluginOf } from './init/inspect-install.js';
import { nextSteps } from './init/next-steps.js';
import { hasOwnPolicy, type PlannedFile, planFiles, type WantedFile } from './init/planned-file.js';
import { optionsOf, pmdfTableFiles } from './init/pmdf-files.js';
import type { DeliveryLines } from './init/print-policy.js';
import { reportOf } from './init/report.js';
import type { Answers } from './init/site.js';
import { wantedFiles } from './init/wanted-files.js';
import type { Arguments, Command, Report } from './support/index.js';

const proposedPath = 'config/plugins.pmdf-proposed';

/** The delivery settings: those of the install, unless another mail server was given. */
function deliveryOf({ install, answers }: CollectedAnswers): DeliveryLines {
  const { mailHost } = answers;
  const { forwardsTo } = install;
  const isOther =
    mailHost !== null &&
    forwardsTo !== null &&
    (mailHost.host !== forwardsTo.host || mailHost.port !== forwardsTo.port);
  // A next hop needs queue/smtp_forward, whatever queue plugin the install has.
  const throughPlugin = isOther ? 'smtp_forward' : throughPluginOf(install);
  return { throughPlugin, nextHop: isOther ? mailHost : null };
}

function wantedFor(given: Arguments, collected: CollectedAnswers, delivery: DeliveryLines): WantedFile[] {
  const { folder, install } = collected;
  const pmdf = given.values.get('pmdf');
  const isForwarded = delivery.nextHop === null && delivery.throughPlugin === 'smtp_forward';
  const answers: Answers = isForwarded ? collected.answers : { ...collected.answers, mailHost: null };
  const wanted = wantedFiles(answers, {
    folder,
    isNew: install.isNew,
    delivery,
    isYaml: given.flags.has('yaml'),
    copied: pmdf === undefined ? [] : pmdfTableFiles(pmdf),
    options: pmdf === undefined ? [] : optionsOf(pmdf).settings,
  });
  return wanted.filter(({ path }) => path !== 'config/smtp.ini' || !install.hasOtherSmtpFile);
}

function planFor(
  { install, answers }: CollectedAnswers,
  { throughPlugin }: DeliveryLines,
): PluginPlan | null {
  if (install.plugins === null) return null;
  const { haraka } = answers;
  const plan = planPlugins(install.plugins, {
    throughPlugin,
    isTls: wantsTls(haraka),
    blockLists: haraka.blockLists.length > 0,
  });
  return plan.changes.length === 0 ? null : plan;
}

/** Whether a port for TLS lacks a certificate, with which every worker crashes. */
function lacksCertificate(folder: string, { haraka }: Answers): boolean {
  const names = [join('pmdf', 'server-pub.pem'), 'tls_cert.pem'];
  return wantsTls(haraka) && !names.some((name) => existsSync(join(folder, 'config', name)));
}

function tlsNotes(folder: string, answers: Answers): string[] {
  if (!lacksCertificate(folder, answers)) return [];
  const { haraka } = answers;
  const port = haraka.listeners.find(({ isTls }) => isTls)?.port ?? '';
  return [`port ${port} begins with TLS: Haraka needs its certificate before it is started`];
}

/** Says that an existing policy differs from the answers. */
function policyNotes(folder: string, files: readonly PlannedFile[]): string[] {
  return hasOwnPolicy(folder, files)
    ? ['config/pmdf does not match these answers; it is not changed, and stays in force']
    : [];
}

/** Says that the name of the gateway is not a full one. */
function nameNotes(files: readonly PlannedFile[], { name }: Answers): string[] {
  const isWritten = files.some(({ path, action }) => path === 'config/me' && action === 'write');
  if (!isWritten || name.includes('.')) return [];
  return [
    `\`${name}\` in config/me is not a full host name: write the name by which other servers know this gateway`,
  ];
}

/** Names the options of option.dat without a counterpart. */
function optionNotes(given: Arguments): string[] {
  const pmdf = given.values.get('pmdf');
  const ignored = pmdf === undefined ? [] : optionsOf(pmdf).ignored;
  if (ignored.length === 0) return [];
  return [`these options of option.dat have no effect here: ${ignored.join(', ')}`];
}

/** All notes, with the lines for a smtp.ini that is not changed. */
function notesOn(
  files: readonly PlannedFile[],
  { folder, notes, answers, install }: CollectedAnswers,
): string[] {
  const all = [
    ...notes,
    ...policyNotes(folder, files),
    ...nameNotes(files, answers),
    ...tlsNotes(folder, answers),
  ];
  const lines = smtpIniLines(answers.haraka);
  const isKept =
    install.hasOtherSmtpFile ||
    files.some(({ path, action }) => path === 'config/smtp.ini' && action === 'differs');
  if (!isKept || lines.length === 0) return all;
  return [...all, `config/smtp.ini is not changed; add these lines to it: ${lines.join(', ')}`];
}

function needsRoot({ haraka }: Answers): boolean {
  const firstFree = 1024;
  return haraka.listeners.length === 0 || haraka.listeners.some(({ port }) => port < firstFree);
}

async function work(given: Arguments, asker: Asker | null): Promise<Report> {
  const collected = await collectAnswers(given, asker);
  const { folder, install, answers, findings } = collected;
  const isDry = given.flags.has('dry-run');
  const delivery = deliveryOf(collected);
  const plugins = planFor(collected, delivery);
  const proposal: WantedFile[] =
    plugins === null
      ? []
      : [
          {
            path: proposedPath,
            text: plugins.text,
            purpose: 'config/plugins with the lines of this bundle',
            group: null,
          },
        ];
  const planned = planFiles(folder, [...wantedFor(given, collected, delivery), ...proposal]);
  const files = isDry ? planned : writeFiles(folder, planned);
  const check = await checkResult(folder, files, isDry);
  const situation = {
    folder,
    isNew: install.isNew,
    isDry,
    proposed: plugins === null ? null : proposedPath,
    hasErrors: hasErrors(check),
    needsRoot: needsRoot(answers),
    lacksCertificate: lacksCertificate(folder, answers),
  };
  return reportOf({
    folder: join(folder),
    isNew: install.isNew,
    isDry,
    files,
    plugins,
    notes: [...notesOn(files, collected), ...optionNotes(given)],
    findings,
    check,
    next: nextSteps(situation, answers),
  });
}

async function run(given: Arguments): Promise<Report> {
  const { stdin, stderr } = process;
  const asker = stdin.isTTY === true && !given.flags.has('json') ? new Asker(stdin, stderr) : null;
  try {
    return await work(given, asker);
  } finally {
    asker?.end();
  }
}

/** `pmdf init` */
export const init: Command = {
  name: 'init',
  summary: 'make a working gateway: a new Haraka install, or the files that an existing one lacks',
  operands: 'DIR --domain D... --internal CIDR...',
  words: { least: 0, most: 1 },
  options: [
    {
      name: 'domain',
      takes: 'words',
      value: 'D',
      help: 'your domains, the main one first; hosts below them are internal too',
    },
    {
      name: 'internal',
      takes: 'words',
      value: 'CIDR',
      help: 'networks whose clients may relay: 10.20.0.0/16, 2001:db8::/32; `none` for none',
    },
    {
      name: 'mailhost',
      takes: 'a word',
      value: 'H:P',
      help: 'your mail server, which gets the mail for your domains; default 127.0.0.1:10025',
    },
    {
      name: 'name',
      takes: 'a word',
      value: 'HOST',
      help: 'the name of the gateway; default the name of this host',
    },
    {
      name: 'listen',
      takes: 'words',
      value: 'A:P',
      help: 'where to listen; default port 25 of every address',
    },
    {
      name: 'dispatcher',
      takes: 'a word',
      value: 'FILE',
      help: "PMDF's dispatcher.cnf, to convert to smtp.ini",
    },
    {
      name: 'pmdf',
      takes: 'a word',
      value: 'FOLDER',
      help: 'table files of PMDF or Messaging Server, to copy in place of a new policy',
    },
    { name: 'yaml', takes: 'nothing', help: "write the policy to pmdf.yaml alone, not to PMDF's files" },
    { name: 'dry-run', takes: 'nothing', help: 'show what would be done, without writing anything' },
  ],
  about: [
    'Makes DIR a Haraka install with a complete, commented policy, or adds what an existing install lacks. It never',
    'overwrites a file; the lines that an existing config/plugins needs are shown with their places and written to',
    'config/plugins.pmdf-proposed. At a terminal it asks for what is not given. At the end it checks the result, as',
    '`pmdf check` does, and shows the next commands. An interrupted run can be repeated. Exit code 2 if the check has',
    'errors.',
  ],
  run,
};
