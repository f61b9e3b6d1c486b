import { firstAnswer } from '../test/kit/first-answer.ts'
import { Phone } from '../test/kit/phone.ts'
import { type Pool, startPool } from '../test/kit/pool.ts'
import { RtpTicker, sharedNow } from '../test/kit/rtp-stream.ts'
import { machine, median } from './support-processes.ts'

/** With 20 the 99th percentile is the worst but none; fewer say little of a rare slow one. */
const RUNS = 20

/** A fresh call this often: the resolution of the figure. */
const PROBE_EVERY_MS = 25

/** How a machine goes: its kernel closes what its processes had open, or nothing is heard of it at all. */
const WAYS = ['crash', 'freeze'] as const

const LIMIT =
  'how soon the other machine knows: connections that are closed and refused and a lease that is not renewed, or silence on both; then as for takeover'

/** From the loss of the primary's whole machine, edge and media with it, until a call over the other machine's edge is answered. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const pool = await startPool()
  const ticker = new RtpTicker()
  try {
    for (const way of WAYS) {
      const took: number[] = []
      for (let round = 0; round < RUNS; round++) took.push(await lose(pool, way, ticker))
      const sorted = [...took].sort((a, b) => a - b)
      const p99 = Math.round(sorted.at(-1) ?? 0)
      const figure = Math.round(median(took))
      const unit = 'ms from the loss of the machine to the first answered call, median'
      const raw = took.map(Math.round)
      print(
        JSON.stringify({
          bench: `pool.takeover.${way}`,
          size: RUNS,
          figure,
          p99,
          unit,
          raw,
          peer: null,
          limit: LIMIT,
          machine: machine(),
        }),
      )
    }
  } finally {
    ticker.close()
    await pool.close()
  }
}

async function lose(pool: Pool, way: (typeof WAYS)[number], ticker: RtpTicker): Promise<number> {
  const primary = await pool.primary()
  const lost = primary.split('#')[0] ?? ''
  const left = pool.nodes().find(({ name }) => name !== lost)!
  const phone = await Phone.open({ server: left.sip, user: '790000', ticker })
  pool[way](lost)
  const tookMs = await firstAnswer([phone], sharedNow(), { everyMs: () => PROBE_EVERY_MS })
  await phone.close()
  if (way === 'freeze') pool.crash(lost)
  await pool.start(lost)
  await pool.connected(2, 2)
  return tookMs
}
