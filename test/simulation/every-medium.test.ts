import { describe, expect, it } from 'vitest'
import type { CentreCommand } from '#kernel/centre'
import { PARAMETERS } from '#kernel/config'
import { Scene } from './scene.ts'

/** One contact of each kind that waits in the queue of support. */
const WAITING: Readonly<Record<string, CentreCommand>> = {
  voice: { type: 'Arrive', interaction: 'x', from: '555', to: '1001' },
  callback: { type: 'CreateCallback', interaction: 'x', number: '555', queue: 'support' },
  'work-item': { type: 'CreateWorkItem', interaction: 'x', subject: 'form 7', queue: 'support', by: 'admin' },
  chat: { type: 'CreateContact', interaction: 'x', medium: 'chat', from: 'ada@example.com', queue: 'support' },
  sms: { type: 'CreateContact', interaction: 'x', medium: 'sms', from: '+491701', queue: 'support' },
  email: { type: 'CreateContact', interaction: 'x', medium: 'email', from: 'ada@example.com', queue: 'support' },
  fax: { type: 'CreateContact', interaction: 'x', medium: 'fax', from: '+4930', queue: 'support' },
}

/** What of a contact is durable: all of it. */
const whole = (scene: Scene) => JSON.stringify(scene.interaction('x'))

describe('a takeover, for every medium alike and with nothing set for it (IR-01, IR-04, IR-18, IR-24, IR-28, IR-29, SW-105, SW-107)', () => {
  it.each(Object.entries(WAITING))(
    '%s that waits is the same, keeps its place, and is served afterwards',
    (medium, command) => {
      const scene = new Scene()
      scene.does(command)
      const enteredAt = scene.world.now
      scene.passes(3_600_000)
      const before = whole(scene)
      scene.crashes()
      expect(whole(scene)).toBe(before)
      expect(scene.interaction('x').medium).toBe(medium)
      // Whoever comes later is behind it.
      scene.arrives('1001')
      scene.phones('agent1')
      expect(scene.phase('x')).toMatchObject({ state: 'offered', user: 'agent1', enteredAt })
      expect(scene.phase('ix-1')).toMatchObject({ state: 'queued' })
    },
  )

  it.each(['work-item', 'chat', 'sms', 'email', 'fax'])(
    '%s that an agent works on stays with the agent, who completes it (IR-28, IR-29, SW-105)',
    (medium) => {
      const scene = new Scene().phones('agent1')
      scene.does(WAITING[medium]!)
      scene.does({ type: 'Accept', interaction: 'x', user: 'agent1' })
      const before = whole(scene)
      scene.crashes()
      expect(whole(scene)).toBe(before)
      expect(scene.phase('x').state).toBe('connected')
      expect(scene.does({ type: 'Complete', interaction: 'x', user: 'agent1' }).join()).toContain(
        'WrapUpStarted agent1',
      )
    },
  )

  it('callback whose customer is being called goes on: one call, one answer (IR-18)', () => {
    const scene = new Scene().phones('agent1')
    scene.does(WAITING['callback']!)
    scene.connects('x.p1')
    scene.crashes()
    expect(scene.desired('x.p2')).toMatchObject({ connection: 'connected', dial: { address: '555' } })
    expect(scene.connects('x.p2')).toEqual([
      'ParticipantConnected x.p2',
      'RecordingStarted x.r1 of x.p2 x.p1',
      'CallbackAttempted 1 reached',
    ])
  })

  it('voice mail that is being left is recorded on, and kept for its mailbox (IR-28, IR-29)', () => {
    const scene = new Scene()
    scene.arrives('1000')
    scene.connects('ix-1.p1')
    scene.heard('ix-1.p1')
    scene.presses('ix-1.p1', '4')
    expect(scene.heard('ix-1.p1').at(-1)).toMatch(/^RecordingStarted/)
    scene.crashes()
    expect(scene.presses('ix-1.p1', '#')).toContain('RecordingEnded ix-1.r1')
    const started = scene.world.log.find(({ event }) => event.type === 'RecordingStarted')
    expect(started?.event).toMatchObject({ mailbox: 'support' })
  })

  it('cannot be switched off: no setting of the pool is about recovery, and none waits for a restart (IR-06, IR-09)', () => {
    expect(PARAMETERS.filter(({ name, what }) => /recover|restart/i.test(`${name} ${what}`))).toEqual([])
    const scene = new Scene()
    const value = { value: '1' }
    for (const channel of ['Mail', 'Chat', 'Callback', 'SMS']) {
      const name = `${channel} Interaction Recovery Enabled`
      expect(() => scene.changes({ kind: 'parameter', name, value })).toThrow(/parameters\./)
    }
    expect(scene.world.head.configuration.parameters.size).toBe(0)
  })
})

describe('the best skilled', () => {
  it('is given chats, texts and mails as calls are, though somebody else was idle longer (DIG-02)', () => {
    for (const medium of ['chat', 'sms', 'email']) {
      for (const [best, other] of [
        ['agent3', 'agent1'],
        ['agent1', 'agent3'],
      ] as const) {
        const scene = new Scene()
        const value = { ...scene.world.head.configuration.users.get(best)!, skills: { support: 95 } }
        scene.changes(scene.queue('support', { strategy: 'most-skilled' }), { kind: 'user', name: best, value })
        scene.phones(other, best)
        expect(scene.does(WAITING[medium]!).at(-1), medium).toMatch(new RegExp(`^Offered ${best} `))
      }
    }
  })
})
