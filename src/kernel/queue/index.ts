export { type ExpectedWait, expectedWait, numberPrompts, positionPrompts } from './announcement.ts'
export { type Order, OrderedSet } from './ordered-set.ts'
export {
  ANSWERS_MAX,
  compareMembers,
  compareWaiting,
  enter,
  leave,
  type MemberEntry,
  meetsSkills,
  newQueue,
  noteAnswer,
  type QueueState,
  seat,
  unseat,
  type WaitingEntry,
} from './queue.ts'
