/*
 * Reads dispatcher.cnf with its includes, relative to its folder, and converts it for Haraka.
 */

import { basename, dirname, resolve } from 'node:path';
import { hasErrors, type Parsed } from '../../../lib/text/index.js';
import { readSourceFile, SourceReader } from '../../../runtime/files/index.js';
import { type HarakaSettings, harakaSettings, noHarakaSettings } from './haraka-settings.js';
import { parseDispatcher } from './parse-dispatcher.js';

/** Reads a file; `path` is also its name in messages. A file that cannot be read is an error. */
export function readDispatcherFile(path: string): Parsed<HarakaSettings> {
  const outcome = readSourceFile(path, basename(path), path);
  switch (outcome.kind) {
    case 'unreadable':
    case 'missing':
      return { value: noHarakaSettings, diagnostics: [outcome.diagnostic] };
    case 'read': {
      const reader = new SourceReader(dirname(resolve(path)));
      const file = parseDispatcher(outcome.source, reader.readInclude);
      const settings = harakaSettings(file.value);
      // A service may be missing because of the errors.
      const further = hasErrors(file.diagnostics)
        ? settings.diagnostics.filter(({ code }) => code !== 'dispatcher/no-smtp')
        : settings.diagnostics;
      return {
        value: settings.value,
        diagnostics: [...file.diagnostics, ...reader.diagnostics, ...further],
      };
    }
  }
}
