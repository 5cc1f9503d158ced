/*
 * The packages of clients, which are installed only where they are used.
 */

/** Raised when the package of a client is not installed; the message has the line that installs it. */
export class PackageMissing extends Error {
  constructor(name: string) {
    super(`the package \`${name}\` is not installed: npm install ${name}`);
    this.name = 'PackageMissing';
  }
}

/** Loads a package; `wanted` is its name, with a version if it is not the newest. Rejects with PackageMissing. */
export async function loadPackage<T>(wanted: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') throw new PackageMissing(wanted);
    throw error;
  }
}
