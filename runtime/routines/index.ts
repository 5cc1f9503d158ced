export { checkRoutines, type RoutineSource } from './check-routines.js';
export { SiteRoutines } from './site-routines.js';
