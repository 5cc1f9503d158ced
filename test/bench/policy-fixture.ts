/*
 * A compiled policy of a given size for measuring: internal networks as rewrite rules, access entries, and a general
 * database answered from memory.
 */
import { parseSettings } from '../../lib/config/parse-settings.js';
import { type Environment, StepBudget } from '../../lib/engine/environment.js';
import { driveNow, type Lookup, type LookupAnswer } from '../../lib/engine/lookup.js';
import { compilePolicy } from '../../lib/policy/compile-policy.js';
import type { Policy } from '../../lib/policy/policy.js';
import { formatDiagnostic } from '../../lib/text/diagnostic.js';
import type { SourceFile } from '../../lib/text/source.js';
import { keepStringsQuick } from '../../plugins/haraka/quick-strings.js';

/** The size of a policy. */
export interface Size {
  readonly networks: number;
  readonly entries: number;
}

function source(shortName: string, text: string): SourceFile {
  return { name: `config/pmdf/${shortName}`, shortName, text };
}

/** The octets of network `index`: `10.a.b.`. */
export function networkPrefix(index: number): string {
  return `10.${(index >> 8) & 255}.${index & 255}.`;
}

/** The rule that switches clients of network `index` to the channel inside. */
export function networkRule(index: number): string {
  const prefix = networkPrefix(index);
  return `[${prefix}] $U%[${prefix}$L]@TCP-INTERNAL$E$R`;
}

/** The text of pmdf.cnf with these rules, the one for all other hosts after them, and the channels. */
export function cnfWith(rules: readonly string[]): string {
  return [
    'domain.com $($U)$E$F',
    'domain.com $U@domain.com',
    ...rules,
    '. $U%$H@TCP-DAEMON',
    '',
    'defaults noswitchchannel',
    '',
    'l',
    'domain.com',
    '',
    'tcp_local smtp single_sys mx switchchannel remotehost',
    'TCP-DAEMON',
    '',
    'tcp_internal smtp single_sys mx allowswitchchannel',
    'TCP-INTERNAL',
    '',
    'process',
    'PROCESS-DAEMON',
    '',
  ].join('\n');
}

/** The rules and channels: a rule for each internal network. */
export function cnf({ networks }: Size): string {
  const internal = Array.from({ length: networks }, (_, index) => networkRule(index));
  return cnfWith(['.domain.com $U%$H$D@TCP-INTERNAL', ...internal]);
}

/** The mapping table: an entry for each sender domain that is blocked, and the one against relaying. */
export function mappings({ entries }: Size): string {
  const own = Array.from(
    { length: entries },
    (_, index) => `  tcp_local|*@spam${index}.example|*|*   $NMail$ blocked`,
  );
  return ['ORIG_SEND_ACCESS', '', ...own, '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted', ''].join(
    '\n',
  );
}

/** Compiles a policy of a size; throws on a diagnostic that is an error. */
export function makePolicy(size: Size): Policy {
  // As the first plugin that joins the gateway does.
  keepStringsQuick();
  const compiled = compilePolicy({
    settings: parseSettings(null).value,
    cnf: source('pmdf.cnf', cnf(size)),
    mappings: source('mappings', mappings(size)),
    readInclude: () => undefined,
    cnfName: { name: 'config/pmdf/pmdf.cnf', shortName: 'pmdf.cnf' },
  });
  if (compiled.value === null) throw new Error(compiled.diagnostics.map(formatDiagnostic).join('\n'));
  return compiled.value.policy;
}

/** Runs a computation whose database questions are answered by `look`. */
export function runNow<T>(
  policy: Policy,
  look: (key: string) => LookupAnswer,
  work: (environment: Environment) => Lookup<T>,
): T {
  const environment: Environment = {
    random: () => 0.5,
    uniqueString: () => 'unique',
    budget: new StepBudget(policy.settings.limits.steps),
  };
  return driveNow(work(environment), (request) =>
    request.kind === 'database' ? look(request.key) : { kind: 'absent' },
  );
}
