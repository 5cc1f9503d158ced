/*
 * The TextMate grammars, run by the tokenizer of Visual Studio Code: what they take for patterns, channels and tables is what the
 * parsers find in the same files.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { type IGrammar, INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';
import { parseChannelBlocks } from '../../lib/channel/parse-channels.js';
import { splitPmdfCnf } from '../../lib/config/pmdf-cnf.js';
import { tablesOf } from '../../lib/mapping/syntax.js';
import { printPattern } from '../../lib/rewrite/print-rules.js';
import { rulesOf } from '../../lib/rewrite/rule.js';
import { readLogicalLines } from '../../lib/text/logical-lines.js';
import type { SourceFile } from '../../lib/text/source.js';
import { parseMappings, parseRules } from '../support/language.js';
import { projectRoot } from '../support/project-root.js';

const folder = join(projectRoot, 'contrib', 'textmate');

interface Token {
  /** Of the file, from 0. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** The innermost scope. */
  readonly scope: string;
  /** All of them, from the outermost on. */
  readonly scopes: readonly string[];
}

async function grammarOf(name: string): Promise<IGrammar> {
  const path = join(folder, `${name}.tmLanguage.json`);
  const raw = parseRawGrammar(readFileSync(path, 'utf8'), path);
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async () => raw,
  });
  const grammar = await registry.loadGrammar(raw.scopeName);
  assert.ok(grammar);
  return grammar;
}

function tokensOf(grammar: IGrammar, text: string): readonly Token[] {
  let stack = INITIAL;
  return text.split('\n').flatMap((content, line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(content, stack);
    stack = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({
      line,
      column: startIndex,
      text: content.slice(startIndex, endIndex),
      scope: scopes.at(-1) ?? '',
      scopes,
    }));
  });
}

/** The texts with a scope, in order. */
function textsWith(tokens: readonly Token[], scope: string, column?: number): string[] {
  return tokens
    .filter((one) => one.scope === scope && (column === undefined || one.column === column))
    .map(({ text }) => text);
}

const noIncludes = (): undefined => undefined;

/** The patterns of entries: what is in one on each line. */
function entryPatterns(tokens: readonly Token[]): string[] {
  const lines = new Map<number, string>();
  for (const { line, text, scopes } of tokens) {
    if (scopes.includes('meta.pattern.pmdf')) lines.set(line, (lines.get(line) ?? '') + text);
  }
  return [...lines.values()];
}

/** The samples of this project with a name. */
function samples(name: string): readonly SourceFile[] {
  return ['config', 'test/bin/fixtures']
    .flatMap((root) =>
      readdirSync(join(projectRoot, root), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(root, path),
      ),
    )
    .filter((path) => path.endsWith(`/${name}`) && !path.includes('/broken/'))
    .map((path) => ({ name: path, shortName: name, text: readFileSync(join(projectRoot, path), 'utf8') }));
}

function whole(names: readonly string[], found: readonly string[], file: SourceFile): void {
  assert.ok(names.length > 0, file.name);
  assert.deepEqual(found, names, file.name);
}

/** A line of a file, and the scopes of its parts. */
type Row = readonly [file: string, parts: readonly (readonly [text: string, scope: string])[]];

const channel = 'entity.name.section.channel.pmdf';
const keyword = 'support.constant.keyword.pmdf';
const separator = 'keyword.operator.separator.pmdf';
const parameter = 'variable.parameter.pmdf';
const cnfRows: readonly Row[] = [
  ['! text', [['! text', 'comment.line.exclamation.pmdf']]],
  [
    '.a.b $U%$H$D@X-Y$E$R',
    [
      ['.a.b', 'entity.name.tag.pattern.pmdf'],
      ['$U', parameter],
      ['%', separator],
      ['$H', parameter],
      ['$D', parameter],
      ['@', separator],
      ['$E', 'keyword.control.pmdf'],
      ['$R', 'keyword.control.pmdf'],
    ],
  ],
  [
    'a $($U)$E$Mtcp_local',
    [
      ['a', 'entity.name.tag.pattern.pmdf'],
      ['$($U)', 'support.function.look-up.pmdf'],
      ['$E', 'keyword.control.pmdf'],
      ['$M', 'keyword.control.channel.pmdf'],
      ['tcp_local', channel],
    ],
  ],
  [
    'a $U@a\n\ntcp_x smtp port 26 daemon h.example',
    [
      ['a', 'entity.name.tag.pattern.pmdf'],
      ['$U', parameter],
      ['@', separator],
      ['tcp_x', channel],
      ['smtp', keyword],
      ['port', keyword],
      ['26', 'constant.numeric.pmdf'],
      ['daemon', keyword],
      ['h.example', 'string.unquoted.argument.pmdf'],
    ],
  ],
];
const bar = 'punctuation.separator.bar.pmdf';
const mappingRows: readonly Row[] = [
  [
    'T\n\n  tcp_$*|*@$[a-c]%|$0*|l  $C$1$?50?$N500$ no$:A$ETEXT',
    [
      ['T', 'entity.name.section.table.pmdf'],
      ['$*', 'keyword.operator.wildcard.class.pmdf'],
      ['|', bar],
      ['*', 'keyword.operator.wildcard.pmdf'],
      ['$[a-c]%', 'keyword.operator.wildcard.set.pmdf'],
      ['|', bar],
      ['$0*', 'variable.parameter.back-match.pmdf'],
      ['|', bar],
      ['$C', 'keyword.control.flag.pmdf'],
      ['$1', parameter],
      ['$?50?', 'keyword.control.random.pmdf'],
      ['$N', 'keyword.control.flag.pmdf'],
      ['$ ', 'constant.character.escape.pmdf'],
      ['$:A', 'keyword.control.flag.test.pmdf'],
      ['$E', 'keyword.control.flag.pmdf'],
    ],
  ],
];

describe('the TextMate grammars', () => {
  let cnf: IGrammar;
  let mappings: IGrammar;
  before(async () => {
    const { resolve } = createRequire(__filename);
    await loadWASM(readFileSync(join(dirname(resolve('vscode-oniguruma')), 'onig.wasm')));
    cnf = await grammarOf('pmdf-cnf');
    mappings = await grammarOf('pmdf-mappings');
  });

  it('find the patterns and the channels of every pmdf.cnf', () => {
    const files = samples('pmdf.cnf');
    assert.ok(files.length > 10);
    for (const file of files) {
      const { ruleLines, blocks } = splitPmdfCnf(readLogicalLines(file, noIncludes).value, file);
      const tokens = tokensOf(cnf, file.text);
      const patterns = rulesOf(parseRules(ruleLines).value).map(({ pattern }) => printPattern(pattern));
      whole(patterns, textsWith(tokens, 'entity.name.tag.pattern.pmdf'), file);
      const channels = parseChannelBlocks(blocks).value.blocks.flatMap((one) =>
        one.kind === 'channel' ? [one.name.text] : [],
      );
      whole(channels, textsWith(tokens, channel, 0), file);
    }
  });

  it('find the tables and the patterns of every mapping file', () => {
    const files = samples('mappings');
    assert.ok(files.length > 5);
    for (const file of files) {
      const tables = tablesOf(parseMappings(readLogicalLines(file, noIncludes).value).value);
      const tokens = tokensOf(mappings, file.text);
      whole(
        tables.map(({ name }) => name),
        textsWith(tokens, 'entity.name.section.table.pmdf'),
        file,
      );
      const patterns = tables.flatMap(({ entries }) => entries.map(({ patternText }) => patternText));
      whole(patterns, entryPatterns(tokens), file);
    }
  });

  for (const [name, rows] of [
    ['pmdf.cnf', cnfRows],
    ['mappings', mappingRows],
  ] as const) {
    for (const [text, parts] of rows) {
      it(`${name}: ${JSON.stringify(text)}`, () => {
        const tokens = tokensOf(name === 'pmdf.cnf' ? cnf : mappings, text);
        const found = tokens
          .filter(({ scope }) => !/^(?:source|meta)\./.test(scope))
          .map((one) => [one.text, one.scope]);
        assert.deepEqual(found, parts);
      });
    }
  }
});
