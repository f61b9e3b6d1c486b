import { afterEach, describe, expect, it, vi } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { type Links, openLinks } from '#engines/link'
import type { KnownMember, MemberList } from '#seams/members'
import { openRegisters, registerPeers } from './registers.ts'

/** Long enough for this test. */
const TTL_MS = 600_000
const WAIT = { timeout: 30_000, interval: 20 }

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

describe('the registers of cores that are linked with each other', () => {
  it('are told over the real links, where there is no Redis, and wait for nobody who is gone (MSU-09)', async () => {
    const silent = new Set<string>()
    const listeners = new Set<() => void>()
    const names = ['a', 'b', 'c']
    const members: Pick<MemberList, 'all' | 'onChanged'> = {
      all: () => names.map((name) => ({ name, silent: silent.has(name) }) as KnownMember),
      onChanged(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    const links: Links[] = []
    for (const name of names) {
      const listen = { host: '127.0.0.1', port: 0 }
      const its = { name, life: `${name}#1`, secret: 'pool', clock: systemClock, logger: silentLogger }
      links.push(await openLinks({ ...its, listen }))
    }
    open.push(...links)
    const peers = names.map((name, index) => ({ name, ...links[index]!.address }))
    const cores = links.map((one) => {
      const registers = openRegisters(undefined, systemClock, silentLogger)
      open.push(registers)
      registers.linked(registerPeers(one, members))
      return registers
    })
    const [a, b] = cores
    for (const one of links) one.setPeers(peers)
    await vi.waitFor(() => expect(cores.map((one) => one.reach())).toEqual(['links', 'links', 'links']), WAIT)
    await a!.set('session-over/1', 'x', TTL_MS)
    for (const one of cores) await vi.waitFor(async () => expect(await one.get('session-over/1')).toBe('x'), WAIT)
    await links[2]!.close()
    await vi.waitFor(() => expect(a!.reach()).toBe('nobody'), WAIT)
    silent.add('c')
    for (const listener of listeners) listener()
    await vi.waitFor(() => expect(a!.reach()).toBe('links'), WAIT)
    await a!.remove('session-over/1')
    await vi.waitFor(async () => expect(await b!.get('session-over/1')).toBeUndefined(), WAIT)
  })
})
