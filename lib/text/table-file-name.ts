/*
 * The names by which PMDF and Messaging Server call a file of their table folder, whatever the machine:
 *   PMDF_TABLE:name.ext;3   PMDF_ROOT:[TABLE.LISTS]name   IMTA_TABLE:name   IMTA_ROOT:config/name
 *   /pmdf/table/name        /opt/sun/comms/messaging64/config/name        /etc/opt/SUNWmail/imta/name
 * A version (`;3`) and a final period are OpenVMS's and are dropped after a logical name.
 * Ref: PMDF 1.2; Messaging Server 6.3 Administration Guide 10.9
 */

const logicalNames = ['pmdf_table:', 'pmdf_root:', 'imta_table:', 'imta_root:'] as const;

/** Folders of a product; the first one below that is named like one of `tableFolders` holds its tables. */
const productFolders =
  /^(?:\/pmdf(?=\/table\/)|(?:\/[^/]+)*\/(?:SUNWmsgsr|SUNWmail|SUNWmsgr|msg-[^/]+|(?:sun|oracle)\/comms\/messaging[^/]*))(?=\/)/;
const tableFolders = new Set(['table', 'config', 'imta']);

/** Tells whether a name before a colon, in lower case, is one of the logical names. */
export function isLogicalName(prefix: string): boolean {
  return logicalNames.some((name) => name === `${prefix}:`);
}

function withoutVersion(name: string): string {
  const version = name.lastIndexOf(';');
  const hasVersion = version !== -1 && /^[0-9]*$/.test(name.slice(version + 1));
  const named = hasVersion ? name.slice(0, version) : name;
  return named.endsWith('.') ? named.slice(0, -1) : named;
}

/** The part of a path below the table folder of a product; null when it names none. */
function belowTableFolder(path: string): string | null {
  const folders = path.split('/');
  const file = folders.pop() ?? '';
  const first = folders.findIndex((folder) => tableFolders.has(folder));
  if (first === -1 || file === '') return null;
  const isImtaConfig = folders[first] === 'imta' && folders[first + 1] === 'config';
  return [...folders.slice(first + (isImtaConfig ? 2 : 1)), file].join('/');
}

/** A directory of OpenVMS, `[TABLE.LISTS]`, as folders below the table folder. */
function withoutDirectory(name: string): string {
  const parts = /^\[([^\]]*)\](.*)$/.exec(name);
  if (parts === null) return name;
  const folders = (parts[1] ?? '').toLowerCase().split('.');
  return [...folders.filter((folder) => folder !== '' && folder !== 'table'), parts[2] ?? ''].join('/');
}

/**
 * The name of a file relative to the folder of pmdf.cnf or imta.cnf, from a name that means a product's table folder;
 * null for every other name.
 */
export function tableFileName(written: string): string | null {
  const folded = written.toLowerCase();
  const prefix = logicalNames.find((name) => folded.startsWith(name));
  if (prefix !== undefined) {
    const name = withoutVersion(withoutDirectory(written.slice(prefix.length)));
    return belowTableFolder(name) ?? name;
  }
  const product = productFolders.exec(written)?.[0];
  return product === undefined ? null : belowTableFolder(written.slice(product.length));
}
