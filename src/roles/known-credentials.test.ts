import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { type Credential, MemoryCredentials, STORE_ERRORS } from '#seams/store'
import { KnownCredentials } from './known-credentials.ts'

const credential = (user: string, updatedAt = 0): Credential => ({ user, realm: 'tandem', updatedAt })

function opened() {
  const clock = new VirtualClock()
  const store = {
    answer: (user: string): Promise<Credential | undefined> => Promise.resolve(credential(user)),
    all: [credential('ada'), credential('bob')] as readonly Credential[],
    asked: 0,
    changes: (): Promise<void> => Promise.resolve(),
  }
  const memory = new MemoryCredentials()
  const credentials = {
    get: (user: string) => {
      store.asked++
      return store.answer(user)
    },
    set: (one: Credential) => memory.set(one),
    demandChanges: () => store.changes(),
    remove: (user: string) => memory.remove(user),
    list: async () => store.all,
  }
  const known = new KnownCredentials(credentials, { clock, logger: silentLogger })
  return { clock, store, known }
}

/** What was asked has been answered. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

const away = () => Promise.reject(STORE_ERRORS['store.unreachable']({ reason: 'away' }))

describe('credentials of a core', () => {
  it('are those that were read last while the database is away, and it is left alone for a second', async () => {
    const { clock, store, known } = opened()
    known.load()
    await settled()
    store.answer = away
    expect(await known.get('ada')).toEqual(credential('ada'))
    expect(await known.get('bob')).toEqual(credential('bob'))
    expect(store.asked).toBe(1)
    await expect(known.get('eve')).rejects.toMatchObject({ code: 'store.unreachable' })
    clock.advance(1_000)
    store.answer = (user) => Promise.resolve(credential(user, 7))
    expect(await known.get('ada')).toEqual(credential('ada', 7))
  })

  it('are those too when it does not answer at all, and are forgotten with their user', async () => {
    const { clock, store, known } = opened()
    await known.get('ada')
    store.answer = () => new Promise(() => {})
    const asked = known.get('ada')
    clock.advance(300)
    expect(await asked).toEqual(credential('ada'))
    clock.advance(1_000)
    store.answer = () => Promise.resolve(undefined)
    expect(await known.get('ada')).toBeUndefined()
    store.answer = away
    await expect(known.get('ada')).rejects.toMatchObject({ code: 'store.unreachable' })
  })

  it('are read anew every minute, and soon after the start, so that what another core has set holds when the database goes (MSU-14)', async () => {
    const { clock, store, known } = opened()
    known.load()
    await settled()
    store.all = [credential('ada', 7)]
    clock.advance(5_000)
    await settled()
    store.answer = away
    expect(await known.get('ada')).toEqual(credential('ada', 7))
    await expect(known.get('bob')).rejects.toMatchObject({ code: 'store.unreachable' })
    await known.close()
  })

  it('are believed for four days without a database, and no longer (MSU-14)', async () => {
    const { clock, store, known } = opened()
    await known.get('ada')
    store.answer = away
    clock.advance(4 * 24 * 3_600_000)
    expect(await known.get('ada')).toEqual(credential('ada'))
    clock.advance(1_000)
    await expect(known.get('ada')).rejects.toMatchObject({ code: 'store.unreachable' })
  })

  it('are set in the database alone: one that does not answer at once, or takes no changes, says so (MSU-14)', async () => {
    const { clock, store, known } = opened()
    await known.demandChanges()
    store.changes = () => new Promise(() => {})
    const demanded = known.demandChanges()
    clock.advance(300)
    await expect(demanded).rejects.toMatchObject({ code: 'store.unreachable' })
    store.changes = away
    await expect(known.demandChanges()).rejects.toMatchObject({ code: 'store.unreachable' })
  })

  it('follow what is set here, and set nothing that the database did not take', async () => {
    const { store, known } = opened()
    await known.set(credential('ada', 9))
    store.answer = away
    expect(await known.get('ada')).toEqual(credential('ada', 9))
    await known.remove('ada')
    await expect(known.get('ada')).rejects.toMatchObject({ code: 'store.unreachable' })
  })
})
