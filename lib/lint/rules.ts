/*
 * The lint rules, in the order in which they run. A new rule is a file in `rules/`, a line here and a case in
 * test/lib/lint/rules.
 */
import type { RequestRule, WrittenRule } from './rule.js';
import { aliasName } from './rules/alias-name.js';
import { bareDomain } from './rules/bare-domain.js';
import { costlyPattern } from './rules/costly-pattern.js';
import { directoryDuplicate } from './rules/directory-duplicate.js';
import { directoryKey } from './rules/directory-key.js';
import { directoryLoop } from './rules/directory-loop.js';
import { directoryValue } from './rules/directory-value.js';
import { endsByFailing } from './rules/ends-by-failing.js';
import { entriesLeftOut } from './rules/entries-left-out.js';
import { entryChannel } from './rules/entry-channel.js';
import { entryNeverMatches } from './rules/entry-never-matches.js';
import { flagArgument } from './rules/flag-argument.js';
import { flagInText } from './rules/flag-in-text.js';
import { forwardRefused } from './rules/forward-refused.js';
import { localDomain } from './rules/local-domain.js';
import { loopbackInternal } from './rules/loopback-internal.js';
import { nameMayRelay } from './rules/name-may-relay.js';
import { nameUnconfirmed } from './rules/name-unconfirmed.js';
import { noDatabase } from './rules/no-database.js';
import { noProcessChannel } from './rules/no-process-channel.js';
import { nobodyInside } from './rules/nobody-inside.js';
import { openRelay } from './rules/open-relay.js';
import { percentWildcard } from './rules/percent-wildcard.js';
import { placeholder } from './rules/placeholder.js';
import { proxyInternal } from './rules/proxy-internal.js';
import { relayHole } from './rules/relay-hole.js';
import { ruleAlwaysFails } from './rules/rule-always-fails.js';
import { ruleNeverFires } from './rules/rule-never-fires.js';
import { ruleToNowhere } from './rules/rule-to-nowhere.js';
import { switchedSource } from './rules/switched-source.js';
import { tableInBraces } from './rules/table-in-braces.js';
import { textWithoutFlag } from './rules/text-without-flag.js';
import { unaskedEntry } from './rules/unasked-entry.js';
import { undecided } from './rules/undecided.js';
import { unreachedChannel } from './rules/unreached-channel.js';
import { unreachedTable } from './rules/unreached-table.js';
import { unusedNote } from './rules/unused-note.js';
import { valueToNowhere } from './rules/value-to-nowhere.js';

/** The rules that run requests through the compiled policy. */
export const requestRules = [
  openRelay,
  nameMayRelay,
  nameUnconfirmed,
  loopbackInternal,
  localDomain,
  bareDomain,
  nobodyInside,
  forwardRefused,
  aliasName,
  directoryLoop,
  proxyInternal,
  relayHole,
  undecided,
] as const satisfies readonly RequestRule[];

/** The rules that read the configuration. */
export const writtenRules = [
  ruleAlwaysFails,
  ruleToNowhere,
  ruleNeverFires,
  noProcessChannel,
  valueToNowhere,
  directoryValue,
  directoryKey,
  directoryDuplicate,
  unaskedEntry,
  placeholder,
  unreachedChannel,
  noDatabase,
  tableInBraces,
  entryChannel,
  entryNeverMatches,
  entriesLeftOut,
  unreachedTable,
  endsByFailing,
  flagInText,
  textWithoutFlag,
  flagArgument,
  percentWildcard,
  switchedSource,
  costlyPattern,
  unusedNote,
] as const satisfies readonly WrittenRule[];

export const lintRules = [...requestRules, ...writtenRules] as const;

export type LintRuleCode = (typeof lintRules)[number]['code'];
