import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { PostgresLease } from '#seams/lease'
import { PostgresLog } from '#seams/log'
import { openStore, type Store } from '#seams/store'
import { eventually } from '../kit/api-client.ts'
import { hasDebianPostgres, type PostgresPair, startPostgresPair } from '../kit/postgres-pair.ts'

/** The lines of postgresql.conf that the page tells an operator to use. */
function documentedSettings(): readonly string[] {
  const page = readFileSync(new URL('../../docs/operations/postgresql.md', import.meta.url), 'utf8')
  const [, block = ''] = /```ini\n# postgresql\.conf of both servers\n([\s\S]*?)```/.exec(page) ?? []
  return block.split('\n').filter((line) => line.trim() !== '')
}

// Without Debian's PostgreSQL there is no pg_basebackup, and so no standby to promote.
describe.skipIf(!hasDebianPostgres())('a PostgreSQL with a standby (needs the package postgresql)', () => {
  let pair: PostgresPair
  let store: Store
  beforeEach(async () => {
    pair = await startPostgresPair(documentedSettings())
    store = await openStore({ url: pair.url, clock: systemClock, logger: silentLogger })
    await store.migrate()
  })
  afterEach(async () => {
    await store?.close()
    await pair?.close()
  })

  it('loses nothing that was acknowledged when the standby is promoted while commits run (DR-08, DR-20, HSB-13, MSU-12)', async () => {
    const lease = new PostgresLease(store)
    const log = new PostgresLog(store)
    const { term } = (await lease.acquire('core', 600_000))!
    const acknowledged: string[] = []
    let head = 0
    let stop = false
    const writing = (async () => {
      while (!stop) {
        const body = `event ${acknowledged.length + 1}`
        try {
          head = await log.append({ term, after: head, records: [{ at: Date.now(), body }] })
          acknowledged.push(body)
        } catch (error) {
          if (stop) return
          // What an appender does: was it written after all?
          const there = await log.read(head, 1).catch(() => undefined)
          if (there?.[0]?.body === body) {
            head++
            acknowledged.push(body)
          }
          expect(String(error)).toMatch(/cannot be reached|expected/)
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
    })()
    await eventually('some commits', () => (acknowledged.length > 200 ? true : undefined))
    pair.primary.kill()
    const killedAt = performance.now()
    pair.standby.promote()
    const before = acknowledged.length
    await eventually('commits on the other server', () => (acknowledged.length > before + 50 ? true : undefined))
    const outageMs = Math.round(performance.now() - killedAt)
    stop = true
    await writing
    const found = (await log.read(0, 2_000)).map(({ body }) => body)
    expect(found.slice(0, acknowledged.length)).toEqual(acknowledged.slice(0, found.length))
    expect(await log.head()).toBeGreaterThanOrEqual(acknowledged.length)
    expect(outageMs).toBeLessThan(30_000)
    console.log(JSON.stringify({ acknowledged: acknowledged.length, lost: 0, outageMs }))
  })

  it('is not taken for writable again when the old primary server comes back beside the new one (HSB-14, HSB-12)', async () => {
    pair.primary.kill()
    pair.standby.promote()
    await eventually('the promoted server', () =>
      store.pool.query('create table public.later (n int)').then(() => true as const),
    )
    await pair.primary.start()
    const later = await openStore({ url: pair.url, clock: systemClock, logger: silentLogger })
    expect((await later.pool.query('select inet_server_port() as port')).rows).toEqual([{ port: pair.standby.port }])
    await later.close()
  })

  it('that refuses changes is left for the one that takes them', async () => {
    const lease = new PostgresLease(store)
    const { term } = (await lease.acquire('core', 600_000))!
    await pair.primary.query('alter system set default_transaction_read_only = on')
    await pair.primary.query('select pg_reload_conf()')
    pair.standby.promote()
    await eventually('a renewal on the other server', async () =>
      (await lease.renew(term, 600_000)) ? true : undefined,
    )
    expect((await store.spine.query('select inet_server_port() as port')).rows).toEqual([{ port: pair.standby.port }])
  })
})
