import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { Announcer, type Member, PostgresMembers } from '#seams/members'
import { sharedSecret } from '#seams/store'
import { eventually } from '../kit/api-client.ts'
import { type TestDatabase, testDatabase } from './database.ts'

const EDGE: Member = {
  name: 'node1-edge',
  node: 'node1',
  role: 'edge',
  life: 'a',
  control: { host: '10.0.0.1', port: 7000 },
  release: '1',
  startedAt: 1,
}

describe('members in PostgreSQL', () => {
  let database: TestDatabase
  let members: PostgresMembers
  beforeAll(async () => {
    database = await testDatabase()
    members = new PostgresMembers(database.store)
  })
  beforeEach(() => database.store.spine.query('truncate tandem.member'))
  afterAll(() => database.close())

  it('are what they announced, and their pulse moves with every announcement', async () => {
    await members.announce([EDGE])
    expect(await members.list()).toEqual([{ ...EDGE, beat: 1 }])
    await members.announce([EDGE])
    expect(await members.list()).toEqual([{ ...EDGE, beat: 2 }])
    await members.announce([{ ...EDGE, life: 'b' }])
    expect(await members.list()).toEqual([{ ...EDGE, life: 'b', beat: 3 }])
  })

  it('wake others by a change and by a withdrawal, and by no mere pulse', async () => {
    const other = new PostgresMembers(await database.connect())
    let woken = 0
    const stop = other.watch(() => woken++)
    await eventually('the first look', () => (woken > 0 ? true : undefined))
    woken = 0
    await members.announce([EDGE])
    await members.announce([EDGE])
    await members.announce([{ ...EDGE, life: 'b' }])
    await members.withdraw([EDGE.name], 0)
    await eventually('three changes', () => (woken >= 3 ? true : undefined))
    expect(woken).toBe(3)
    stop()
  })

  it('go when they have been silent for long, not before (MSU-05)', async () => {
    await members.announce([EDGE])
    expect(await members.withdraw([EDGE.name], 60_000)).toBe(0)
    expect(await members.withdraw([EDGE.name], 0)).toBe(1)
    expect(await members.list()).toEqual([])
  })

  it('are announced until their announcer is closed, and taken back then', async () => {
    const announcer = new Announcer({ members, clock: systemClock, logger: silentLogger })
    announcer.set(EDGE)
    await announcer.spoken()
    expect(await members.list()).toHaveLength(1)
    await announcer.close(true)
    expect(await members.list()).toEqual([])
  })

  it('share the secret of who brought one first', async () => {
    const { store } = database
    expect(await sharedSecret(store, 'pool', 'one')).toBe('one')
    expect(await sharedSecret(store, 'pool', 'two')).toBe('one')
    expect(await sharedSecret(store, 'token', 'three')).toBe('three')
  })
})
