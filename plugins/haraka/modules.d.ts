/* Types of Haraka's own small packages, which publish none: only what the plugins use. */

declare module 'haraka-constants' {
  export const cont: number;
  export const stop: number;
  export const deny: number;
  export const denysoft: number;
  export const denydisconnect: number;
  export const denysoftdisconnect: number;
  export const ok: number;
  export const delay: number;
}

declare module 'haraka-dsn' {
  export interface Dsn {
    readonly code: number | string;
    readonly reply: string | readonly string[];
  }
  export function create(code: number, message: string, subject: number, detail: number): Dsn;
}

declare module 'haraka-plugin-spf/lib/spf.js' {
  /** What the evaluator asks; rejects as node:dns does. */
  export interface SpfResolver {
    resolveTxt(name: string): Promise<readonly string[]>;
    resolve(name: string): Promise<readonly string[]>;
    resolve4(name: string): Promise<readonly string[]>;
    resolve6(name: string): Promise<readonly string[]>;
    reverse(address: string): Promise<readonly string[]>;
  }

  /** One evaluation of the policy of a domain; results are numbers. */
  export class SPF {
    count: number;
    void_count: number;
    been_there: object;
    LIMIT: number;
    dns_timeout_ms: number;
    ip: string;
    mail_from: string;
    /** The addresses that the last `mech_mx` compared. */
    _found_mx_addrs?: readonly string[];
    resolver: SpfResolver;
    readonly SPF_NONE: number;
    readonly SPF_PASS: number;
    readonly SPF_FAIL: number;
    readonly SPF_SOFTFAIL: number;
    readonly SPF_NEUTRAL: number;
    readonly SPF_TEMPERROR: number;
    readonly SPF_PERMERROR: number;
    return_const(qualifier: string): number;
    log_debug(text: string): void;
    expand_macros(text: string): string;
    check_host(ip: string, domain: string, from: string): Promise<number>;
    mech_include(qualifier: string, argument: string): Promise<number>;
    mech_exists(qualifier: string, argument: string): Promise<number>;
    mech_a(qualifier: string, argument: string | null): Promise<number>;
    mech_mx(qualifier: string, argument: string | null): Promise<number>;
    mech_ptr(qualifier: string, argument: string | null): Promise<number>;
    mod_redirect(domain: string): Promise<number>;
  }
}
