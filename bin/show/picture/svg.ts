/*
 * A drawing as SVG: laid out by Graphviz, where it is installed.
 */
import { execFileSync } from 'node:child_process';
import { UsageError } from '../../support/index.js';

const mostOctets = 1 << 28;
/** A layout of thousands of boxes takes minutes. */
const patienceMs = 300_000;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Lays a graph out. Throws UsageError where Graphviz is missing, and Error where it fails. */
export function svgOf(dot: readonly string[]): string {
  try {
    return execFileSync('dot', ['-Tsvg'], {
      input: `${dot.join('\n')}\n`,
      encoding: 'utf8',
      maxBuffer: mostOctets,
      timeout: patienceMs,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    if (isMissing(error)) {
      throw new UsageError(
        '`--as svg` needs the program `dot` of Graphviz, which is not installed',
        'install the package `graphviz`, or run `dot -Tsvg` elsewhere with what `--as dot` prints',
      );
    }
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`Graphviz cannot draw the policy: ${said === '' ? String(error) : said}`);
  }
}
