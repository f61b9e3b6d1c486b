import { describe, expect, it } from 'vitest'
import { LiveSet } from './live-set.ts'

interface Thing {
  readonly name: string
  readonly cannot?: true
}

/** Things that say what became of them, and end when they are let. */
function bench() {
  const did: string[] = []
  const lets: (() => void)[] = []
  let lives = 0
  const set = new LiveSet<Thing, string>({
    begin: ({ name, cannot }) => {
      if (cannot) return undefined
      const live = `${name}${++lives}`
      did.push(`begin ${live}`)
      return live
    },
    end: async (live) => {
      did.push(`end ${live}`)
      await new Promise<void>((resolve) => lets.push(resolve))
      did.push(`ended ${live}`)
      if (live === 'b2') throw new Error('badly')
    },
  })
  const follow = (...things: readonly Thing[]) => set.follow(new Map(things.map((thing) => [thing.name, thing])))
  return { set, did, lets, follow }
}

const a = { name: 'a' }
const b = { name: 'b' }

describe('a set of what lives', () => {
  it('begins what is new, leaves what is the same, begins anew what is another, and ends what is gone', () => {
    const { set, did, follow } = bench()
    follow(a, b)
    follow(a, b)
    expect([did, set.values()]).toEqual([
      ['begin a1', 'begin b2'],
      ['a1', 'b2'],
    ])
    follow({ ...a }, b)
    expect(did.slice(2)).toEqual(['end a1', 'begin a3'])
    follow(b)
    expect([did.slice(4), set.get('a'), set.get('b')]).toEqual([['end a3'], undefined, 'b2'])
  })

  it('has nothing for what cannot live, and tries again at the next look', () => {
    const { set, follow } = bench()
    follow({ ...a, cannot: true })
    expect([set.values(), set.get('a')]).toEqual([[], undefined])
    follow(a)
    expect(set.get('a')).toBe('a1')
  })

  it('closes when everything has ended, what ended badly and what was ending before too, and begins nothing more', async () => {
    const { set, did, lets, follow } = bench()
    follow(a, b)
    follow(b)
    let isClosed = false
    const closed = set.close().then(() => {
      isClosed = true
    })
    expect(did.slice(2)).toEqual(['end a1', 'end b2'])
    lets[0]!()
    await Promise.resolve()
    expect(isClosed).toBe(false)
    lets[1]!()
    await closed
    expect(did.slice(4)).toEqual(['ended a1', 'ended b2'])
    follow(a)
    expect(set.values()).toEqual([])
  })
})
