import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { CHANNEL_ERRORS, type CredentialAnswer } from '#protocols/control'
import { Credentials } from './credentials.ts'
import { NextHops } from './next-hop.ts'

function cache(answer: { now: CredentialAnswer | 'away' }) {
  const clock = new VirtualClock()
  const asked: string[] = []
  const credentials = new Credentials({
    clock,
    logger: silentLogger,
    ask: async (user) => {
      asked.push(user)
      if (answer.now === 'away') throw CHANNEL_ERRORS['channel.closed']({ peer: 'core' })
      return answer.now
    },
  })
  return { clock, asked, credentials }
}

describe('credentials', () => {
  it('are asked once for many, and again after a minute', async () => {
    const { clock, asked, credentials } = cache({ now: { ha1: { MD5: 'a' } } })
    await Promise.all([credentials.of('2001'), credentials.of('2001')])
    clock.advance(59_999)
    expect(await credentials.of('2001')).toEqual({ MD5: 'a' })
    expect(asked).toHaveLength(1)
    clock.advance(1)
    await credentials.of('2001')
    expect(asked).toHaveLength(2)
  })

  it('serve half an hour on while no core answers, and then say so', async () => {
    const answer: { now: CredentialAnswer | 'away' } = { now: { ha1: { MD5: 'a' } } }
    const { clock, credentials } = cache(answer)
    await credentials.of('2001')
    answer.now = 'away'
    clock.advance(29 * 60_000)
    expect(await credentials.of('2001')).toEqual({ MD5: 'a' })
    clock.advance(60_000)
    expect(await credentials.of('2001')).toBe('unavailable')
    expect(await credentials.of('2002')).toBe('unavailable')
  })

  it('of nobody are remembered shortly, so that a new user can register soon', async () => {
    const answer: { now: CredentialAnswer | 'away' } = { now: {} }
    const { clock, asked, credentials } = cache(answer)
    expect([await credentials.of('2001'), await credentials.again('2001')]).toEqual([undefined, undefined])
    expect(asked).toHaveLength(1)
    answer.now = { ha1: { MD5: 'new' } }
    clock.advance(5000)
    expect(await credentials.of('2001')).toEqual({ MD5: 'new' })
  })
})

describe('the next hop', () => {
  it('is an address at once, or what a name stands for; the last good answer outlives the name server', async () => {
    const clock = new VirtualClock()
    let answers = true
    const hops = new NextHops(clock, silentLogger, async (name) => {
      if (!answers) throw new RangeError(name)
      return '192.0.2.7'
    })
    expect(hops.find('192.0.2.1')).toBe('192.0.2.1')
    expect(await hops.find('Trunk.example')).toBe('192.0.2.7')
    expect(hops.find('trunk.example')).toBe('192.0.2.7')
    answers = false
    clock.advance(60_000)
    expect(await hops.find('trunk.example')).toBe('192.0.2.7')
    expect(await hops.find('other.example')).toBeUndefined()
  })

  it('keeps nobody waiting who calls a name that was known, and follows it when it changes', async () => {
    const clock = new VirtualClock()
    let answer = Promise.resolve('192.0.2.7')
    const hops = new NextHops(clock, silentLogger, () => answer)
    await hops.find('trunk.example')
    clock.advance(30_001)
    const late = Promise.withResolvers<string>()
    answer = late.promise
    expect([hops.find('trunk.example'), hops.find('trunk.example')]).toEqual(['192.0.2.7', '192.0.2.7'])
    late.resolve('192.0.2.8')
    await late.promise
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    expect(hops.find('trunk.example')).toBe('192.0.2.8')
  })

  it('is nothing when the name server is silent for 2 s', async () => {
    const clock = new VirtualClock()
    const hops = new NextHops(clock, silentLogger, () => new Promise(() => {}))
    const found = hops.find('trunk.example')
    clock.advance(2000)
    expect(await found).toBeUndefined()
  })
})
