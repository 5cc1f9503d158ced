/*
 * The file with the database of a pseudo domain, relative to config/pmdf:
 *   directories/example.com                          without a file: `.cdb` or `.txt` is added
 *   /pmdf/directories/example.com                    as PMDF calls it on UNIX
 *   PMDF_ROOT:[DIRECTORIES]EXAMPLE$COM.DAT;1         and on OpenVMS
 * Ref: PMDF 3.2.5
 */

/** The folder of the databases. */
const directoryFolder = 'directories';

/** The suffixes of PMDF's own database files, which are made again from their text. */
const foreignSuffix = /\.(?:dat|db|idx|lck|pbl)$/;

const onUnix = /^\/pmdf\/directories\/([^/]+)$/;
const onVms = /^pmdf_root:\[directories\]([^;\]]+)(?:;[0-9]*)?$/i;

/** The name of a database file as PMDF calls it, without suffix, relative to config/pmdf; null for every other name. */
function foreignName(written: string): string | null {
  const unix = onUnix.exec(written)?.[1];
  if (unix !== undefined) return unix.replace(foreignSuffix, '');
  const vms = onVms.exec(written)?.[1]?.toLowerCase();
  return vms === undefined ? null : vms.replace(foreignSuffix, '').replaceAll('$', '.');
}

/** A file for a domain: a name to use as it is, or names of which the first one that is there counts. */
export type DirectoryFile = readonly [string, ...string[]];

/** The names of the file of a domain, in the order in which they are looked for. `file` is as written, null for the usual one. */
export function directoryFile(domain: string, file: string | null): DirectoryFile {
  const name = file === null ? domain : foreignName(file);
  if (file !== null && name === null) return [file];
  const base = `${directoryFolder}/${name ?? domain}`;
  return /\.(?:cdb|txt)$/.test(base) ? [base] : [`${base}.cdb`, `${base}.txt`];
}
