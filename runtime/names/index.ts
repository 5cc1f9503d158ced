export { DnsQuestions, systemRecords } from './dns-questions.js';
export { ListTroubles } from './list-troubles.js';
export { type NameResolver, systemResolver } from './name-resolver.js';
export { ReverseNames } from './reverse-name.js';
export { PolicyQuestions } from './sender-policy.js';
