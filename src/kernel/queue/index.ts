export {
  type Announcement,
  type Announcing,
  announcementOf,
  announcementsDue,
  expectedWaitAt,
  nextAnnouncementAt,
  numberPrompts,
} from './announcement.ts'
export { type Order, OrderedSet } from './ordered-set.ts'
export type { ExpectedWait, Pace, WaitAccuracy } from './pace.ts'
export {
  compareWaiting,
  enter,
  leave,
  meetsSkills,
  newQueue,
  noteLevel,
  noteWait,
  type QueueState,
  type ToldWait,
  type WaitingEntry,
  type WaitNote,
} from './queue.ts'
