export { WorkerCounters } from './worker-counters.js';
