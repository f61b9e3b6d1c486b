import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/** Where Linux keeps the weight of this session of processes, if it groups by session (sched(7), autogroup). */
const AUTOGROUP = '/proc/self/autogroup'

/** The threads of this process, each of which Linux weighs for itself. */
const THREADS = '/proc/self/task'

/** How much of the processors a process gets when they are short: media before all, a core that only prepares itself after all. */
const NICE = {
  heavy: constants.priority.PRIORITY_HIGH,
  normal: constants.priority.PRIORITY_NORMAL,
  light: constants.priority.PRIORITY_BELOW_NORMAL,
} as const

/** Linux takes the weight of a session once in 100 ms, of the whole machine, from whoever may not administer it (sched(7)): asked again behind that. */
const AGAIN_MS = 150

/** Enough for some hundred processes that start at once; a session that cannot be weighed by then weighs what it did. */
const AGAIN_MAX = 200

/**
 * Weighs this process against the others of the machine, with the threads that it has and makes. (A core that becomes primary would else
 * wait for its helpers, which were made while it was light.) False where the system does
 * not permit it: then all weigh the same. (Only who may take weight back may give it away, or it would stay light for ever.)
 */
export function weigh(weight: keyof typeof NICE): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    setPriority(process.pid, NICE[weight])
    for (const thread of existsSync(THREADS) ? readdirSync(THREADS) : []) weighThread(Number(thread), NICE[weight])
  } catch {
    return false
  }
  if (existsSync(AUTOGROUP)) weighSession(NICE[weight], AGAIN_MAX)
  return true
}

/**
 * Linux may weigh sessions of processes against each other, whatever their priorities are; each role is a session of its own. Where
 * that is not permitted all sessions weigh the same.
 */
function weighSession(nice: number, times: number): void {
  try {
    writeFileSync(AUTOGROUP, String(nice))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || times === 0) return
    setTimeout(() => {
      // Another weight may have been asked for since.
      if (getPriority(process.pid) === nice) weighSession(nice, times - 1)
    }, AGAIN_MS).unref()
  }
}

/** One that has just ended weighs nothing. */
function weighThread(thread: number, nice: number): void {
  try {
    setPriority(thread, nice)
  } catch {
    // It is gone.
  }
}
