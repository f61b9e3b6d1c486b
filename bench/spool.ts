import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock } from '#base'
import { PostgresLease } from '#seams/lease'
import { LOG_ERRORS, type Log, NO_PEERS, PostgresLog, SpoolFile, SpoolingLog, spoolFolder } from '#seams/log'
import { openStore, startEmbedded } from '#seams/store'

/** What waits when the database is back: some minutes of a busy centre, in batches as a busy sequencer makes them. */
const EVENTS = 50_000
const BATCH = 8

/** As long as a usual event of a call. */
const BODY = JSON.stringify({
  m: 'centre',
  e: { type: 'Offered', interaction: 'ix-7h2k0000000000', why: 'x'.repeat(250) },
})

/** How fast events become durable while the database is away, and how fast they are written when it is back. */
export async function run(print: (line: string) => void = console.log): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-bench-'))
  const server = await startEmbedded({ folder: join(folder, 'postgres'), logger: silentLogger })
  const store = await openStore({ url: server.url, clock: systemClock, logger: silentLogger, name: 'bench' })
  try {
    await store.migrate()
    const postgres = new PostgresLog(store)
    const { term } = (await new PostgresLease(store).acquire('bench', 3_600_000))!
    const away = { is: true }
    const file = await SpoolFile.open(spoolFolder(folder), `${term}.spool`)
    const log = new SpoolingLog({
      store: cut(postgres, away),
      file,
      peers: NO_PEERS,
      clock: systemClock,
      logger: silentLogger,
    })
    const tookMs: number[] = []
    const startedAt = performance.now()
    for (let after = 0; after < EVENTS; after += BATCH) {
      const records = Array.from({ length: BATCH }, () => ({ at: Date.now(), body: BODY }))
      const at = performance.now()
      await log.append({ term, after, records })
      tookMs.push(performance.now() - at)
    }
    const inMs = performance.now() - startedAt
    const { bytes } = log.status()
    away.is = false
    const backAt = performance.now()
    while (log.status().since !== undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    const outMs = performance.now() - backAt
    // The first one waits until the database counts as away.
    const sorted = tookMs.slice(1).sort((a, b) => a - b)
    const of = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2))
    const common = { peer: null, events: EVENTS, bytesEach: Math.round(bytes / EVENTS) }
    const taken = { bench: 'spool.append', figure: Math.round((EVENTS / inMs) * 1_000), unit: 'events/s' }
    print(
      JSON.stringify({
        ...taken,
        ...common,
        batch: BATCH,
        p50Ms: of(0.5),
        p99Ms: of(0.99),
        limit: 'one flush of the disk at a time',
      }),
    )
    const drained = { bench: 'spool.drain', figure: Math.round((EVENTS / outMs) * 1_000), unit: 'events/s' }
    print(JSON.stringify({ ...drained, ...common, limit: 'appends of up to 1,024 events, one after the other' }))
    await file.close()
  } finally {
    await store.close()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The log, which cannot be reached for as long as it is away. */
function cut(log: Log, away: { readonly is: boolean }): Log {
  return new Proxy(log, {
    get(target, key: keyof Log) {
      if (away.is) return () => Promise.reject(LOG_ERRORS['log.unreachable']({ reason: 'away' }))
      return target[key].bind(target)
    },
  })
}
