/*
 * Rows of cells as aligned lines.
 */

function widthOf(cell: string): number {
  return Array.from(cell).length;
}

/**
 * Aligns rows: every column but the last is as wide as its widest cell; an empty column is left out. `paints` colours
 * whole columns, by their number.
 */
export function printColumns(
  rows: readonly (readonly string[])[],
  paints: readonly ((text: string) => string)[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (width === 0) return '';
        const gap = column === row.length - 1 ? '' : ' '.repeat(width - widthOf(cell) + 2);
        return (paints[column]?.(cell) ?? cell) + gap;
      })
      .join('')
      .trimEnd(),
  );
}

/** Blocks of lines with a blank line between them. */
export function withGaps(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** Indents lines by two blanks. */
export function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}
