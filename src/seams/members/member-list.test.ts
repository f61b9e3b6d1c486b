import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MEMBER_ERRORS } from './errors.ts'
import { MemberList } from './member-list.ts'
import type { Member, MemberRow, Members } from './port.ts'

const EDGE: Member = { name: 'node1-edge', node: 'node1', role: 'edge', life: 'a', release: '1', startedAt: 0 }

/** A list of one member whose pulse a test moves by hand. */
class FakeMembers implements Members {
  rows: readonly MemberRow[] = [{ ...EDGE, beat: 1 }]
  away = false
  wake: () => void = () => {}

  async announce(): Promise<void> {}

  async withdraw(): Promise<number> {
    return 0
  }

  async list(): Promise<readonly MemberRow[]> {
    if (this.away) throw MEMBER_ERRORS['members.unreachable']({ reason: 'test' })
    return this.rows
  }

  watch(wake: () => void): () => void {
    this.wake = wake
    return () => {}
  }
}

async function open() {
  const members = new FakeMembers()
  const clock = new VirtualClock()
  const list = new MemberList({ members, clock, logger: silentLogger })
  await list.open()
  const pass = async (seconds: number) => {
    for (let step = 0; step < seconds; step++) {
      clock.advance(1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { members, list, pass, silent: () => list.all().map(({ silent }) => silent) }
}

describe('the copy of the list of members', () => {
  it('holds who is silent, and keeps them', async () => {
    const { members, list, pass, silent } = await open()
    await pass(6)
    expect(silent()).toEqual([false])
    await pass(6)
    expect(silent()).toEqual([true])
    members.rows = [{ ...EDGE, beat: 2 }]
    await pass(2)
    expect(silent()).toEqual([false])
    await list.close()
  })

  it('makes nobody silent because the store is away, nor at once when it is back', async () => {
    const { members, list, pass, silent } = await open()
    members.away = true
    await pass(3600)
    members.away = false
    await pass(4)
    expect(silent()).toEqual([false])
    await list.close()
  })

  it('tells changes, but no pulse', async () => {
    const { members, list, pass } = await open()
    let told = 0
    list.onChanged(() => told++)
    members.rows = [{ ...EDGE, beat: 2 }]
    await pass(2)
    expect(told).toBe(0)
    members.rows = [{ ...EDGE, life: 'b', beat: 3 }]
    members.wake()
    await pass(1)
    expect(told).toBe(1)
    members.rows = []
    await pass(2)
    expect([told, list.all()]).toEqual([2, []])
    await list.close()
  })
})
