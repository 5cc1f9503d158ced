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
