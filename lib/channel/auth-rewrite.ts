/*
 * The effects of `authrewrite`. Without a value, as in PMDF, the Sender header line names who authenticated; the value is
 * Messaging Server's:
 *   0        nothing          1, 2   the Sender header line
 *   3, 4     the table AUTH_REWRITE, which is not consulted here
 *   5, 6     the From header line, which is never changed here
 *   16 ...   more about the table
 * Ref: PMDF 2.3.4.44; Messaging Server 6.3 Administration Guide, table 12-23
 */
import { type Diagnostic, warningAt } from '../text/index.js';
import type { Channel } from './channel.js';
import { type KeywordItem, unquoted } from './syntax.js';

const actionBits = 16;

/** Tells whether mail that comes in on a channel names in the Sender header line who authenticated. */
export function namesSender(channel: Channel): boolean {
  const keyword = channel.keywords.get('authrewrite');
  if (keyword === undefined) return false;
  const [value] = keyword.arguments;
  return value === undefined || [1, 2].includes(Number(value) % actionBits);
}

function missing(value: number): string | null {
  if (value < 3) return null;
  switch (value % actionBits) {
    case 0:
    case 1:
    case 2:
      return 'more than the Sender header line is not provided';
    case 5:
    case 6:
      return 'the From header line is never changed';
    default:
      return 'the table AUTH_REWRITE is not consulted, and headers stay as they are';
  }
}

/** Reports values that have no effect here. */
export function checkAuthRewrite(items: readonly KeywordItem[]): Diagnostic[] {
  return items.flatMap((item) => {
    const argument =
      item.kind === 'keyword' && item.keyword === 'authrewrite' ? item.arguments[0] : undefined;
    const why = argument === undefined ? null : missing(Number(unquoted(argument)));
    if (argument === undefined || why === null) return [];
    const message = `\`authrewrite ${argument.text}\`: ${why}`;
    const hint =
      'with 1 the Sender header line names who authenticated; FROM_ACCESS can refuse by the authenticated sender';
    return [warningAt(argument.span, 'channel/auth-rewrite', message, { hint })];
  });
}
