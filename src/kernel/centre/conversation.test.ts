import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Message } from '#kernel/interaction'
import { dumpCentre, restoreCentre } from './dump.ts'
import type { CentreEvent } from './event.ts'
import { transcriptOf } from './evolve-message.ts'
import { MESSAGES_MAX } from './limits.ts'
import { CentreScene } from './scene.case.ts'

/** A centre of the demo with one chat, at a second a command. */
class Scene extends CentreScene {
  constructor() {
    super()
    for (const user of ['agent1', 'agent3']) this.do({ type: 'SetReachable', user, reachable: true })
    this.do({ type: 'CreateContact', interaction: 'chat', medium: 'chat', from: 'ada@example.com', queue: 'support' })
  }

  get chat() {
    return this.store.interactions.get('chat')
  }

  get messages(): readonly Message[] {
    return this.chat?.conversation?.messages ?? []
  }

  get lines(): readonly string[] {
    return this.messages.map(
      ({ by, user, note, text }) => `${note ?? by}${user ? ` ${user}` : ''}${note ? '' : `: ${text}`}`,
    )
  }

  /** The agent who is asked takes it; gives the agent. */
  accept(): string {
    const phase = this.chat?.phase
    const user = phase?.state === 'offered' ? phase.user : 'nobody'
    this.do({ type: 'Accept', interaction: 'chat', user })
    return user
  }

  write(message: string, text: string, user?: string): readonly CentreEvent[] {
    return this.do({ type: 'SendMessage', interaction: 'chat', message, text, ...(user === undefined ? {} : { user }) })
  }
}

describe('a conversation in writing', () => {
  it('has every line in the order of the log, with what the system says of itself (DIG-12)', () => {
    const scene = new Scene()
    scene.write('m1', 'hello?')
    const user = scene.accept()
    scene.write('m2', 'good morning', user)
    expect(scene.lines).toEqual(['queued', 'customer: hello?', `joined ${user}`, `agent ${user}: good morning`])
    expect(scene.messages.map(({ at }) => at)).toEqual(scene.messages.map(({ at }) => at).toSorted((a, b) => a - b))
  })

  it('takes a line once, however often it is sent (IR-15)', () => {
    const scene = new Scene()
    expect(scene.write('m1', 'once')).toHaveLength(1)
    expect(scene.write('m1', 'once')).toEqual([])
    expect(scene.write('m1', 'another text does not count')).toEqual([])
    expect(scene.lines).toEqual(['queued', 'customer: once'])
  })

  it('is written in by the customer and by agents who take part, by nobody else', () => {
    const scene = new Scene()
    expect(() => scene.write('m1', 'not yet', 'agent1')).toThrow(/takes no part/)
    const user = scene.accept()
    scene.write('m2', 'yes', user)
    expect(() => scene.write('m3', 'me too', 'supervisor')).toThrow(/takes no part/)
    expect(() => scene.do({ type: 'SendMessage', interaction: 'none', message: 'm4', text: 'x' })).toThrow(/is over/)
    scene.do({ type: 'Arrive', interaction: 'call', from: '+4930', to: '1001' })
    expect(() => scene.do({ type: 'SendMessage', interaction: 'call', message: 'm5', text: 'x' })).toThrow(
      /no conversation/,
    )
  })

  it('ends when the customer leaves: abandoned while waiting, answered after an agent was there', () => {
    const waiting = new Scene()
    waiting.do({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready' })
    waiting.do({ type: 'ChooseStatus', user: 'agent3', status: 'not-ready' })
    const ended = waiting.do({ type: 'Leave', interaction: 'chat' })
    expect(ended).toContainEqual(expect.objectContaining({ type: 'InteractionClosed', reason: 'abandoned' }))
    const served = new Scene()
    const user = served.accept()
    served.do({ type: 'Leave', interaction: 'chat' })
    expect(served.chat?.phase.state).toBe('wrapping-up')
    expect(() => served.write('late', 'wait!')).toThrow(/is over/)
    const closed = served.do({ type: 'EndWrapUp', interaction: 'chat', user })
    expect(closed).toContainEqual(expect.objectContaining({ type: 'InteractionClosed', reason: 'answered' }))
  })

  it('waits on when the agent who lost it, or handed it on, has finished its notes (ACD-12)', () => {
    for (const way of ['logs off', 'hands it on'] as const) {
      const scene = new Scene()
      const user = scene.accept()
      const other = user === 'agent1' ? 'agent3' : 'agent1'
      scene.do({ type: 'ChooseStatus', user: other, status: 'not-ready' })
      if (way === 'hands it on') scene.do({ type: 'ChooseStatus', user, status: 'not-ready' })
      if (way === 'logs off') scene.do({ type: 'ChooseStatus', user, status: 'logged-off' })
      else
        scene.do({
          type: 'Transfer',
          interaction: 'chat',
          participant: scene.chat?.participants[0]?.id ?? '',
          to: '1001',
        })
      expect(scene.chat?.phase.state, way).toBe('queued')
      scene.do({ type: 'ChooseStatus', user, status: 'not-ready' })
      scene.do({ type: 'EndWrapUp', interaction: 'chat', user })
      scene.now += 3_600_000
      scene.do({ type: 'Tick' })
      expect(scene.chat?.phase.state, way).toBe('queued')
      scene.write('m1', 'is anybody there?')
      scene.do({ type: 'ChooseStatus', user: other, status: 'ready' })
      expect(scene.accept(), way).toBe(other)
    }
  })

  describe('of several agents (DIG-01)', () => {
    /** The chat with the agent who took it, and a colleague who has been asked into it. */
    function invited() {
      const scene = new Scene()
      const first = scene.accept()
      const second = first === 'agent1' ? 'agent3' : 'agent1'
      const to = scene.store.configuration.users.get(second)?.extension ?? ''
      const [party] = scene.chat?.participants ?? []
      const ask = (number = to) => {
        return scene.do({ type: 'Invite', interaction: 'chat', participant: party?.id ?? '', to: number })
      }
      return { scene, first, second, ask, to, participant: party?.id ?? '' }
    }
    const workOf = (scene: Scene, user: string) =>
      scene.store.agents.get(user)?.work.find((one) => one.interaction === 'chat')

    it('is written in by all of them, and ended by the last', () => {
      const { scene, first, second, ask } = invited()
      ask()
      expect(workOf(scene, second)).toMatchObject({ state: 'offered', medium: 'chat' })
      // Who has not come yet writes nothing.
      expect(() => scene.write('m0', 'too early', second)).toThrow(/takes no part/)
      scene.do({ type: 'Accept', interaction: 'chat', user: second })
      expect(workOf(scene, second)).toMatchObject({ state: 'connected', medium: 'chat' })
      scene.write('m1', 'one', first)
      scene.write('m2', 'two', second)
      scene.do({ type: 'Complete', interaction: 'chat', user: first })
      expect(scene.chat?.phase.state).toBe('connected')
      expect(workOf(scene, first)?.state ?? 'none').not.toBe('connected')
      scene.write('m3', 'three', second)
      expect(() => scene.write('m4', 'I have left', first)).toThrow(/takes no part/)
      scene.do({ type: 'Complete', interaction: 'chat', user: second })
      for (const user of [first, second]) scene.do({ type: 'EndWrapUp', interaction: 'chat', user })
      expect(scene.chat).toBeUndefined()
      const read = transcriptOf(scene.logOf('chat')).map(({ note, user, text }) =>
        `${note ?? text} ${user ?? ''}`.trim(),
      )
      expect(read).toEqual([
        ...['queued', `joined ${first}`, `joined ${second}`, `one ${first}`, `two ${second}`],
        ...[`left ${first}`, `three ${second}`, `left ${second}`, 'ended'],
      ])
    })

    it('goes on without whoever leaves, logs off or is lost, and waits for others only when the last is gone', () => {
      for (const way of ['release', 'log off'] as const) {
        const { scene, first, second, ask, participant } = invited()
        ask()
        scene.do({ type: 'Accept', interaction: 'chat', user: second })
        if (way === 'release') scene.do({ type: 'Release', interaction: 'chat', participant })
        else scene.do({ type: 'ChooseStatus', user: first, status: 'logged-off' })
        expect(scene.chat?.phase.state, way).toBe('connected')
        scene.write('m1', 'still here', second)
        // The last of them cannot leave a customer alone, and whoever logs off gives the chat back.
        const own = scene.chat?.participants.find((one) => one.user === second)?.id ?? ''
        scene.do({ type: 'Release', interaction: 'chat', participant: own })
        expect(scene.chat?.phase.state, way).toBe('connected')
        scene.do({ type: 'ChooseStatus', user: second, status: 'logged-off' })
        expect(['queued', 'offered'], way).toContain(scene.chat?.phase.state)
        expect(dumpCentre(restoreCentre(dumpCentre(scene.store)))).toEqual(dumpCentre(scene.store))
      }
    })

    it('is no invitation any more when it is refused, runs out, or the conversation ends', () => {
      for (const way of ['decline', 'time', 'end', 'transfer'] as const) {
        const { scene, first, second, ask, participant } = invited()
        ask()
        if (way === 'decline') scene.do({ type: 'Decline', interaction: 'chat', user: second })
        if (way === 'time') {
          scene.now += 60_000
          scene.do({ type: 'Tick' })
        }
        if (way === 'end') scene.do({ type: 'Leave', interaction: 'chat' })
        if (way === 'transfer') scene.do({ type: 'Transfer', interaction: 'chat', participant, to: '1002' })
        expect(workOf(scene, second), way).toBeUndefined()
        if (way !== 'end' && way !== 'transfer') {
          scene.write('m1', 'alone', first)
          ask()
          expect(workOf(scene, second)?.state, way).toBe('offered')
        }
      }
    })

    it('is no conference by phone: nobody holds, consults, or is asked who is there already or has no room', () => {
      const { scene, second, ask, to, participant } = invited()
      ask()
      expect(() => ask()).toThrow(/already/)
      scene.do({ type: 'Accept', interaction: 'chat', user: second })
      expect(() => ask()).toThrow(/already/)
      expect(() => ask('1001')).toThrow(/leads nowhere|no such number/i)
      expect(() => ask('9999')).toThrow()
      const talk = { interaction: 'chat', participant } as const
      expect(scene.do({ type: 'Hold', ...talk })).toEqual([])
      expect(scene.do({ type: 'Mute', ...talk, muted: true })).toEqual([])
      expect(scene.do({ type: 'Park', ...talk })).toEqual([])
      expect(scene.do({ type: 'Consult', ...talk, consultation: 'c', to })).toEqual([])
      expect(scene.do({ type: 'Transfer', ...talk, to: '1002' })).toEqual([])
      scene.do({ type: 'ChooseStatus', user: 'agent2', status: 'not-ready' })
      expect(() => ask(scene.store.configuration.users.get('agent2')?.extension)).toThrow()
    })
  })

  it('remembers how far each side has read, and never goes back', () => {
    const scene = new Scene()
    const user = scene.accept()
    scene.write('m1', 'one')
    scene.write('m2', 'two')
    expect(scene.do({ type: 'ReadMessages', interaction: 'chat', message: 'm2', user })).toHaveLength(1)
    expect(scene.do({ type: 'ReadMessages', interaction: 'chat', message: 'm1', user })).toEqual([])
    expect(scene.do({ type: 'ReadMessages', interaction: 'chat', message: 'unknown', user })).toEqual([])
    scene.do({ type: 'ReadMessages', interaction: 'chat', message: 'm1' })
    expect(scene.chat?.conversation?.read).toEqual({ agents: 'm2', customer: 'm1' })
  })

  it('has a limit', () => {
    const scene = new Scene()
    for (let n = 0; n < MESSAGES_MAX; n++) scene.write(`m${n}`, 'more')
    expect(() => scene.write('too-much', 'more')).toThrow(/limit/)
    // What was written before is known all the same.
    expect(scene.write('m7', 'more')).toEqual([])
  })

  it('keeps the files of a line by the hash of their content (IR-11)', () => {
    const scene = new Scene()
    const files = [{ hash: 'a'.repeat(64), name: 'bill.pdf', type: 'application/pdf', bytes: 7 }]
    scene.do({ type: 'SendMessage', interaction: 'chat', message: 'm1', text: '', files })
    expect(scene.messages.at(-1)).toMatchObject({ text: '', files })
  })

  it('is the same after a takeover and in history, whatever happened (IR-13, IR-16, IR-20)', {
    timeout: 300_000,
  }, () => {
    const deed = fc.record({
      what: fc.constantFrom(
        'customer',
        'agent',
        'accept',
        'decline',
        'read',
        'transfer',
        'leave',
        'log-off',
        'log-on',
        'again',
      ),
      text: fc.string({ maxLength: 20 }),
    })
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 30 }), (deeds) => {
        const scene = new Scene()
        const birth = scene.chat?.createdAt
        let last: readonly Message[] = scene.messages
        for (const [n, { what, text }] of deeds.entries()) {
          const phase = scene.chat?.phase
          const user = scene.chat?.participants.find((one) => one.connection === 'connected')?.user
          const asked = phase?.state === 'offered' ? phase.user : undefined
          if (!scene.chat || phase?.state === 'wrapping-up') break
          if (what === 'customer') scene.write(`m${n}`, text)
          if (what === 'again') scene.write(last.findLast(({ by }) => by === 'customer')?.id ?? `m${n}`, text)
          if (what === 'agent' && user !== undefined) scene.write(`m${n}`, text, user)
          if (what === 'accept') scene.accept()
          if (what === 'decline' && asked !== undefined) scene.do({ type: 'Decline', interaction: 'chat', user: asked })
          if (what === 'read') scene.do({ type: 'ReadMessages', interaction: 'chat', message: last.at(-1)?.id ?? '' })
          const party = scene.chat?.participants.find((one) => one.connection === 'connected')
          if (what === 'transfer' && party)
            scene.do({ type: 'Transfer', interaction: 'chat', participant: party.id, to: '1001' })
          if (what === 'leave') scene.do({ type: 'Leave', interaction: 'chat' })
          if (what === 'log-off') scene.do({ type: 'ChooseStatus', user: 'agent1', status: 'logged-off' })
          if (what === 'log-on') scene.do({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
          if (!scene.chat) break
          // Nothing that stood there has gone or moved, and the next primary has exactly this.
          expect(scene.messages.slice(0, last.length)).toEqual(last)
          last = scene.messages
          scene.crash()
          expect(scene.messages).toEqual(last)
          expect(scene.chat.createdAt).toBe(birth)
          expect(new Set(last.map(({ id }) => id)).size).toBe(last.length)
        }
        const told = transcriptOf(scene.logOf('chat'))
        expect(told.slice(0, last.length)).toEqual(last)
        expect(told.length).toBeGreaterThanOrEqual(last.length)
      }),
      { numRuns: 150 },
    )
  })
})
