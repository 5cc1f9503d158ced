/*
 * What whoever ran `pmdf init` does next: the commands in their order, ready to be typed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asksForHaraka, bundleSpecifier, harakaVersion, hasBundle, hasHaraka } from './bundle.js';
import { exampleClient } from './policy-model.js';
import type { Answers } from './site.js';

/** A command, and a word about it where that is needed. */
export interface Step {
  readonly command: string;
  readonly remark?: string;
}

/** What is known when everything is written. */
export interface Situation {
  readonly folder: string;
  readonly isNew: boolean;
  readonly isDry: boolean;
  /** The file that is to take the place of config/plugins. */
  readonly proposed: string | null;
  readonly hasErrors: boolean;
  /** It has to be root who starts it. */
  readonly needsRoot: boolean;
  /** TLS was asked for, and there is no certificate yet. */
  readonly lacksCertificate: boolean;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Tells whether Haraka comes with the install itself, by its package.json. */
function hasOwnHaraka({ folder, isNew }: Situation): boolean {
  return isNew || asksForHaraka(folder);
}

function installSteps(situation: Situation): Step[] {
  const { folder } = situation;
  if (!hasOwnHaraka(situation)) {
    return hasBundle(folder) ? [] : [{ command: `npm install ${bundleSpecifier()}` }];
  }
  if (hasHaraka(folder) && hasBundle(folder)) return [];
  if (asksForHaraka(folder)) return [{ command: 'npm install' }];
  return [
    { command: `npm install Haraka@${harakaVersion}${hasBundle(folder) ? '' : ` ${bundleSpecifier()}`}` },
  ];
}

/** How the command is typed in the install. */
function commandIn({ folder }: Situation): string {
  const isUnpacked = existsSync(join(folder, 'plugins', 'pmdf'));
  return isUnpacked ? 'node plugins/pmdf/dist/bin/pmdf.js' : 'npx pmdf';
}

function explainStep(situation: Situation, { site }: Answers): Step[] {
  const client = site === null ? null : exampleClient(site.networks);
  const [domain] = site?.domains ?? [];
  if (client === null || domain === undefined) return [];
  return [
    {
      command: `${commandIn(situation)} explain --client ${client} --from me@${domain} --to you@other.example`,
      remark: 'what would become of a message',
    },
  ];
}

/** The proposed config/plugins takes its place before anything is explained: without its lines nothing of ours decides. */
function exchangeStep({ proposed }: Situation): Step[] {
  if (proposed === null) return [];
  return [{ command: `mv ${proposed} config/plugins`, remark: 'when you like the lines above' }];
}

function startSteps(situation: Situation): Step[] {
  const { proposed, needsRoot } = situation;
  const certificate: Step[] = situation.lacksCertificate
    ? [
        {
          command: 'cp server-pub.pem server-priv.pem config/pmdf/',
          remark: 'the certificate for TLS, from where you have it',
        },
      ]
    : [];
  if (proposed !== null || !hasOwnHaraka(situation))
    return [...certificate, { command: `${commandIn(situation)} check`, remark: 'then restart Haraka' }];
  return [
    ...certificate,
    { command: 'npx haraka -c .', ...(needsRoot ? { remark: 'as root: it opens port 25' } : {}) },
  ];
}

/** Gives the next commands; a dry run has one, which is not dry. */
export function nextSteps(situation: Situation, answers: Answers): Step[] {
  const { folder, isDry, hasErrors } = situation;
  if (isDry) return [];
  const enter = join(folder) === '.' ? [] : [{ command: `cd ${shellWord(folder)}` }];
  if (hasErrors)
    return [
      ...enter,
      ...installSteps(situation),
      { command: `${commandIn(situation)} check`, remark: 'when the errors above are corrected' },
    ];
  return [
    ...enter,
    ...installSteps(situation),
    ...exchangeStep(situation),
    ...explainStep(situation, answers),
    ...startSteps(situation),
  ];
}
