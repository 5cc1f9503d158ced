/*
 * A strict reader of TAP 14, as far as our output uses it: a version, a plan, test points with YAML blocks, comments.
 * It throws on everything else.
 */

/** A test point; `block` are the lines of its YAML, without their indentation. */
export interface TapPoint {
  readonly ok: boolean;
  readonly description: string;
  readonly block: readonly string[];
}

function unescaped(description: string): string {
  if (/(?:^|[^\\])(?:\\\\)*#/.test(description)) throw new Error(`a directive: ${description}`);
  return description.replace(/\\([\\#])/g, '$1');
}

/** Reads a whole run. */
export function readTap(text: string): { readonly plan: number; readonly points: readonly TapPoint[] } {
  const [version, plan, ...lines] = text.split('\n');
  if (version !== 'TAP version 14') throw new Error(`no version: ${version}`);
  const count = /^1\.\.(\d+)$/.exec(plan ?? '')?.[1];
  if (count === undefined) throw new Error(`no plan: ${plan}`);
  if (lines.pop() !== '') throw new Error('the last line does not end');
  const points: { ok: boolean; description: string; block: string[] }[] = [];
  let isInBlock = false;
  for (const line of lines) {
    const last = points.at(-1);
    if (isInBlock && last !== undefined) {
      if (!line.startsWith('  ')) throw new Error(`outside of the block: ${line}`);
      if (line === '  ...') isInBlock = false;
      else last.block.push(line.slice(2));
      continue;
    }
    const point = /^(not )?ok (\d+) - (.*)$/.exec(line);
    if (point !== null) {
      if (Number(point[2]) !== points.length + 1) throw new Error(`out of order: ${line}`);
      points.push({ ok: point[1] === undefined, description: unescaped(point[3] ?? ''), block: [] });
    } else if (line === '  ---' && last !== undefined) isInBlock = true;
    else if (!line.startsWith('#')) throw new Error(`unknown: ${line}`);
  }
  if (isInBlock || points.length !== Number(count)) throw new Error('the run is not whole');
  return { plan: Number(count), points };
}
