/*
 * `pmdf init`: a working gateway from three answers. It makes a whole Haraka install, or the files that an existing one
 * lacks. Nothing that is there is ever written over: a plan is made first, and shown as it is with `--dry-run`.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasErrors } from '../lib/text/index.js';
import { Asker } from './init/ask.js';
import { checkResult, writeFiles } from './init/carry-out.js';
import { type PluginPlan, planPlugins } from './init/edit-plugins.js';
import { type Gathered, gatherAnswers } from './init/gather-answers.js';
import { smtpIniLines, wantsTls } from './init/haraka-files.js';
import { throughPluginOf } from './init/look-at-install.js';
import { nextSteps } from './init/next-steps.js';
import { hasPolicyOfItsOwn, type PlannedFile, planFiles, type WantedFile } from './init/planned-file.js';
import { optionsOf, pmdfTableFiles } from './init/pmdf-files.js';
import type { DeliveryLines } from './init/print-policy.js';
import { reportOf } from './init/report.js';
import type { Answers } from './init/site.js';
import { wantedFiles } from './init/wanted-files.js';
import type { Arguments, Command, Report } from './support/index.js';

const proposedPath = 'config/plugins.pmdf-proposed';

/** How mail is handed on: as the install has it, unless another mail server was named. */
function deliveryOf({ install, answers }: Gathered): DeliveryLines {
  const { mailHost } = answers;
  const { forwardsTo } = install;
  const isOther =
    mailHost !== null &&
    forwardsTo !== null &&
    (mailHost.host !== forwardsTo.host || mailHost.port !== forwardsTo.port);
  // A next hop of its own needs queue/smtp_forward, whatever the install hands mail on with.
  const throughPlugin = isOther ? 'smtp_forward' : throughPluginOf(install);
  return { throughPlugin, nextHop: isOther ? mailHost : null };
}

function wantedFor(given: Arguments, gathered: Gathered, delivery: DeliveryLines): WantedFile[] {
  const { folder, install } = gathered;
  const pmdf = given.values.get('pmdf');
  const isForwarded = delivery.nextHop === null && delivery.throughPlugin === 'smtp_forward';
  const answers: Answers = isForwarded ? gathered.answers : { ...gathered.answers, mailHost: null };
  const wanted = wantedFiles(answers, {
    folder,
    isNew: install.isNew,
    delivery,
    isYaml: given.flags.has('yaml'),
    takenOver: pmdf === undefined ? [] : pmdfTableFiles(pmdf),
    options: pmdf === undefined ? [] : optionsOf(pmdf).settings,
  });
  return wanted.filter(({ path }) => path !== 'config/smtp.ini' || !install.hasOtherSmtpFile);
}

function planFor({ install, answers }: Gathered, { throughPlugin }: DeliveryLines): PluginPlan | null {
  if (install.plugins === null) return null;
  const { haraka } = answers;
  const plan = planPlugins(install.plugins, {
    throughPlugin,
    isTls: wantsTls(haraka),
    blockLists: haraka.blockLists.length > 0,
  });
  return plan.changes.length === 0 ? null : plan;
}

/** Tells whether a port for TLS is asked for and no certificate is there, which brings every worker down. */
function lacksCertificate(folder: string, { haraka }: Answers): boolean {
  const names = [join('pmdf', 'server-pub.pem'), 'tls_cert.pem'];
  return wantsTls(haraka) && !names.some((name) => existsSync(join(folder, 'config', name)));
}

function tlsNotes(folder: string, answers: Answers): string[] {
  if (!lacksCertificate(folder, answers)) return [];
  const { haraka } = answers;
  const port = haraka.listeners.find(({ isTls }) => isTls)?.port ?? '';
  return [`on port ${port} TLS begins at once: Haraka needs its certificate before it is started`];
}

/** A policy that is there is not changed, so whoever answers otherwise now is to know it. */
function policyNotes(folder: string, files: readonly PlannedFile[]): string[] {
  return hasPolicyOfItsOwn(folder, files)
    ? ['config/pmdf is not what these answers give; it stays as it is, and counts']
    : [];
}

/** The host and the files to be taken over may have no full name to give, where these have errors. */
function nameNotes(files: readonly PlannedFile[], { name }: Answers): string[] {
  const isWritten = files.some(({ path, fate }) => path === 'config/me' && fate === 'write');
  if (!isWritten || name.includes('.')) return [];
  return [
    `\`${name}\` in config/me is not a full host name: write there how other servers know this gateway`,
  ];
}

/** What of option.dat is not taken over. */
function optionNotes(given: Arguments): string[] {
  const pmdf = given.values.get('pmdf');
  const ignored = pmdf === undefined ? [] : optionsOf(pmdf).ignored;
  if (ignored.length === 0) return [];
  return [`these options of option.dat have no effect here: ${ignored.join(', ')}`];
}

/** Lines for files of somebody's own, which are not written to. */
function notesOn(files: readonly PlannedFile[], { folder, notes, answers, install }: Gathered): string[] {
  const said = [
    ...notes,
    ...policyNotes(folder, files),
    ...nameNotes(files, answers),
    ...tlsNotes(folder, answers),
  ];
  const lines = smtpIniLines(answers.haraka);
  const isKept =
    install.hasOtherSmtpFile ||
    files.some(({ path, fate }) => path === 'config/smtp.ini' && fate === 'differs');
  if (!isKept || lines.length === 0) return said;
  return [...said, `config/smtp.ini is yours; these lines belong into it: ${lines.join(', ')}`];
}

function needsRoot({ haraka }: Answers): boolean {
  const firstFree = 1024;
  return haraka.listeners.length === 0 || haraka.listeners.some(({ port }) => port < firstFree);
}

async function work(given: Arguments, asker: Asker | null): Promise<Report> {
  const gathered = await gatherAnswers(given, asker);
  const { folder, install, answers, findings } = gathered;
  const isDry = given.flags.has('dry-run');
  const delivery = deliveryOf(gathered);
  const plugins = planFor(gathered, delivery);
  const proposal: WantedFile[] =
    plugins === null
      ? []
      : [
          {
            path: proposedPath,
            text: plugins.text,
            purpose: 'config/plugins with our lines in it',
            group: null,
          },
        ];
  const planned = planFiles(folder, [...wantedFor(given, gathered, delivery), ...proposal]);
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
    notes: [...notesOn(files, gathered), ...optionNotes(given)],
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
  summary: 'make a working gateway: a new Haraka install, or what an existing one lacks',
  operands: 'DIR --domain D... --internal CIDR...',
  words: { least: 0, most: 1 },
  options: [
    {
      name: 'domain',
      takes: 'words',
      value: 'D',
      help: 'domains of yours, the main one first; hosts below them are inside too',
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
      help: 'the mail server behind, which gets the mail for your domains; 127.0.0.1:10025 when not given',
    },
    {
      name: 'name',
      takes: 'a word',
      value: 'HOST',
      help: 'the name of the gateway; by default that of this host',
    },
    {
      name: 'listen',
      takes: 'words',
      value: 'A:P',
      help: 'where to listen; port 25 of every address when not given',
    },
    { name: 'dispatcher', takes: 'a word', value: 'FILE', help: "PMDF's dispatcher.cnf, read into smtp.ini" },
    {
      name: 'pmdf',
      takes: 'a word',
      value: 'FOLDER',
      help: 'table files of PMDF or Messaging Server, copied in place of a new policy',
    },
    { name: 'yaml', takes: 'nothing', help: 'the policy in pmdf.yaml alone, not in files of PMDF' },
    { name: 'dry-run', takes: 'nothing', help: 'show what would be done and do nothing' },
  ],
  about: [
    'Makes DIR a Haraka install with a complete, commented policy, or adds what is missing to the install that is',
    'there. No file is ever written over: those that are there stay, and the lines for config/plugins are shown with',
    'their places and written to config/plugins.pmdf-proposed. At a terminal it asks for what is not given. Ends by',
    'checking the result, as `pmdf check` does, and by naming the next commands. A run that was broken off is',
    'repeated. Exit code 2 when the check has errors.',
  ],
  run,
};
