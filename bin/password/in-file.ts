/*
 * The password database in `config/pmdf/passwords`.
 */
import { join } from 'node:path';
import { commandPatience } from '../../runtime/files/index.js';
import { ConfigError } from '../../runtime/index.js';
import {
  changePasswords,
  type PasswordRecords,
  passwordsFile,
  readPasswords,
  recordFor,
  recordsIn,
} from '../../runtime/passwords/index.js';
import { type Arguments, configFolder, quoted } from '../support/index.js';
import type { PasswordPlace, PasswordsBefore } from './password-place.js';

/** The database of a command. */
export function passwordsInFile(given: Arguments): PasswordPlace {
  const path = join(configFolder(given), 'pmdf', passwordsFile);
  const name = join(given.values.get('config') ?? 'config', 'pmdf', passwordsFile);
  const names = { name, shortName: passwordsFile };

  function read(): PasswordRecords {
    const outcome = readPasswords(path, names);
    if (outcome.kind === 'failed') throw new ConfigError(outcome.diagnostics);
    return outcome.records;
  }

  async function change(what: Parameters<typeof changePasswords>[2]): Promise<PasswordsBefore> {
    const outcome = await changePasswords(path, names, what, commandPatience);
    if (outcome.kind === 'failed') throw new ConfigError(outcome.diagnostics);
    const said = `pmdf: every account on this host could read ${quoted(name)}; this was corrected`;
    return { before: outcome.before, complaint: outcome.wasReadableByAll ? [said] : [] };
  }

  return {
    set: (user, service, hash) => change({ kind: 'set', user, service, hash }),
    delete: (user, service) => change({ kind: 'delete', user, service }),
    list: async () => ({ records: recordsIn(read()), complaint: [] }),
    hashOf: async (user, service) => recordFor(read(), user, service)?.hash ?? null,
  };
}
