/*
 * Whether config/connection.ini has the sections without which Haraka 3.3 cannot greet or answer a client. A file in config
 * takes the place of Haraka's own: what it leaves out has no default. Without the file nothing is said here.
 */
import { join } from 'node:path';
import { type Diagnostic, errorAt } from '../lib/diagnostics/diagnostic.js';
import { fileNames } from './file-names.js';
import { readText } from './read-text.js';

const largest = 1024 * 1024;

/** Sections, and lines for them as Haraka has them. */
const needed: readonly (readonly [string, string])[] = [
  ['max', 'line_length=512 and data_line_length=992'],
  ['message', 'helo=Haraka is at your service.'],
  ['uuid', 'deny_chars=0'],
];

/** Finds sections that connection.ini lacks; `folder` is Haraka's config folder. */
export function checkConnectionIni(folder: string): Diagnostic[] {
  const path = join(folder, 'connection.ini');
  const outcome = readText(path, fileNames(join(folder, 'pmdf'), path), largest);
  if (outcome.kind !== 'read') return [];
  const { source } = outcome;
  const sections = new Set(
    source.text.split('\n').flatMap((line) => /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1] ?? []),
  );
  const lacking = needed.filter(([section]) => !sections.has(section));
  if (lacking.length === 0) return [];
  const names = lacking.map(([section]) => `\`[${section}]\``).join(', ');
  const lines = lacking.map(([section, line]) => `\`[${section}]\` with ${line}`).join(', ');
  const length = source.text.split('\n', 1)[0]?.length ?? 0;
  return [
    errorAt(
      { source, offset: 0, length },
      'file/connection-ini',
      `without ${names} Haraka ends every connection: this file takes the place of its own connection.ini`,
      { hint: `add ${lines}, or begin with Haraka's own connection.ini and change what you need` },
    ),
  ];
}
