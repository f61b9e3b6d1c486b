import { sharedNow } from '../../kit/rtp-stream.ts'
import type { Direction } from '../link.ts'
import { linksOf } from '../links.ts'
import type { World } from '../world.ts'
import { CONTROL_MARKS, type Fault, inTurn } from './fault.ts'

/** TCP tries again ever more rarely while a link is cut, so it may notice the end this much later. */
const HEAL_MS = 2_500

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
  const heal = world.network.cut(linksOf(system)[link], direction)
  await world.wait(ms)
  heal()
  await world.takeover(`cut ${link} ${direction} ${ms} ms`, since)
  world.note('ok', 'cut', { link })
}

async function lose(world: World, percent: number, ms: number): Promise<void> {
  const [system] = world.systems
  if (!system || !world.network) return
  world.note('invoke', 'loss', { percent, ms })
  const heals = Object.values(linksOf(system)).map((link) => world.network?.lose(link, percent))
  const answered = world.takeover(`loss ${percent} %`)
  await world.wait(ms)
  for (const heal of heals) heal?.()
  await answered
  world.note('ok', 'loss', { percent })
}

/** Everything that the cores say to the stores, the edge and media, and hear of them, is so late. */
async function delay(world: World, lateMs: number, ms: number): Promise<void> {
  world.note('invoke', 'late', { lateMs, ms })
  const ways = [...world.relays, ...world.controlRelays]
  for (const way of ways) way.slow({ lateMs })
  await Promise.all([world.takeover(`everything ${lateMs} ms late`), world.wait(ms)])
  for (const way of ways) way.slow()
  world.note('ok', 'late', { lateMs })
}

const NETWORK = 'nftables in a network namespace of the run'

const APART_MS = [2_000, 3_500] as const

const BOTH_WAYS: readonly Cut[] = [
  { link: 'database', ms: 3_000 },
  { link: 'edge', ms: 2_000 },
]

const ONE_WAY: readonly Cut[] = [
  { link: 'database', ms: 2_000, direction: 'from' },
  { link: 'media', ms: 2_000, direction: 'towards' },
]

export const NETWORK_FAULTS: readonly Fault[] = [
  {
    id: '7',
    name: 'control connection cut, media alive',
    how: `the core's connection to media is dropped both ways for 1 and 5 s (${NETWORK})`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 5_000 + HEAL_MS * 2, takeoversMax: 0, pauseMs: HEAL_MS },
    run: (world) =>
      inTurn(world, { blows: [1_000, 5_000], apartMs: APART_MS }, (ms) => cut(world, { link: 'media', ms })),
  },
  {
    id: '8',
    name: 'network parted both ways',
    how: `every core from PostgreSQL for 3 s, then the cores from the edge for 2 s (${NETWORK})`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 3_000 + HEAL_MS * 2, takeoversMax: 1, pauseMs: HEAL_MS },
    run: (world) => inTurn(world, { blows: BOTH_WAYS, apartMs: APART_MS }, (blow) => cut(world, blow)),
  },
  {
    id: '9',
    name: 'network parted one way',
    how: `what PostgreSQL answers is dropped for 2 s, then what the cores say to media for 2 s (${NETWORK})`,
    needs: 'namespace',
    marks: { ...CONTROL_MARKS, controlGapMs: 2_000 + HEAL_MS * 2, takeoversMax: 1, pauseMs: HEAL_MS },
    run: (world) => inTurn(world, { blows: ONE_WAY, apartMs: APART_MS }, (blow) => cut(world, blow)),
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
      world.note('invoke', 'flap', { link: 'database' })
      const since = sharedNow()
      for (let time = 0; time < 6; time++) {
        const heal = world.network.cut(linksOf(system).database)
        await world.wait(700)
        heal()
        await world.wait(700)
      }
      await world.takeover('flapping', since)
      world.note('ok', 'flap')
    },
  },
  {
    id: '11',
    name: 'loss, delay, doubling, reordering',
    how: `5 and 20 % of the packets of every state connection are lost for 5 s each (${NETWORK}), then what comes back on each is 100 and 500 ms late for 6 s each (relays between); all the while 5 % of the phones' SIP messages are lost, 5 % come twice, and they are 50 to 150 ms late but for a quarter, which overtakes the others`,
    needs: 'relays',
    phones: { lost: 0.05, doubled: 0.05, reordered: 0.25, lateMs: [50, 150] },
    marks: { ...CONTROL_MARKS, controlGapMs: 3_000, takeoversMax: 0, pauseMs: 1_500 },
    async run(world) {
      await inTurn(world, { blows: [5, 20], apartMs: [1_500, 2_500] }, (percent) => lose(world, percent, 5_000))
      await inTurn(world, { blows: [100, 500], apartMs: [1_500, 2_500] }, (lateMs) => delay(world, lateMs, 6_000))
    },
  },
]
