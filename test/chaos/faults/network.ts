import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedNow } from '../../kit/rtp-stream.ts'
import type { System } from '../../kit/system.ts'
import type { Direction, Link } from '../network.ts'
import type { World } from '../world.ts'
import { CONTROL_MARKS, type Fault } from './fault.ts'
import { seededMoment } from './processes.ts'

/** TCP tries again ever more rarely while a link is cut, so it may notice the end this much later. */
const HEAL_MS = 2_500

function optionsOf(system: System, name: string): Record<string, never> {
  const file = join(system.data, 'run', `${name}.options.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** The connections of a machine's cores, by the port at their other end. */
export function linksOf(system: System): Readonly<Record<'media' | 'edge' | 'database', Link>> {
  const control = (role: string) => Number((optionsOf(system, role)['control'] as { port?: number } | undefined)?.port)
  const url = String(optionsOf(system, 'core1')['databaseUrl'] ?? optionsOf(system, 'core2')['databaseUrl'])
  return {
    media: { name: 'media', ports: [control('media')] },
    edge: { name: 'edge', ports: [control('edge')] },
    database: { name: 'database', ports: [Number(new URL(url).port)] },
  }
}

interface Cut {
  readonly link: 'media' | 'edge' | 'database'
  readonly ms: number
  readonly direction?: Direction
}

async function cut(world: World, { link, ms, direction = 'both' }: Cut): Promise<void> {
  const [system] = world.systems
  if (!system || !world.network) return
  world.note('invoke', 'cut', { link, ms, direction })
  const since = sharedNow()
  world.network.cut(linksOf(system)[link], direction)
  await world.wait(ms)
  world.network.heal(link)
  await world.takeover(`cut ${link} ${direction} ${ms} ms`, since)
  world.note('ok', 'cut', { link })
}

async function lose(world: World, percent: number, ms: number): Promise<void> {
  const [system] = world.systems
  if (!system || !world.network) return
  world.note('invoke', 'loss', { percent, ms })
  for (const link of Object.values(linksOf(system))) world.network.lose(link, percent)
  const answered = world.takeover(`loss ${percent} %`)
  await world.wait(ms)
  world.network.healAll()
  await answered
  world.note('ok', 'loss', { percent })
}

const NETWORK = 'nftables in a network namespace of the run'

export const NETWORK_FAULTS: readonly Fault[] = [
  {
    id: '7',
    name: 'control connection cut, media alive',
    how: `the core's connection to media is dropped both ways for 1 and 5 s (${NETWORK})`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 5_000 + HEAL_MS * 2, takeoversMax: 0, pauseMs: HEAL_MS },
    async run(world) {
      for (const ms of [1_000, 5_000]) {
        await seededMoment(world, 2_000, 3_500)
        await cut(world, { link: 'media', ms })
      }
    },
  },
  {
    id: '8',
    name: 'network parted both ways',
    how: `every core from PostgreSQL for 3 s, then the cores from the edge for 2 s (${NETWORK}); parts of a pool are not tried`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 3_000 + HEAL_MS * 2, takeoversMax: 1, pauseMs: HEAL_MS },
    async run(world) {
      await seededMoment(world, 2_000, 3_500)
      await cut(world, { link: 'database', ms: 3_000 })
      await seededMoment(world, 2_000, 3_500)
      await cut(world, { link: 'edge', ms: 2_000 })
    },
  },
  {
    id: '9',
    name: 'network parted one way',
    how: `what PostgreSQL answers is dropped for 2 s, then what the cores say to media for 2 s (${NETWORK})`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 2_000 + HEAL_MS * 2, takeoversMax: 1, pauseMs: HEAL_MS },
    async run(world) {
      await seededMoment(world, 2_000, 3_500)
      await cut(world, { link: 'database', ms: 2_000, direction: 'from' })
      await seededMoment(world, 2_000, 3_500)
      await cut(world, { link: 'media', ms: 2_000, direction: 'towards' })
    },
  },
  {
    id: '10',
    name: 'link that flaps',
    how: `the cores' connection to PostgreSQL is off for 0.7 s and on for 0.7 s, six times (${NETWORK})`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 8_000 + HEAL_MS, takeoversMax: 3, pauseMs: HEAL_MS },
    async run(world) {
      const [system] = world.systems
      if (!system || !world.network) return
      await seededMoment(world, 2_000, 3_500)
      world.note('invoke', 'flap', { link: 'database' })
      const since = sharedNow()
      for (let time = 0; time < 6; time++) {
        world.network.cut(linksOf(system).database)
        await world.wait(700)
        world.network.heal('database')
        await world.wait(700)
      }
      await world.takeover('flapping', since)
      world.note('ok', 'flap')
    },
  },
  {
    id: '11',
    name: 'loss, delay, doubling, reordering',
    how: `5 and 20 % of the packets of every state connection are lost for 5 s each (${NETWORK}); delay, doubling and reordering are not tried`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 3_000, takeoversMax: 0, pauseMs: 1_500 },
    async run(world) {
      for (const percent of [5, 20]) {
        await seededMoment(world, 1_500, 2_500)
        await lose(world, percent, 5_000)
      }
    },
  },
]
