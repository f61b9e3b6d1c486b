import { describe, expect, it } from 'vitest'
import { callClaim, type Locks } from './call-claim.ts'

interface Entry {
  readonly page: string
  hold(): Promise<void>
}

/** Locks as a browser has them: one holder each, the others in line; a page that goes lets go and leaves the line. */
class FakeLocks {
  #line: Entry[] = []

  of(page: string): Locks {
    return {
      request: (_, { signal }, held) =>
        new Promise((resolve, refuse) => {
          const entry: Entry = {
            page,
            hold: async () => {
              await held()
              this.#leave(entry)
              resolve(undefined)
            },
          }
          signal.addEventListener('abort', () => {
            if (this.#line[0] === entry) return
            this.#leave(entry)
            refuse(new Error('aborted'))
          })
          this.#line.push(entry)
          if (this.#line[0] === entry) void entry.hold()
        }),
    }
  }

  goes(page: string): void {
    for (const entry of this.#line.filter((one) => one.page === page)) this.#leave(entry)
  }

  #leave(entry: Entry): void {
    const wasFirst = this.#line[0] === entry
    this.#line = this.#line.filter((one) => one !== entry)
    if (wasFirst) void this.#line[0]?.hold()
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

function setUp() {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
  const locks = new FakeLocks()
  const asked: string[] = []
  const page = (name: string) => {
    const claim = callClaim({ user: 'agent1', storage, locks: locks.of(name) })
    return { claim, look: () => claim.onOrphaned(() => void asked.push(name)) }
  }
  return { page, asked, goes: (name: string) => locks.goes(name), kept, storage }
}

describe('the claim of a call in a browser (promise 9)', () => {
  it('is found by the next page when the one that had the call went without its end', () => {
    const { page, asked, goes } = setUp()
    page('one').claim.hold()
    goes('one')
    page('two').look()
    expect(asked).toEqual(['two'])
  })

  it('is left alone while the other page lives, and when its call has ended', async () => {
    const { page, asked } = setUp()
    const one = page('one')
    one.claim.hold()
    page('two').look()
    one.claim.release()
    await settle()
    page('three').look()
    expect(asked).toEqual([])
  })

  it('goes to one of the pages that wait for it', async () => {
    const { page, asked, goes } = setUp()
    page('one').claim.hold()
    const two = page('two')
    two.look()
    page('three').look()
    goes('one')
    two.claim.hold()
    await settle()
    expect(asked).toEqual(['two'])
    goes('two')
    await settle()
    expect(asked).toEqual(['two', 'three'])
  })

  it('waits no more for a page that is closed, and is nothing in a browser without locks', async () => {
    const { page, asked, goes, storage } = setUp()
    page('one').claim.hold()
    page('two').look()()
    goes('one')
    await settle()
    const without = callClaim({ user: 'agent1', storage, locks: undefined })
    without.onOrphaned(() => void asked.push('without'))
    without.hold()
    without.release()
    expect([asked, storage.getItem('tandem.call.agent1')]).toEqual([[], null])
  })
})
