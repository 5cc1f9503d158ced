/*
 * Which files an install is to have, in the order in which they are written: those that make it an install come last, so
 * that one that was broken off is still no install and is taken up again.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFolder, hasBundle, packageText, packedName } from './bundle.js';
import { dnsListText, pluginsText, smtpForwardText, smtpIniText } from './haraka-files.js';
import { helpPages } from './help-pages.js';
import { packBundle } from './pack-bundle.js';
import type { WantedFile } from './planned-file.js';
import { policyFor } from './policy-model.js';
import {
  cnfText,
  type DeliveryLines,
  generalText,
  mappingsText,
  settingsText,
  takenOverSettings,
} from './print-policy.js';
import type { Answers } from './site.js';

const keyOctets = 32;

/** What there is beside the answers. */
export interface InstallView {
  /** The folder of the install. */
  readonly folder: string;
  readonly isNew: boolean;
  readonly delivery: DeliveryLines;
  /** Everything in pmdf.yaml. */
  readonly isYaml: boolean;
  /** Files that come from PMDF, in place of ours. */
  readonly takenOver: readonly WantedFile[];
  /** Lines that option.dat comes to. */
  readonly options: readonly string[];
}

/** A file that the bundle brings along for Haraka's config folder. */
function brought(name: string, purpose: string, group: WantedFile['group'] = null): WantedFile {
  const text = readFileSync(join(bundleFolder, 'config', 'haraka', name), 'utf8');
  return { path: `config/${name}`, text, purpose, group, isAnyTextGood: group === null };
}

function own(path: string, text: string, purpose: string): WantedFile {
  return { path, text, purpose, group: null };
}

function policyFiles(
  { site, haraka }: Answers,
  { delivery, isYaml, takenOver, options }: InstallView,
): WantedFile[] {
  const policy = (name: string, text: string, purpose: string): WantedFile => ({
    path: `config/pmdf/${name}`,
    text,
    purpose,
    group: 'policy',
  });
  const settings = 'the settings: how mail leaves';
  if (site === null) {
    const text = takenOverSettings(delivery, { options, channels: haraka.channels });
    return [...takenOver, policy('pmdf.yaml', text, settings)];
  }
  const model = policyFor(site);
  const general = {
    ...policy('general.txt', generalText(site), 'where to forward mail'),
    isAnyTextGood: true,
  };
  if (isYaml) {
    const text = settingsText(site, delivery, model);
    return [general, policy('pmdf.yaml', text, 'rules, channels, tables and settings')];
  }
  return [
    policy('mappings', mappingsText(model), 'who may send to whom'),
    general,
    policy('pmdf.yaml', settingsText(site, delivery, null), settings),
    policy('pmdf.cnf', cnfText(model), 'what is inside, and which channel mail goes to'),
  ];
}

/** The bundle itself, where npm would otherwise need the folder that this command is in. */
function packedFile(folder: string, isNew: boolean): WantedFile[] {
  const name = packedName();
  if (name === null || (!isNew && hasBundle(folder))) return [];
  const file = { ...own(name, '', 'this bundle, for `npm install`'), isAnyTextGood: true };
  return [{ ...file, content: () => packBundle(bundleFolder) }];
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
    brought('connection.ini', 'sizes and limits of a connection'),
    brought('log.ini', 'how much is logged'),
    brought('dhparams.pem', 'Diffie-Hellman parameters, so that Haraka need not compute them'),
    brought('outbound.ini', "Haraka's queue"),
    brought('outbound.bounce_message', 'the text of bounces', 'bounces'),
    brought('outbound.bounce_message_html', 'the same in HTML', 'bounces'),
    brought('outbound.bounce_message_image', 'its image', 'bounces'),
    key,
    ...(mailHost === null
      ? []
      : [own('config/smtp_forward.ini', smtpForwardText(mailHost), 'the mail server behind')]),
    ...(haraka.blockLists.length === 0
      ? []
      : [own('config/dns-list.ini', dnsListText(haraka), 'block lists')]),
  ];
}

/** Gives every file that the install is to have. */
export function wantedFiles(answers: Answers, view: InstallView): WantedFile[] {
  return [
    ...harakaFiles(answers, view),
    ...policyFiles(answers, view),
    ...helpPages(),
    { ...own('queue', '', 'where Haraka keeps mail that it sends'), isFolder: true, isAnyTextGood: true },
    own('config/plugins', pluginsText(answers), 'which plugins are asked'),
    own('config/smtp.ini', smtpIniText(answers.haraka), 'where Haraka listens'),
  ];
}
