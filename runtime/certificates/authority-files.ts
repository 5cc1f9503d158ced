/*
 * The authorities that a site trusts to issue certificates of servers: PEM files that `ca` under `tls_verify` names.
 */
import type { SettingsFile } from '../../lib/config/index.js';
import { authorityFiles } from '../../lib/policy/index.js';
import { DiagnosticList, errorAt, type Parsed } from '../../lib/text/index.js';
import type { SourceReader } from '../files/index.js';

import { readPem } from './certificates.js';

/** Reads every file of authorities; its certificates in PEM, by its name as written. */
export function readAuthorities(
  reader: SourceReader,
  settings: SettingsFile,
): Parsed<ReadonlyMap<string, string>> {
  const authorities = new Map<string, string>();
  const diagnostics = new DiagnosticList();
  for (const [file, span] of authorityFiles(settings)) {
    const outcome = reader.read(file);
    if (outcome.kind !== 'read') {
      const message = `the authorities in \`${file}\` cannot be read: ${outcome.diagnostic.message}`;
      diagnostics.push(
        errorAt(span, 'tls/ca', message, { hint: 'name a file with their certificates in PEM' }),
      );
      continue;
    }
    const { value, diagnostics: found } = readPem(outcome.source);
    diagnostics.append(found);
    if (value.certificates.length === 0 && found.length === 0) {
      const message = `\`${file}\` holds no certificate`;
      diagnostics.push(errorAt(span, 'tls/ca', message, { hint: 'name a file with certificates in PEM' }));
    }
    authorities.set(file, value.certificates.map(({ certificate }) => certificate.toString()).join(''));
  }
  return { value: authorities, diagnostics: diagnostics.all };
}
