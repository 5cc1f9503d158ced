/*
 * Keywords that request what does not exist here: one warning for each kind, which names its keywords.
 */
import { type Diagnostic, type Span, warningAt } from '../text/index.js';
import type { Keyword, Lack } from './keyword.js';
import { findKeyword } from './keywords.js';
import type { KeywordItem } from './syntax.js';

const mostNamed = 12;

/** What goes without the keywords, and what to do about it. */
function sentence(lack: Lack): { readonly message: string; readonly hint?: string } {
  switch (lack) {
    case 'filters':
      return {
        message: 'mail is not filtered',
        hint: 'filter in the mail server that gets the mail, or with a plugin of Haraka',
      };
    case 'senders':
      return {
        message: 'SRS does not rewrite senders, and DKIM signatures stay as they are',
        hint: 'the plugin dkim of Haraka verifies and adds signatures',
      };
    case 'limits':
      return {
        message: 'these limits and alternate channels do not exist',
        hint: 'docs/limits.md lists the limits that channels have; connection.ini limits all of them',
      };
    case 'directory':
      return {
        message: 'users are not looked up in a directory',
        hint: 'move what it says about users to aliases, databases and mapping tables',
      };
    case 'credentials':
      return {
        message: 'this host takes its credentials for servers from security.cnf',
        hint: 'write a section `[CLIENT_AUTH=name]` there, and `client_auth name` and `maysaslclient` here',
      };
    case 'addresses':
      return {
        message: 'and addresses are read as usual',
        hint: 'remove them',
      };
    case 'others':
      return { message: 'and mail is handled as usual' };
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map((name) => `\`${name}\``);
  const left = names.length - shown.length;
  return left === 0 ? shown.join(', ') : `${shown.join(', ')} and ${left} more`;
}

/** Tells whether a keyword is the word for what is so without it. */
function isDefaultKeyword({ name, isDefault }: Keyword): boolean {
  const isNegation = name.startsWith('no') && findKeyword(name.slice(2)) !== undefined;
  return isDefault || isNegation;
}

/** Reports the keywords that are written but not honoured, where a site would miss them. */
export function ignoredKeywords(items: readonly KeywordItem[]): Diagnostic[] {
  const kinds = new Map<Lack, { readonly span: Span; readonly names: Set<string> }>();
  for (const item of items) {
    const keyword = item.kind === 'keyword' ? findKeyword(item.keyword) : undefined;
    if (item.kind !== 'keyword' || keyword?.lacks == null || isDefaultKeyword(keyword)) continue;
    const kind = kinds.get(keyword.lacks) ?? { span: item.word.span, names: new Set() };
    kinds.set(keyword.lacks, kind);
    kind.names.add(keyword.name);
  }
  return [...kinds].map(([lack, { span, names }]) => {
    const { message, ...extra } = sentence(lack);
    return warningAt(
      span,
      'channel/ignored-keyword',
      `${listed([...names])}: no effect here, ${message}`,
      extra,
    );
  });
}
