export { GatewayCounters } from './gateway-counters.js';
export { SharedCounters } from './shared-counters.js';
export { trialCount } from './shared-script.js';
export { WorkerCounters } from './worker-counters.js';
