/*
 * The commands to type after `pmdf init`, in their order.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../support/index.js';
import { bundleSpecifier, dependsOnHaraka, harakaVersion, hasBundle, hasHaraka } from './bundle.js';
import { exampleClient } from './policy-model.js';
import type { Answers } from './site.js';

/** A command, and a remark if it needs one. */
export interface Step {
  readonly command: string;
  readonly remark?: string;
}

/** What the next commands depend on. */
export interface Situation {
  readonly folder: string;
  readonly isNew: boolean;
  readonly isDry: boolean;
  /** The file that is to replace config/plugins. */
  readonly proposed: string | null;
  readonly hasErrors: boolean;
  /** Whether Haraka must be started by root. */
  readonly needsRoot: boolean;
  /** Whether TLS is required and there is no certificate yet. */
  readonly lacksCertificate: boolean;
}

/** Whether Haraka is a dependency of the install. */
function hasOwnHaraka({ folder, isNew }: Situation): boolean {
  return isNew || dependsOnHaraka(folder);
}

function installSteps(situation: Situation): Step[] {
  const { folder } = situation;
  if (!hasOwnHaraka(situation)) {
    return hasBundle(folder) ? [] : [{ command: `npm install ${bundleSpecifier()}` }];
  }
  if (hasHaraka(folder) && hasBundle(folder)) return [];
  if (dependsOnHaraka(folder)) return [{ command: 'npm install' }];
  return [
    { command: `npm install Haraka@${harakaVersion}${hasBundle(folder) ? '' : ` ${bundleSpecifier()}`}` },
  ];
}

/** How to run `pmdf` in the install. */
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
      remark: 'shows how a message would be decided',
    },
  ];
}

/** Installs the proposed config/plugins before `explain`: without its lines none of our plugins decides. */
function pluginsStep({ proposed }: Situation): Step[] {
  if (proposed === null) return [];
  return [{ command: `mv ${proposed} config/plugins`, remark: 'if you agree with the lines above' }];
}

function startSteps(situation: Situation): Step[] {
  const { proposed, needsRoot } = situation;
  const certificate: Step[] = situation.lacksCertificate
    ? [
        {
          command: 'cp server-pub.pem server-priv.pem config/pmdf/',
          remark: 'your certificate for TLS',
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

/** The next commands; none after a dry run. */
export function nextSteps(situation: Situation, answers: Answers): Step[] {
  const { folder, isDry, hasErrors } = situation;
  if (isDry) return [];
  const enter = join(folder) === '.' ? [] : [{ command: `cd ${shellWord(folder)}` }];
  if (hasErrors)
    return [
      ...enter,
      ...installSteps(situation),
      { command: `${commandIn(situation)} check`, remark: 'after correcting the errors above' },
    ];
  return [
    ...enter,
    ...installSteps(situation),
    ...pluginsStep(situation),
    ...explainStep(situation, answers),
    ...startSteps(situation),
  ];
}
