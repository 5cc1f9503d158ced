/*
 * The HTTP server of Haraka: whether http.ini has one, and its application, to which plugins add their pages.
 * Undocumented but for the hook, read from Haraka 3.3.4: server.js (load_http_ini, setup_http_listeners, init_http).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Part } from './part.js';
import type { HarakaPlugin } from './types.js';

interface HttpServer {
  readonly http: { readonly cfg: { readonly listen?: unknown } };
}

export const httpServer = new Part<HttpServer>('server', '', [], { 'http.cfg': 'object' });

/** Whether http.ini says that Haraka listens for HTTP; it does so after the hook `init_master`. */
export function hasHttpServer(plugin: HarakaPlugin): boolean {
  const { listen } = httpServer.in(plugin).http.cfg;
  return listen !== undefined && listen !== '';
}

/** Why the HTTP server of http.ini cannot start in this Haraka; null if nothing is known. */
export function objectionToHttpServer(plugin: HarakaPlugin): string | null {
  const part = httpServer.in(plugin);
  const [file] = Object.entries(require.cache).find(([, module]) => module?.exports === part) ?? [];
  if (file === undefined) return null;
  try {
    createRequire(file).resolve('express');
    return null;
  } catch {
    return 'http.ini has `listen`, but Haraka finds no package express; install it beside Haraka with `npm install express`, or remove `listen`';
  }
}

/** A request handler of express. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

interface Application {
  use(handler: HttpHandler): unknown;
}

function isApplication(value: unknown): value is Application {
  return typeof value === 'function' && typeof Reflect.get(value, 'use') === 'function';
}

/** Adds a handler to the application that the hook `init_http` is called with; throws where Haraka has none. */
export function addHttpHandler(server: unknown, handler: HttpHandler): void {
  const application: unknown = Reflect.get(Object(Reflect.get(Object(server), 'http')), 'app');
  if (!isApplication(application)) throw new Error('this Haraka has no express application in init_http');
  application.use(handler);
}
