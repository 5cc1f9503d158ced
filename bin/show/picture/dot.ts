/*
 * Drawings in the language of Graphviz: boxes with rows of text, and edges between them. Whatever a text says, it stays text:
 * labels are HTML-like, with every character that has a meaning there escaped.
 * Ref: Graphviz, The DOT Language; HTML-Like Labels
 */
import { brief } from '../../support/index.js';

/** What a box is; printed without colour they differ by their frames. */
export type BoxKind = 'channel' | 'rules' | 'table' | 'outside';

/** A box: a title, and rows of cells below it. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly title: string;
  /** Below the title, in small print. */
  readonly notes: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** A way that only some clients or templates take. */
  readonly dashed: boolean;
}

export interface Drawing {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

const mostRows = 12;
const longestCell = 48;

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** A text in an HTML-like label; control characters are spelled out, blanks in a row kept. An empty element is an error there. */
function escapeLabel(text: string): string {
  if (text === '') return '&#160;';
  const characters = Array.from(brief(text));
  const cut = characters.length > longestCell ? [...characters.slice(0, longestCell - 3), '...'] : characters;
  const escaped = cut.map((one) => entities.get(one) ?? one).join('');
  return escaped.replaceAll('  ', ' &#160;');
}

/** A text in quotes. A backslash begins an escape there. */
function quote(text: string): string {
  return `"${brief(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

const frames: Readonly<Record<BoxKind, string>> = {
  channel: 'BORDER="2" BGCOLOR="#dbe9f6"',
  rules: 'BORDER="1" STYLE="ROUNDED,DASHED" BGCOLOR="#ffffff"',
  table: 'BORDER="1" BGCOLOR="#f7f1da"',
  outside: 'BORDER="1" STYLE="ROUNDED" BGCOLOR="#ffffff"',
};

function cell(text: string, attributes: string): string {
  return `<TD ${attributes}>${text}</TD>`;
}

function boxLabel({ kind, title, notes, rows }: Box): string {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const span = `COLSPAN="${columns}"`;
  const shown = rows.length > mostRows ? rows.slice(0, mostRows - 1) : rows;
  const left = rows.length - shown.length;
  const lines = [
    cell(`<B>${escapeLabel(title)}</B>`, span),
    ...notes.map((note) => cell(`<FONT POINT-SIZE="9">${escapeLabel(note)}</FONT>`, span)),
    ...shown.map((row) =>
      row.map((one) => cell(`<FONT POINT-SIZE="9">${escapeLabel(one)}</FONT>`, 'ALIGN="LEFT"')).join(''),
    ),
    ...(left === 0 ? [] : [cell(`<FONT POINT-SIZE="9">and ${left} more</FONT>`, `${span} ALIGN="LEFT"`)]),
  ];
  const body = lines.map((line) => `<TR>${line}</TR>`).join('');
  return `<TABLE ${frames[kind]} CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">${body}</TABLE>`;
}

function edgeLine({ from, to, label, dashed }: Edge): string {
  const attributes = [
    ...(label === '' ? [] : [`label=<<FONT POINT-SIZE="9">${escapeLabel(label)}</FONT>>`]),
    ...(dashed ? ['style=dashed'] : []),
  ];
  return `  ${quote(from)} -> ${quote(to)}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`};`;
}

/** The drawing as a graph, from left to right. */
export function dotLines({ title, boxes, edges }: Drawing): string[] {
  return [
    'digraph pmdf {',
    `  graph [rankdir=LR, label=<${escapeLabel(title)}>, labelloc=t, ranksep=0.5, nodesep=0.2, fontname="Helvetica,Arial,sans-serif", fontsize=14];`,
    '  node [shape=plain, fontname="Helvetica,Arial,sans-serif", fontsize=11];',
    '  edge [arrowsize=0.7, fontname="Helvetica,Arial,sans-serif"];',
    ...boxes.map((box) => `  ${quote(box.id)} [label=<${boxLabel(box)}>, tooltip=${quote(box.title)}];`),
    ...edges.map(edgeLine),
    '}',
  ];
}
