/*
 * Where requests come in: the HTTP server of Haraka where http.ini has one, else one of our own.
 */
import { createServer, type Server } from 'node:http';
import { addressBytes, isLoopback, printHostPort } from '../../lib/address/index.js';
import type { ListenAddress } from '../../lib/config/index.js';
import type { HttpHandler } from '../haraka/index.js';
import { answerRequest, isOurs, pathOf, type WatchSource } from './answer-request.js';

/** Answers requests for our paths, and leaves others to Haraka. */
export function handlerFor(source: WatchSource): HttpHandler {
  return (request, response, next) => {
    if (isOurs(pathOf(request))) void answerRequest(source, request, response);
    else next();
  };
}

const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
};
/** Connections at a time. */
const mostConnections = 100;

/** What is told of a server. */
export interface ServerLog {
  /** It accepts requests at a URL. */
  listening(url: string): void;
  /** It cannot: nothing is served. */
  failed(message: string): void;
}

/** Whether an address of a listener is one that only this host reaches. */
export function isOnlyHere({ address }: ListenAddress): boolean {
  const bytes = addressBytes(address);
  return bytes !== null && isLoopback(bytes);
}

/** Starts a server of our own. It does not keep the process alive. */
export function startServer(source: WatchSource, { address, port }: ListenAddress, log: ServerLog): Server {
  const server = createServer(limits, (request, response) => void answerRequest(source, request, response));
  server.maxConnections = mostConnections;
  server.on('error', (error) => log.failed(`${printHostPort(address, port)}: ${error.message}`));
  server.listen(port, address, () => {
    const bound = server.address();
    if (typeof bound === 'object' && bound !== null)
      log.listening(`http://${printHostPort(bound.address, bound.port)}/pmdf/`);
  });
  return server.unref();
}
