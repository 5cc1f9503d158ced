/*
 * Replaces includes by the included lines, between comments that name the file.
 */
import { type LogicalLine, type SourceFile, sourceChain } from '../../../lib/text/index.js';

function comment(text: string, at: LogicalLine): LogicalLine {
  return { kind: 'comment', text, pieces: at.pieces };
}

/** Adds a comment before the first and after the last line of each included file. */
export function markIncludes(lines: readonly LogicalLine[], main: SourceFile): readonly LogicalLine[] {
  const marked: LogicalLine[] = [];
  let open = [main];
  const goTo = (chain: readonly SourceFile[], at: LogicalLine): void => {
    let shared = 0;
    while (shared < chain.length && open[shared] === chain[shared]) shared += 1;
    for (const left of open.slice(shared).reverse()) {
      marked.push(comment(`! end of <${left.shortName}`, at));
    }
    for (const entered of chain.slice(shared)) marked.push(comment(`! from <${entered.shortName}`, at));
    open = [...chain];
  };
  for (const line of lines) {
    const source = line.pieces[0]?.source ?? main;
    if (source !== open.at(-1)) goTo(sourceChain(source), line);
    marked.push(line);
  }
  const last = lines.at(-1);
  if (last !== undefined) goTo([main], last);
  return marked;
}
