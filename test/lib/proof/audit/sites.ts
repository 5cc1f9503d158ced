/*
 * Sites for tests of the relay audit: the example, and others with features that the example does not have.
 */
import type { CompiledPolicy } from '../../../../lib/policy/compile-policy.js';
import { exampleFile } from '../../decide/session-of.js';
import { policyOf } from '../../policy/policy-of.js';

/** An internal domain that is not a local domain: PMDF's entries against quoted addresses do not name it. */
const hub = `hub.example   $U%hub.example@TCP-INTERNAL\n${exampleFile('pmdf.cnf')}`;
/** A local domain without a dot. */
const milan = `milan   $U@domain.com\n${exampleFile('pmdf.cnf').replace('\nl\ndomain.com\n', '\nl\ndomain.com\nmilan\n')}`;

/** A directory channel whose default entry sends every mailbox on, as it was: see `auditOf`. */
const directory = `pseudo.example   $U%pseudo.example@DIRECTORY-DAEMON\n${exampleFile('pmdf.cnf')}\ndirectory\nDIRECTORY-DAEMON\n`;
const inline = directory.replace('\ndirectory\n', '\ndirectory inline\n');

/** The pmdf.cnf of each site. */
export const sites = { example: exampleFile('pmdf.cnf'), hub, milan, directory, inline } as const;

export type SiteName = keyof typeof sites;

/** Compiles a site; `yaml` are its settings. */
export function siteOf(name: SiteName, yaml: string): CompiledPolicy {
  return policyOf({ cnf: sites[name], mappings: exampleFile('mappings'), yaml });
}
