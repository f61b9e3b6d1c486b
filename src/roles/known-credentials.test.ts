import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { type Credential, STORE_ERRORS } from '#seams/store'
import { KnownCredentials } from './known-credentials.ts'

const credential = (user: string, updatedAt = 0): Credential => ({ user, realm: 'tandem', updatedAt })

function opened() {
  const clock = new VirtualClock()
  const store = {
    answer: (user: string): Promise<Credential | undefined> => Promise.resolve(credential(user)),
    asked: 0,
  }
  const known = new KnownCredentials(
    {
      get: (user) => {
        store.asked++
        return store.answer(user)
      },
      list: async () => [credential('ada'), credential('bob')],
    },
    clock,
  )
  return { clock, store, known }
}

const away = () => Promise.reject(STORE_ERRORS['store.unreachable']({ reason: 'away' }))

describe('credentials of a core', () => {
  it('are those that were read last while the database is away, and it is left alone for a second', async () => {
    const { clock, store, known } = opened()
    known.load(silentLogger)
    await Promise.resolve()
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
})
