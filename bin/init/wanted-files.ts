/*
 * The files that an install should have, in the order in which they are written: those that make it an install
 * come last, so that an interrupted run can be repeated.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../runtime/files/index.js';
import { hasBundle, packageText, packedName } from './bundle.js';
import { dnsListText, pluginsText, smtpForwardText, smtpIniText } from './haraka-files.js';
import { helpPages } from './help-pages.js';
import { packBundle } from './pack-bundle.js';
import type { WantedFile } from './planned-file.js';
import { policyFor } from './policy-model.js';
import {
  cnfText,
  copiedSettings,
  type DeliveryLines,
  generalText,
  mappingsText,
  settingsText,
} from './print-policy.js';
import type { Answers } from './site.js';

const keyOctets = 32;

/** What the files depend on besides the answers. */
export interface InstallView {
  /** The folder of the install. */
  readonly folder: string;
  readonly isNew: boolean;
  readonly delivery: DeliveryLines;
  /** Whether pmdf.yaml contains the whole policy. */
  readonly isYaml: boolean;
  /** Files copied from PMDF, in place of ours. */
  readonly copied: readonly WantedFile[];
  /** The lines for option.dat. */
  readonly options: readonly string[];
}

/** A file of the bundle for Haraka's config folder. */
function bundled(name: string, purpose: string, group: WantedFile['group'] = null): WantedFile {
  const text = readFileSync(join(packageFolder, 'config', 'haraka', name), 'utf8');
  return { path: `config/${name}`, text, purpose, group, isAnyTextGood: group === null };
}

function own(path: string, text: string, purpose: string): WantedFile {
  return { path, text, purpose, group: null };
}

function policyFiles(
  { site, haraka }: Answers,
  { delivery, isYaml, copied, options }: InstallView,
): WantedFile[] {
  const policy = (name: string, text: string, purpose: string): WantedFile => ({
    path: `config/pmdf/${name}`,
    text,
    purpose,
    group: 'policy',
  });
  const limits = haraka.connections === null ? '' : ', limits';
  const settings = `the settings: delivery${limits}`;
  if (site === null) {
    const text = copiedSettings(delivery, {
      options,
      channels: haraka.channels,
      connections: haraka.connections,
    });
    return [...copied, policy('pmdf.yaml', text, settings)];
  }
  const model = policyFor(site);
  const general = {
    ...policy('general.txt', generalText(site), 'where to forward mail'),
    isAnyTextGood: true,
  };
  if (isYaml) {
    const text = settingsText(site, delivery, { model, connections: haraka.connections });
    return [general, policy('pmdf.yaml', text, 'rules, channels, tables and settings')];
  }
  return [
    policy('mappings', mappingsText(model), 'who may send to whom'),
    general,
    policy(
      'pmdf.yaml',
      settingsText(site, delivery, { model: null, connections: haraka.connections }),
      settings,
    ),
    policy('pmdf.cnf', cnfText(model), 'which clients are internal, and which channel mail goes to'),
  ];
}

/** The bundle itself, unless npm can get it from a registry. */
function packedFile(folder: string, isNew: boolean): WantedFile[] {
  const name = packedName();
  if (name === null || (!isNew && hasBundle(folder))) return [];
  const file = { ...own(name, '', 'this bundle, for `npm install`'), isAnyTextGood: true };
  return [{ ...file, content: () => packBundle(packageFolder) }];
}

function harakaFiles(answers: Answers, { folder, isNew }: InstallView): WantedFile[] {
  const { name, mailHost, haraka } = answers;
  const key = {
    ...own('config/internalcmd_key', randomBytes(keyOctets).toString('hex'), 'for `haraka --graceful`'),
    mode: 0o600,
    isAnyTextGood: true,
  };
  return [
    ...packedFile(folder, isNew),
    ...(isNew ? [own('package.json', packageText(), 'Haraka and this bundle, for `npm install`')] : []),
    { ...own('config/me', `${name}\n`, 'the name of the gateway'), isAnyTextGood: true },
    bundled('connection.ini', 'sizes and limits of a connection'),
    bundled('log.ini', 'how much is logged'),
    bundled('dhparams.pem', 'Diffie-Hellman parameters, so that Haraka need not compute them'),
    bundled('outbound.ini', "settings of Haraka's queue"),
    key,
    ...(mailHost === null
      ? []
      : [own('config/smtp_forward.ini', smtpForwardText(mailHost), 'your mail server')]),
    ...(haraka.blockLists.length === 0
      ? []
      : [own('config/dns-list.ini', dnsListText(haraka), 'block lists')]),
  ];
}

/** All files that the install should have. */
export function wantedFiles(answers: Answers, view: InstallView): WantedFile[] {
  return [
    ...harakaFiles(answers, view),
    ...policyFiles(answers, view),
    ...helpPages(),
    { ...own('queue', '', "Haraka's queue"), isFolder: true, isAnyTextGood: true },
    own('config/plugins', pluginsText(answers), 'which plugins run'),
    own('config/smtp.ini', smtpIniText(answers.haraka), 'where Haraka listens'),
  ];
}
