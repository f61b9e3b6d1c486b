import { describe, expect, it } from 'vitest'
import { VirtualClock } from '#base'
import { DatabaseWatch } from './database-state.ts'
import type { Store } from './store.ts'

/** A database whose answers the test gives, one after the other. */
function watched() {
  const clock = new VirtualClock()
  const asked: { resolve: (rows: readonly object[]) => void; reject: () => void }[] = []
  const pool = {
    query: () =>
      new Promise((resolve, reject) => {
        asked.push({ resolve: (rows) => resolve({ rows }), reject: () => reject(new Error('away')) })
      }),
  }
  const host = { host: 'db2:5432', place: 2, hosts: 2 }
  const store = { pool, host: () => host } as unknown as Pick<Store, 'pool' | 'host'>
  return { clock, asked, watch: new DatabaseWatch(store, clock), host }
}

const settled = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

describe('the state of the database', () => {
  it('names the host that is used, and who copies it with how far each is behind (CFG-16, DR-17)', async () => {
    const { asked, watch, host } = watched()
    const state = watch.state()
    asked[0]?.resolve([
      { name: 'far', address: '192.0.2.7', state: 'streaming', bytes: 4096, ms: 31.4 },
      { name: 'dark', address: null, state: null, bytes: null, ms: null },
    ])
    expect(await state).toEqual({
      ...host,
      copies: [
        { name: 'far', address: '192.0.2.7', state: 'streaming', behindBytes: 4096, behindMs: 31 },
        { name: 'dark', address: undefined, state: undefined, behindBytes: undefined, behindMs: undefined },
      ],
    })
  })

  it('is asked for once at a time and not again within a second, however many look and however long it hangs', async () => {
    const { clock, asked, watch, host } = watched()
    const both = [watch.state(), watch.state()]
    await settled()
    expect(asked).toHaveLength(1)
    clock.advance(400)
    // Nobody waits for a database that hangs.
    expect(await Promise.all(both)).toEqual([
      { ...host, copies: undefined },
      { ...host, copies: undefined },
    ])
    for (let n = 0; n < 20; n++) {
      const later = watch.state()
      clock.advance(400)
      expect((await later).copies).toBeUndefined()
    }
    expect(asked).toHaveLength(1)
    asked[0]?.resolve([])
    await settled()
    expect((await watch.state()).copies).toEqual([])
    expect(asked).toHaveLength(1)
    clock.advance(1_000)
    const anew = watch.state()
    asked[1]?.reject()
    expect((await anew).copies).toBeUndefined()
  })
})
