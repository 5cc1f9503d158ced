/*
 * `pmdf init`: a working gateway from three answers. It makes a new Haraka install, or adds the files that an
 * existing one lacks. It never overwrites a file: it first makes a plan, which `--dry-run` shows.
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
import {
  type FileAction,
  hasOwnPolicy,
  type PlannedFile,
  planFiles,
  type WantedFile,
} from './init/planned-file.js';
import { optionsOf, pmdfTableFiles } from './init/pmdf-files.js';
import type { DeliveryLines } from './init/print-policy.js';
import { reportOf } from './init/report.js';
import type { Answers } from './init/site.js';
import { wantedFiles } from './init/wanted-files.js';
import {
  type Arguments,
  type Command,
  flagOption,
  type Report,
  wordOption,
  wordsOption,
} from './support/index.js';

const proposedPath = 'config/plugins.pmdf-proposed';

/** The delivery settings: those of the install, unless another mail server was given. */
function deliveryOf({ install, answers }: Gathered): DeliveryLines {
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
    copied: pmdf === undefined ? [] : pmdfTableFiles(pmdf),
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

/** Whether a port for TLS lacks a certificate, with which every worker crashes. */
function lacksCertificate(folder: string, { haraka }: Answers): boolean {
  const names = [join('pmdf', 'server-pub.pem'), 'tls_cert.pem'];
  return wantsTls(haraka) && !names.some((name) => existsSync(join(folder, 'config', name)));
}

/** What the administrator should know about the files. */
function notesOn(given: Arguments, files: readonly PlannedFile[], gathered: Gathered): string[] {
  const { folder, notes, answers, install } = gathered;
  const { name, haraka } = answers;
  const is = (wanted: string, done: FileAction): boolean =>
    files.some(({ path, action }) => path === wanted && action === done);
  const when = (isTrue: boolean, note: string): string[] => (isTrue ? [note] : []);
  const tlsPort = haraka.listeners.find(({ isTls }) => isTls)?.port ?? '';
  const lines = smtpIniLines(haraka);
  const isIniKept = install.hasOtherSmtpFile || is('config/smtp.ini', 'differs');
  const pmdf = given.values.get('pmdf');
  const ignored = pmdf === undefined ? [] : optionsOf(pmdf).ignored;
  return [
    ...notes,
    ...when(
      hasOwnPolicy(folder, files),
      'config/pmdf does not match these answers; it is not changed, and stays in force',
    ),
    ...when(
      is('config/me', 'write') && !name.includes('.'),
      `\`${name}\` in config/me is not a full host name: write the name by which other servers know this gateway`,
    ),
    ...when(
      lacksCertificate(folder, answers),
      `port ${tlsPort} begins with TLS: Haraka needs its certificate before it is started`,
    ),
    ...when(
      isIniKept && lines.length > 0,
      `config/smtp.ini is not changed; add these lines to it: ${lines.join(', ')}`,
    ),
    ...when(ignored.length > 0, `these options of option.dat have no effect here: ${ignored.join(', ')}`),
  ];
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
            purpose: 'config/plugins with the lines of this bundle',
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
    notes: notesOn(given, files, gathered),
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

export const init: Command = {
  name: 'init',
  summary: 'make a working gateway: a new Haraka install, or the files that an existing one lacks',
  operands: 'DIR --domain D... --internal CIDR...',
  words: { least: 0, most: 1 },
  options: [
    wordsOption('domain', 'D', 'your domains, the main one first; hosts below them are internal too'),
    wordsOption(
      'internal',
      'CIDR',
      'networks whose clients may relay: 10.20.0.0/16, 2001:db8::/32; `none` for none',
    ),
    wordOption(
      'mailhost',
      'H:P',
      'your mail server, which gets the mail for your domains; default 127.0.0.1:10025',
    ),
    wordOption('name', 'HOST', 'the name of the gateway; default the name of this host'),
    wordsOption('listen', 'A:P', 'where to listen; default port 25 of every address'),
    wordOption('dispatcher', 'FILE', "PMDF's dispatcher.cnf, to convert to smtp.ini"),
    wordOption('pmdf', 'FOLDER', 'table files of PMDF or Messaging Server, to copy in place of a new policy'),
    flagOption('yaml', "write the policy to pmdf.yaml alone, not to PMDF's files"),
    flagOption('dry-run', 'show what would be done, without writing anything'),
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
