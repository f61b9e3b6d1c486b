import type { Cluster } from '#api/contract'
import type { PairState, Reads } from '#engines/switchover'
import type { Reach } from '#seams/registers'

/** A part of a process, as `GET /cluster` shows it. */
export type Module = NonNullable<Cluster['cores'][number]['modules']>[number]

/** CAP-15: a call takes one point and has two legs. */
const LEG_POINTS = 0.5
/** From this part of its points on a media process is reported: what is left takes the calls until somebody has looked. */
const POINTS_PART_MAX = 0.9

/** Whether a media process nears what it can carry; no module where it does not say how much that is. */
export function describePoints(legs: number, points: number | undefined): readonly Module[] {
  if (points === undefined || !Number.isFinite(points)) return []
  const used = legs * LEG_POINTS
  const healthy = used < points * POINTS_PART_MAX
  const advice = healthy ? '' : ': new calls go to others; start a media process or a machine more'
  return [{ name: 'points', healthy, detail: `${used} of ${points} used${advice}` }]
}

/** What to say of the registers, by how they reach the other cores. */
const REACHES: Readonly<Record<Reach, string>> = {
  redis: 'shared through Redis',
  links: 'the cores tell each other over their links',
  nobody: 'this core is not linked with every other one: it goes on from its own copy',
}

/** Whether the pool's registers take and give. Without their Redis they are slower to be made whole, and one failure nearer to being of each core alone. */
export function describeRegisters(reach: Reach, redis: boolean): Module {
  const away = redis && reach !== 'redis' ? 'Redis is away: ' : ''
  const none = redis ? '' : 'the pool has no Redis: '
  return { name: 'registers', healthy: away === '', detail: `${away}${none}${REACHES[reach]}` }
}

/** How it stands with an account for mails or text messages. */
export function describeAccount(state: NonNullable<Cluster['accounts']>[number]): Module {
  const { medium, account, connected, since, problem, waiting } = state
  const how = `${connected ? 'connected' : 'not connected'} since ${since}`
  const why = connected || problem === null ? '' : `: ${problem}`
  return {
    name: `${medium === 'email' ? 'mails' : 'texts'} of ${account}`,
    healthy: connected,
    detail: `${how}${why}; ${waiting} ${waiting === 1 ? 'waits' : 'wait'} to leave`,
  }
}

/** In the states of an upgrade: what reaches this core of what the pool writes, and what does not. Nothing to say while releases fit. */
export function describeReplication(pair: PairState, { oldest, newest }: Reads, level: number): readonly Module[] {
  if (pair === 'active') return []
  const reads = level >= oldest && level <= newest
  const detail = reads
    ? `all events are replicated (format ${level}); only the takeover by itself is off: the releases are not next to each other`
    : `events are replicated, but not what is new or was dropped in format ${level}: this release reads ${oldest} to ${newest}`
  return [{ name: 'replication', healthy: reads, detail }]
}
