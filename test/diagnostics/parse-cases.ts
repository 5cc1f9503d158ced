/*
 * The written cases of diagnostics: for each code the files that bring it forth.
 *   === code                  begins a case
 *   --- name                  begins a file of config/pmdf; `rules` and `channels` add to the pmdf.cnf of `baseline`
 * What follows up to the next such line is the text; blank lines at its end do not count.
 */

/** Files that make one diagnostic: names against config/pmdf, texts with a final line end. */
export interface WrittenCase {
  readonly code: string;
  readonly files: ReadonlyMap<string, string>;
}

const rules = 'domain.com    $U@domain.com\n.             $U%$H@TCP-DAEMON\n';
const channels = 'l\ndomain.com\n\ntcp_local smtp switchchannel\nTCP-DAEMON\n\nprocess\nPROCESS-DAEMON\n';

/** A pmdf.cnf without findings, with further rules before its own and further channels after. */
export function baseline(furtherRules = '', furtherChannels = ''): string {
  return `${furtherRules}${rules}\n${channels}${furtherChannels === '' ? '' : `\n${furtherChannels}`}`;
}

function filesOf(written: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const files = new Map(written);
  const furtherRules = files.get('rules');
  const furtherChannels = files.get('channels');
  files.delete('rules');
  files.delete('channels');
  if (!files.has('pmdf.cnf')) files.set('pmdf.cnf', baseline(furtherRules, furtherChannels));
  return files;
}

/** Reads one file of cases; throws on text outside a case. */
export function parseCases(text: string): readonly WrittenCase[] {
  const cases: WrittenCase[] = [];
  for (const part of text.split(/^=== /m)) {
    if (part.trim() === '') continue;
    const [head = '', ...sections] = part.split(/^--- /m);
    const code = head.trim();
    if (/\s/.test(code)) throw new Error(`a case begins with its code and a file, not with \`${code}\``);
    const files = new Map<string, string>();
    for (const section of sections) {
      const end = section.indexOf('\n');
      const body = section.slice(end + 1).replace(/\n+$/, '');
      files.set(section.slice(0, end).trim(), body === '' ? '' : `${body}\n`);
    }
    cases.push({ code, files: filesOf(files) });
  }
  return cases;
}
