/*
 * A site as the text of a case, in the form that `read-cases` reads.
 */
import type { Site } from './site.js';

function section(name: string, text: string): string {
  return text.trim() === '' ? '' : `--- ${name}\n${text.trimEnd()}\n`;
}

export function writeCase(name: string, { text, databases }: Site): string {
  const files = Object.entries(databases).map(([database, values]) => {
    const lines = [...(values ?? new Map<string, string>())].map(([key, value]) => `${key}   ${value}\n`);
    return section(`${database}.txt`, lines.join(''));
  });
  return [
    `=== ${name}\n`,
    section('pmdf.cnf', text.cnf ?? ''),
    section('mappings', text.mappings ?? ''),
    section('aliases', text.aliases ?? ''),
    section('pmdf.yaml', text.yaml ?? ''),
    ...files,
  ].join('');
}
