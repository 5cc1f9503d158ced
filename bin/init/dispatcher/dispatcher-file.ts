/*
 * Reads dispatcher.cnf, with what it includes, and says what it comes to in Haraka. Names in it are against its folder.
 */

import { basename, dirname, resolve } from 'node:path';
import { hasErrors, type Parsed } from '../../../lib/text/index.js';
import { readSourceFile, SourceReader } from '../../../runtime/files/index.js';
import { type HarakaSettings, harakaSettings, noHarakaSettings } from './haraka-settings.js';
import { parseDispatcher } from './parse-dispatcher.js';

/** Reads a file of that kind; `path` is also how people are told of it. A file that cannot be read is an error. */
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
      // What is missing because of a mistake is not missing beside it.
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
