import { describe, expect, it } from 'vitest'
import { demoCentre } from '#kernel/config'
import { type Credential, MemoryCredentials } from '#seams/store'
import { seedCredentials } from './seed.ts'

const PEOPLE = demoCentre().filter(({ kind }) => kind === 'user').length
const DEMO = { demo: true, data: 'data', now: 1 }

/** Credentials of a database that stops taking any after so many, and counts how many come at once. */
class Counted extends MemoryCredentials {
  taken = 0
  mostAtOnce = 0
  takes = Number.POSITIVE_INFINITY
  #now = 0

  override async set(credential: Credential): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#now)
    await new Promise((resolve) => setImmediate(resolve))
    this.#now--
    if (this.taken >= this.takes) throw new Error('away')
    this.taken++
    await super.set(credential)
  }
}

describe('the first passwords', () => {
  it('of the demo come a few at a time, and go on where a start was interrupted', async () => {
    const credentials = new Counted()
    credentials.takes = 50
    await expect(seedCredentials(credentials, DEMO)).rejects.toThrow('away')
    const [first] = await credentials.list()
    expect(await credentials.list()).toHaveLength(50)
    credentials.takes = Number.POSITIVE_INFINITY
    await seedCredentials(credentials, { ...DEMO, now: 2 })
    expect(await credentials.list()).toHaveLength(PEOPLE)
    expect(await credentials.get(first!.user)).toEqual(first)
    expect(credentials.mostAtOnce).toBeLessThanOrEqual(4)
  })

  it('are given once: who was removed or changed afterwards stays so', async () => {
    const credentials = new Counted()
    await seedCredentials(credentials, DEMO)
    await credentials.remove('agent1')
    const { taken } = credentials
    await seedCredentials(credentials, { ...DEMO, now: 2 })
    expect(credentials.taken).toBe(taken)
  })

  it('of a centre that is no demo are its administrator’s, and nobody is given one beside others', async () => {
    const credentials = new Counted()
    const own = { demo: false, data: 'data', now: 1, password: 'a-long-enough-password' }
    await seedCredentials(credentials, own)
    expect((await credentials.list()).map(({ user }) => user)).toEqual(['admin'])
    await credentials.set({ ...(await credentials.get('admin'))!, user: 'chief' })
    await credentials.remove('admin')
    await seedCredentials(credentials, own)
    expect((await credentials.list()).map(({ user }) => user)).toEqual(['chief'])
  })
})
