export {
  addsHeaderLine,
  imageOf,
  mayControl,
  type RoutineArgument,
  type RoutineCall,
  readRoutine,
} from './routine-call.js';
export { quoteForTemplate, type RoutineText, runRoutine } from './run-routine.js';
