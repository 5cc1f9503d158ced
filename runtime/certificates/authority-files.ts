/*
 * The authorities that a site trusts for certificates of servers: the PEM files under `ca` of `tls_verify`.
 */
import type { SettingsFile } from '../../lib/config/index.js';
import { authorityFiles } from '../../lib/policy/index.js';
import { DiagnosticList, errorAt, type Parsed } from '../../lib/text/index.js';
import type { SourceReader } from '../files/index.js';
import { readPem } from './certificates.js';

/** Reads the files: certificates in PEM, by the name of the file as written. */
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
      const hint = 'name a file with their certificates in PEM';
      diagnostics.push(errorAt(span, 'tls/ca', message, { hint }));
      continue;
    }
    const { value, diagnostics: found } = readPem(outcome.source);
    diagnostics.append(found);
    if (value.certificates.length === 0 && found.length === 0) {
      const message = `\`${file}\` contains no certificate`;
      diagnostics.push(errorAt(span, 'tls/ca', message, { hint: 'name a file with certificates in PEM' }));
    }
    authorities.set(file, value.certificates.map(({ certificate }) => certificate.toString()).join(''));
  }
  return { value: authorities, diagnostics: diagnostics.all };
}
