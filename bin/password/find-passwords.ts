/*
 * Where the passwords are: in a store if pmdf.yaml says so, else in a file. Nothing else of the configuration is read for a file.
 */
import { join } from 'node:path';
import { parseSettings } from '../../lib/config/index.js';
import { hasErrors } from '../../lib/text/index.js';
import { SourceReader } from '../../runtime/files/index.js';
import { ConfigError, settingsFile } from '../../runtime/index.js';
import { type Arguments, configFolder } from '../support/index.js';
import { passwordsInFile } from './in-file.js';
import { passwordsInStore } from './in-store.js';
import type { PasswordPlace } from './password-place.js';

/** Throws ConfigError if pmdf.yaml cannot be read or has errors. */
function areInStore(given: Arguments): boolean {
  const read = new SourceReader(join(configFolder(given), 'pmdf')).read(settingsFile);
  if (read.kind === 'missing') return false;
  if (read.kind !== 'read') throw new ConfigError([read.diagnostic]);
  const { value, diagnostics } = parseSettings(read.source);
  if (hasErrors(diagnostics)) {
    throw new ConfigError(diagnostics.filter(({ severity }) => severity === 'error'));
  }
  return value.auth.passwords !== null;
}

/** The password database of the configuration. */
export function findPasswords(given: Arguments): PasswordPlace {
  return areInStore(given) ? passwordsInStore(given) : passwordsInFile(given);
}
