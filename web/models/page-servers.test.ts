import { describe, expect, it } from 'vitest'
import { PageServers } from './page-servers.ts'

const OWN = 'http://node1.example:8080'
const SECOND = 'https://node2.example'
const THIRD = 'http://node3.example'

describe('the machines that a page may ask (AA-18)', () => {
  it('are its own alone until the session names others', () => {
    const servers = new PageServers(OWN)
    expect(servers.all).toEqual([OWN])
    for (let times = 0; times < 5; times++) servers.failed()
    expect(servers.get()).toBe(OWN)
    servers.learn(undefined)
    expect(servers.all).toEqual([OWN])
    expect(servers.socket).toBe('ws://node1.example:8080')
  })

  it('are asked one after the other, each given up when it failed twice in a row', () => {
    const servers = new PageServers(OWN)
    const seen: string[] = []
    servers.subscribe(() => seen.push(servers.get()))
    servers.learn([OWN, SECOND, THIRD])
    servers.failed()
    servers.answered()
    servers.failed()
    expect(seen).toEqual([])
    for (let times = 0; times < 5; times++) servers.failed()
    expect(seen).toEqual([SECOND, THIRD, OWN])
    servers.failed()
    servers.failed()
    expect(seen).toEqual([SECOND, THIRD, OWN, SECOND])
    expect(servers.all).toEqual([SECOND, THIRD, OWN])
    expect(servers.socket).toBe('wss://node2.example')
  })

  it('are left at once when they say nothing, and sooner where there is another', () => {
    const servers = new PageServers(OWN)
    const alone = servers.silenceMs
    servers.learn([SECOND])
    expect(servers.silenceMs).toBeLessThan(alone)
    servers.failed('silent')
    expect([servers.get(), servers.left]).toEqual([SECOND, 'silent'])
  })

  it('stay asked when the session names them no more, as long as they answer', () => {
    const servers = new PageServers(OWN)
    servers.learn([SECOND])
    servers.failed()
    servers.failed()
    servers.learn([THIRD])
    expect(servers.get()).toBe(SECOND)
    servers.failed()
    servers.failed()
    expect(servers.get()).toBe(THIRD)
  })
})
