/*
 * Reads code blocks, links and headings of a page.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root.js';

/** A fenced block: the word after the fence, the text with a final line end, the line of the fence. */
export interface CodeBlock {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
}

/** A page of the documentation. */
export interface Page {
  /** Against the project root. */
  readonly name: string;
  readonly blocks: readonly CodeBlock[];
  /** Targets of links, each with its line. */
  readonly links: readonly { readonly target: string; readonly line: number }[];
  /** What a link can name after `#`. */
  readonly anchors: ReadonlySet<string>;
  /** The text without its code blocks. */
  readonly prose: string;
}

/** The anchor of a heading: lower case, hyphens for blanks, other signs dropped. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** Reads the text of a page. */
export function parsePage(name: string, text: string): Page {
  const blocks: CodeBlock[] = [];
  const links: { target: string; line: number }[] = [];
  const anchors = new Set<string>();
  const prose: string[] = [];
  let open: { kind: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) {
      if (open === undefined) open = { kind: line.slice(3).trim(), line: index + 1, lines: [] };
      else {
        blocks.push({ kind: open.kind, line: open.line, text: `${open.lines.join('\n')}\n` });
        open = undefined;
      }
    } else if (open !== undefined) open.lines.push(line);
    else {
      prose.push(line);
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading !== undefined) anchors.add(anchorOf(heading));
      const withoutCode = line.replace(/`[^`]*`/g, 'code');
      for (const [, target = ''] of withoutCode.matchAll(/\]\(([^()\s]+)\)/g)) {
        links.push({ target, line: index + 1 });
      }
    }
  }
  if (open !== undefined) throw new Error(`${name}:${open.line}: the code block is not closed`);
  return { name, blocks, links, anchors, prose: prose.join('\n') };
}

/** Reads a page by its name against the project root. */
export function readPage(name: string): Page {
  return parsePage(name, readFileSync(join(projectRoot, name), 'utf8'));
}

/** All pages: those at the top and everything in docs. */
export function allPages(): readonly Page[] {
  const top = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].filter((name) =>
    existsSync(join(projectRoot, name)),
  );
  const docs = readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`);
  return [...top, ...docs].map(readPage);
}
