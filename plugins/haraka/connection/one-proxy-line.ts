/*
 * Only the first PROXY line counts. Core accepts more of them at any time on a connection from a trusted proxy, and so from
 * the client behind the proxy, who could claim any address; one during the look-up of the first address's name would also
 * start a second run of core's hooks.
 * Read from Haraka 3.3.4: connection.js apply_proxy, cmd_proxy.
 */
import type { ConnectionMethods } from './connection-class.js';

/** Refuses further PROXY lines, as core refuses those of hosts that are not trusted. */
export function acceptOneProxyLine(methods: ConnectionMethods): void {
  const { apply_proxy: applyProxy } = methods;
  methods.apply_proxy = function (proxy) {
    this.set('proxy.allowed', false);
    applyProxy.call(this, proxy);
  };
}
