export type * from './event.ts'
export { type Fact, type FactPlace, objectsOf } from './fact.ts'
export {
  detailsOf,
  type Figure,
  type Formula,
  figureId,
  figureValue,
  formulaText,
  partOf,
  partsOfTerm,
  type Term,
  termsOf,
  unitOf,
} from './figure.ts'
export { FIGURES, figuresOf, findFigure } from './figures.ts'
export { FigureFollower } from './follower.ts'
export { INTERVAL_MS, intervalStart } from './interval.ts'
export { KeptIntervals } from './kept-intervals.ts'
export { isMeasuredFor, MEASURES, type Measure, type MeasureForm, OBJECT_KINDS, type ObjectKind } from './measure.ts'
export type * from './open-figures.ts'
export { runningOfAgent, runningOfContact } from './running.ts'
export { Statistics, type StatisticsDump } from './statistics.ts'
export { addSum, addSums, partsOf, type Sum, type Sums, sumKey } from './sums.ts'
