import pg from 'pg'
import { sharedNow } from '../../kit/rtp-stream.ts'
import type { System } from '../../kit/system.ts'
import type { Link } from '../link.ts'
import { linksOf } from '../links.ts'
import type { Network } from '../network.ts'
import type { Side } from '../sides.ts'
import { primarySystem, type World } from '../world.ts'
import { CONTROL_MARKS, type Fault, inTurn, type Marks } from './fault.ts'

/** A lease lasts 2 s; whoever cannot know that it still owns has stopped by then, and a busy machine has had time to. */
const STOPPED_MS = 4_000
/** A call that would be answered is answered within this; half of a pool that may not act says no or nothing. */
const SILENT_MS = 1_500
/** The halves stay apart for so long after all that happens then has happened. */
const STAY_MS = 1_500

interface Parting {
  /** Which half still reaches PostgreSQL and Redis; each is called by what it is when the blow comes. */
  readonly stores: 'both' | 'primary' | 'backup'
  /** What passes no longer between the halves. */
  readonly lost: 'all' | 'from the primary' | 'to the primary'
}

interface Half {
  readonly side: Side
  readonly system: System
}

/** The half of the primary and the other one, as they are now. */
async function halvesOf({ systems }: World, network: Network): Promise<readonly [Half, Half]> {
  const primary = await primarySystem(systems)
  const [one, other] = systems.map((system, index): Half => ({ side: network.sides[index]!, system }))
  if (!one || !other) throw new Error('a pool of one cannot be cut apart')
  return primary === other.system ? [other, one] : [one, other]
}

function cutBetween(network: Network, [primary, backup]: readonly [Half, Half], { lost }: Parting): (() => void)[] {
  return [
    ...(lost === 'to the primary' ? [] : [network.part(primary.side, backup.side)]),
    ...(lost === 'from the primary' ? [] : [network.part(backup.side, primary.side)]),
  ]
}

function storesOf({ systems, redis }: World): readonly Link[] {
  const database = systems[0] ? [linksOf(systems[0]).database] : []
  return redis ? [...database, { name: 'redis', ports: [Number(new URL(redis.url).port)] }] : database
}

/** Cuts the pool in two, sees who is served on which side, and lets it grow together again. */
async function part(world: World, parting: Parting): Promise<void> {
  const { network } = world
  if (!network) return
  const both = await halvesOf(world, network)
  const [primary, backup] = both
  world.note('invoke', 'part', { ...parting, primary: primary.side.name })
  const since = sharedNow()
  const away = { both: undefined, primary: backup, backup: primary }[parting.stores]
  const heals = [
    ...cutBetween(network, both, parting),
    ...(away ? storesOf(world).map((store) => network.cutOff(away.side, store)) : []),
  ]
  const words = `stores with ${parting.stores}, lost ${parting.lost}`
  // Where both reach the stores either may have the lease, and whoever has it serves.
  const mayAct = both.filter((half) => half !== away)
  await world.takeover(`apart, ${words}`, { since, at: mayAct.map(({ system }) => system) })
  await world.wait(Math.max(0, since + STOPPED_MS - sharedNow()))
  await otherHalf(world, both, words)
  await world.wait(STAY_MS)
  const together = sharedNow()
  for (const heal of heals) heal()
  for (const { system, side } of both)
    await world.takeover(`together again at ${side.name}, ${words}`, { since: together, at: [system] })
  world.note('ok', 'part', parting)
}

/** Calls the half that does not have the lease: it must not answer. A lease that changes hands meanwhile says nothing of either. */
async function otherHalf(world: World, both: readonly Half[], words: string): Promise<void> {
  const before = await holderOf(world)
  const silent = both.find(({ side }) => side.name !== before?.split('#')[0])
  if (!before || !silent) return
  const answered = await world.isServed(silent.system, SILENT_MS)
  if ((await holderOf(world)) !== before) return
  world.note('info', 'other-half', { half: silent.side.name, answered, parting: words })
}

/** Who has the lease, as the database says, which the run itself reaches at all times. */
async function holderOf({ database }: World): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query('select holder from tandem.lease where expires_at > clock_timestamp()')
    return rows[0]?.holder ?? undefined
  } finally {
    await client.end()
  }
}

const BOTH_WAYS: readonly Parting[] = [
  { stores: 'both', lost: 'all' },
  { stores: 'primary', lost: 'all' },
  { stores: 'backup', lost: 'all' },
]

const ONE_WAY: readonly Parting[] = [
  { stores: 'both', lost: 'from the primary' },
  { stores: 'both', lost: 'to the primary' },
  { stores: 'backup', lost: 'from the primary' },
]

const APART_MS = [3_000, 4_500] as const
const HOW = 'nftables, by the group of each machine’s processes, in a network namespace of the run'

const MARKS: Marks = { ...CONTROL_MARKS, controlGapMs: 8_000, refusals: true, pauseMs: 6_000 }

export const HALVES_FAULTS: readonly Fault[] = [
  {
    id: '8-halves',
    name: 'halves of a pool parted both ways',
    how: `a pool of two machines is cut in two, until a new call has been answered where it should be and the other half has been found silent: PostgreSQL and Redis are reached by both halves, by the primary’s alone, and by the backup’s alone (${HOW})`,
    needs: 'halves',
    marks: { ...MARKS, takeoversMax: 1 },
    run: (world) => inTurn(world, { blows: BOTH_WAYS, apartMs: APART_MS }, (blow) => part(world, blow)),
  },
  {
    id: '9-halves',
    name: 'halves of a pool parted one way',
    how: `of a pool of two machines, what the primary’s sends to the other is lost, then what the other sends to it, both reaching the stores; then the primary’s is heard by nobody, the stores neither (${HOW})`,
    needs: 'halves',
    // Only the last blow leaves the primary unable to work.
    marks: { ...MARKS, takeoversMax: 1 },
    run: (world) => inTurn(world, { blows: ONE_WAY, apartMs: APART_MS }, (blow) => part(world, blow)),
  },
]
