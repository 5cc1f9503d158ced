/*
 * A YAML tree as text in block style. Numbers, booleans and nulls are written as in the original.
 */
import type { YamlNode } from '../../../lib/config/index.js';
import { printQuoted, printScalar } from './print-scalar.js';

function scalarText(node: Extract<YamlNode, { kind: 'scalar' }>): string {
  if (node.value === null || typeof node.value !== 'string') return node.text;
  // Quoted text must stay quoted, so that it does not become a number.
  return node.style === 'plain' ? printScalar(node.text) : printQuoted(node.text);
}

function withHead(head: string, node: YamlNode): string[] {
  if (node.kind === 'scalar') return [`${head} ${scalarText(node)}`.trimEnd()];
  if (node.kind === 'sequence' && node.items.length === 0) return [`${head} []`];
  if (node.kind === 'mapping' && node.entries.length === 0) return [`${head} {}`];
  return [head, ...printNode(node).map((line) => `  ${line}`)];
}

/** Prints a tree as lines. */
export function printNode(node: YamlNode): string[] {
  switch (node.kind) {
    case 'scalar':
      return [scalarText(node)];
    case 'sequence':
      return node.items.flatMap((item) => withHead('-', item));
    case 'mapping':
      return node.entries.flatMap((entry) => withHead(`${printScalar(entry.key)}:`, entry.value));
  }
}
