/*
 * One PROXY line counts, the first. Core takes another one at any time from a connection that came by a trusted proxy, and
 * so from the client behind the proxy, who could claim any address; while core looks up the name of the first address,
 * another line would also start a second run of its hooks.
 */
import type { ConnectionMethods } from './connection-class.js';

/** Refuses further PROXY lines, as core refuses those of hosts that are not trusted. */
export function takeOneProxyLine(methods: ConnectionMethods): void {
  const { apply_proxy: applyProxy } = methods;
  methods.apply_proxy = function (proxy) {
    this.set('proxy.allowed', false);
    applyProxy.call(this, proxy);
  };
}
