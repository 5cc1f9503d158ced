/*
 * The password database that logins from elsewhere are checked with: in a store if the settings name one, else the file.
 */
import { join } from 'node:path';
import { formatDiagnostic } from '../../lib/text/index.js';
import { PasswordFile, PasswordJudge, passwordsFile, readPasswords } from '../../runtime/passwords/index.js';
import { systemClock } from '../../runtime/time/index.js';
import type { HarakaPlugin } from '../haraka/index.js';
import { FailureCounts, failuresHere, gateway, keysHere } from '../support/index.js';
import { httpService, Login } from './login.js';

const msPerSecond = 1_000;
const names = { name: join('config', 'pmdf', passwordsFile), shortName: passwordsFile };

function pathOfFile(): string {
  return join(gateway().configFolder, 'pmdf', passwordsFile);
}

/** Whether somebody may have a password for HTTP; a store is not asked. */
export function hasUsers(): boolean {
  if (gateway().passwords(gateway().policy) !== null) return true;
  const read = readPasswords(pathOfFile(), names);
  return read.kind === 'read' && [...read.records.values()].some((services) => services.has(httpService));
}

/** Makes the judge of requests from elsewhere. */
export function openLogin(plugin: HarakaPlugin): Login {
  const file = new PasswordFile(pathOfFile(), names, {
    report: (diagnostics) => {
      for (const one of diagnostics) plugin.logwarn(formatDiagnostic(one));
    },
  });
  return new Login({
    clock: systemClock,
    judge: new PasswordJudge({ derive: keysHere.derive }),
    source: () => gateway().passwords(gateway().policy) ?? (file.exists() ? file : null),
    failures: new FailureCounts(failuresHere, (message) => plugin.logwarn(message)),
    shared: () => gateway().failureCounts(gateway().policy),
    rules: () => {
      const { failures, forgetSeconds } = gateway().policy.settings.auth;
      return { limit: failures, forgetMs: forgetSeconds * msPerSecond };
    },
    logFailure: (message) => plugin.lognotice(message),
  });
}
