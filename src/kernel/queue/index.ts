export {
  type Announcing,
  announcementsDue,
  type ExpectedWait,
  expectedWait,
  nextAnnouncementAt,
  numberPrompts,
  positionPrompts,
} from './announcement.ts'
export { type Order, OrderedSet } from './ordered-set.ts'
export {
  ANSWERS_MAX,
  compareWaiting,
  enter,
  leave,
  meetsSkills,
  newQueue,
  noteAnswer,
  noteLevel,
  type QueueState,
  type WaitingEntry,
} from './queue.ts'
