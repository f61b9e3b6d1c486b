import { describe, expect, it } from 'vitest'
import type { ServerMessage } from '#api/contract'
import type { CommittedEvent } from '#api/live'
import { Tokens } from '#api/sessions'
import { silentLogger, VirtualClock } from '#base'
import { type CentreCommand, centreMachine } from '#kernel/centre'
import { demoCentre } from '#kernel/config'
import type { Socket } from './client.ts'
import { RealtimeHub } from './hub.ts'
import { TouchedRing, untouched } from './touched.ts'

class FakeSocket implements Socket {
  bufferedAmount = 0
  readonly sent: ServerMessage[] = []
  readonly raw: Buffer[] = []
  ended: number | 'terminated' | undefined
  readonly #listeners = new Map<string, (...args: never[]) => void>()

  send(data: Buffer): void {
    this.raw.push(data)
    this.sent.push(JSON.parse(data.toString()) as ServerMessage)
  }
  close(code: number): void {
    this.ended = code
  }
  terminate(): void {
    this.ended = 'terminated'
  }
  on(event: string, listener: (...args: never[]) => void): void {
    this.#listeners.set(event, listener)
  }
  say(message: unknown): void {
    const listener = this.#listeners.get('message') as unknown as (data: string, isBinary: boolean) => void
    listener(JSON.stringify(message), false)
  }
}

function setUp() {
  const clock = new VirtualClock()
  const state = centreMachine.initial()
  const listeners: ((batch: readonly CommittedEvent[]) => void)[] = []
  let sequence = 0
  /** All of them are heard of in one batch, as by a backup that was behind. */
  const run = (...commands: readonly CentreCommand[]): void => {
    const batch = commands.flatMap((command) => {
      const events = centreMachine.decide(state, command, clock.now())
      for (const event of events) centreMachine.evolve(state, event, clock.now())
      return events.map((event) => ({ sequence: ++sequence, term: 1, at: clock.now(), event }))
    })
    for (const listener of listeners) listener(batch)
  }
  run({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: demoCentre() })
  const tokens = new Tokens(Buffer.alloc(32), clock, undefined, (user) =>
    state.configurationState.sessionsSince.get(user),
  )
  const touch = { heardAt: () => clock.monotonic(), isOut: () => false }
  const loggedOn = new Set<string>()
  let changed: (user: string) => void = () => {}
  const logOns = {
    isOn: (user: string) => loggedOn.has(user),
    onChanged: (listener: (user: string) => void) => {
      changed = listener
      return () => {}
    },
  }
  const logOn = (user: string): void => {
    loggedOn.add(user)
    changed(user)
  }
  const hub = new RealtimeHub({
    touch,
    seen: () => {},
    logOns,
    centre: {
      state: () => state,
      sequence: () => sequence,
      submit: async () => ({ sequence, events: [] }),
      onCommitted: (listener) => {
        listeners.push(listener)
        return () => {}
      },
    },
    tokens,
    clock,
    logger: silentLogger,
  })
  const connectAs = (user: string, seen?: number, colleagues?: readonly string[]) => {
    const socket = new FakeSocket()
    hub.connect(socket, '10.0.0.1')
    const { token } = tokens.issue(user)
    socket.say({
      type: 'resume',
      token,
      topics: ['queues', 'agents', 'interactions'],
      ...(seen === undefined ? {} : { sequence: seen }),
      ...(colleagues && { colleagues }),
    })
    return { socket, token }
  }
  const connect = (user = 'supervisor', seen?: number): FakeSocket => connectAs(user, seen).socket
  return { touch, clock, hub, run, state, logOn, connect, connectAs, tokens, sequence: () => sequence }
}

describe('the hub', () => {
  it('tells all that happens within a tenth of a second in one message', () => {
    const { clock, run, connect } = setUp()
    const socket = connect()
    for (let i = 0; i < 50; i++) run({ type: 'Arrive', interaction: `ix-${i}`, from: '1', to: '1001' })
    clock.advance(100)
    expect(socket.sent.map((message) => message.type)).toEqual(['snapshot', 'changes'])
    expect(socket.sent[1]).toMatchObject({ sequence: expect.any(Number), interactions: { length: 50 } })
  })

  it('sends nothing to a browser that does not read, and a snapshot once it has', () => {
    const { clock, run, connect } = setUp()
    const slow = connect()
    const quick = connect()
    slow.bufferedAmount = 5_000_000
    for (let i = 0; i < 20; i++) {
      run({ type: 'Arrive', interaction: `ix-${i}`, from: '1', to: '1001' })
      clock.advance(100)
    }
    expect(slow.sent).toHaveLength(1)
    expect(quick.sent.filter((message) => message.type === 'changes')).toHaveLength(20)
    slow.bufferedAmount = 0
    clock.advance(6000)
    expect(slow.sent[1]).toMatchObject({ type: 'snapshot', interactions: { length: 20 } })
  })

  it('ends a browser that reads nothing for half a minute, and one that never says who it is', () => {
    const { clock, run, connect, hub } = setUp()
    const stuck = connect()
    stuck.bufferedAmount = 5_000_000
    run({ type: 'Arrive', interaction: 'ix-1', from: '1', to: '1001' })
    const silent = new FakeSocket()
    hub.connect(silent, '10.0.0.2')
    clock.advance(5000)
    expect(silent.ended).toBe(4400)
    clock.advance(40_000)
    expect(stuck.ended).toBe('terminated')
  })

  it('tells the colleagues of a small group what rings there and that it rings no more, and nobody else (UCC-08)', () => {
    const { clock, run, state, connect } = setUp()
    const groups = { agent1: ['pair'], agent2: ['pair'], agent3: ['crowd'] }
    const users = [...state.configuration.users.values()]
    const crowd = users.slice(10, 61).map(({ name }) => [name, ['crowd']] as const)
    const changes = [...Object.entries(groups), ...crowd].map(([name, of]) => ({
      ...{ kind: 'user' as const, name },
      value: { ...state.configuration.users.get(name)!, groups: of },
    }))
    run({ type: 'ChangeConfiguration', by: 'test', basedOn: 1, changes })
    const [colleague, stranger, crowded] = [connect('agent2'), connect('agent4'), connect(crowd[0]![0])]
    const rings = (id: string, user: string, queue: string): void => {
      run({ type: 'SetReachable', user, reachable: true })
      run({ type: 'ChooseStatus', user, status: 'ready' })
      run({ type: 'Arrive', interaction: id, from: '+4930', to: queue })
      run({ type: 'ReportConnected', interaction: id, participant: `${id}.p1` })
      clock.advance(100)
    }
    const told = (socket: FakeSocket, id: string) =>
      socket.sent.flatMap((message) =>
        'interactions' in message ? message.interactions.filter((view) => view.id === id) : [],
      )
    rings('ix-1', 'agent1', '1001')
    expect(told(colleague, 'ix-1')).toMatchObject([
      { state: 'offered', from: '+4930', agent: 'agent1', agentName: 'Agent 1', participants: [], step: null },
    ])
    const phase = state.interactions.get('ix-1')!.phase
    const participant = phase.state === 'offered' ? phase.participant : 'none'
    run({ type: 'ReportAlerting', interaction: 'ix-1', participant })
    run({ type: 'ReportConnected', interaction: 'ix-1', participant })
    clock.advance(100)
    expect(told(colleague, 'ix-1').at(-1)).toMatchObject({ state: 'connected', agent: null, participants: [] })
    expect(told(colleague, 'ix-1').at(-1)).not.toHaveProperty('agentName')
    expect(told(stranger, 'ix-1')).toEqual([])
    // Whoever comes later sees what rings, and nothing of what talks.
    const late = connect('agent2')
    expect(late.sent[0]).toMatchObject({ type: 'snapshot' })
    // In a crowd nobody is told: it would be told to all of them.
    rings('ix-2', 'agent3', '1001')
    expect(state.interactions.get('ix-2')?.phase).toMatchObject({ state: 'offered', user: 'agent3' })
    expect(told(crowded, 'ix-2')).toEqual([])
  })

  /** What a browser was told of colleagues since the snapshot, one list a message. */
  const presences = ({ sent }: FakeSocket) =>
    sent.slice(1).map((message) => ('colleagues' in message ? message.colleagues : []))

  it('tells what colleagues are, say, do on the phone and are reached by as it changes, of those whom the page shows (AGS-05, AGS-06, AGS-08)', () => {
    const { clock, run, state, connectAs, logOn } = setUp()
    const { socket } = connectAs('agent5', undefined, ['agent1', 'agent3', 'nobody'])
    const { socket: supervisor } = connectAs('supervisor', undefined, ['agent1'])
    const { socket: stranger } = connectAs('agent7')
    expect(socket.sent[0]).toMatchObject({
      colleagues: [
        { user: 'agent1', status: 'unreachable', line: 'none', note: null, reachedBy: [] },
        { user: 'agent3', status: 'unreachable', line: 'none', note: null, reachedBy: [] },
      ],
    })
    const moment = (...commands: readonly CentreCommand[]): void => {
      run(...commands)
      clock.advance(100)
    }
    moment({ type: 'SetReachable', user: 'agent1', reachable: true })
    moment({ type: 'ChooseStatus', user: 'agent1', status: 'not-ready', reason: 'Lunch' })
    moment({ type: 'NotePresence', user: 'agent1', by: 'supervisor', note: 'back at three' })
    logOn('agent1')
    clock.advance(100)
    moment({ type: 'Arrive', interaction: 'ix-1', from: '555', to: '2001' })
    const phase = state.interactions.get('ix-1')!.phase
    const participant = phase.state === 'offered' ? phase.participant : 'none'
    moment({ type: 'ReportConnected', interaction: 'ix-1', participant })
    moment({ type: 'End', interaction: 'ix-1', by: 'supervisor' })
    const away = { user: 'agent1', status: 'not-ready', reason: 'Lunch', note: 'back at three' }
    const told = [
      [{ user: 'agent1', status: 'ready', line: 'idle', reachedBy: ['phone'] }],
      [{ user: 'agent1', status: 'not-ready', reason: 'Lunch', note: null }],
      [{ ...away, reachedBy: ['phone'] }],
      [{ ...away, reachedBy: ['phone', 'chat'], line: 'idle' }],
      [{ user: 'agent1', status: 'offered', line: 'ringing', note: 'back at three' }],
      [{ user: 'agent1', status: 'busy', line: 'busy', note: 'back at three' }],
      [{ ...away, line: 'idle', media: expect.arrayContaining(['voice', 'chat', 'email']) }],
    ]
    expect(presences(socket).filter((colleagues) => colleagues?.length)).toMatchObject(told)
    expect(presences(supervisor).filter((colleagues) => colleagues?.length)).toMatchObject(told)
    // Others are told what was theirs before, and nothing of it.
    expect(stranger.sent.every((message) => !('colleagues' in message))).toBe(true)
  })

  it('tells whoever comes back the presence of all whom the page shows, for not all of it stands in the log (AGS-08)', () => {
    const { clock, run, connectAs, logOn, sequence } = setUp()
    run({ type: 'SetReachable', user: 'agent1', reachable: true })
    clock.advance(100)
    const seen = sequence()
    logOn('agent3')
    clock.advance(100)
    const { socket } = connectAs('agent5', seen, ['agent1', 'agent3'])
    expect(socket.sent).toMatchObject([
      {
        type: 'changes',
        agents: [],
        colleagues: [
          { user: 'agent1', reachedBy: ['phone'] },
          { user: 'agent3', reachedBy: ['chat'] },
        ],
      },
    ])
  })

  it('tells nothing of colleagues to who may not call them', () => {
    const { run, state, connectAs } = setUp()
    const { version } = state.configuration
    const value = { name: 'agent', rights: ['view-own'] } as const
    run({
      type: 'ChangeConfiguration',
      by: 'test',
      basedOn: version,
      changes: [{ kind: 'role', name: 'agent', value }],
    })
    const { socket } = connectAs('agent5', undefined, ['agent1'])
    expect(socket.sent).toHaveLength(1)
    expect(socket.sent[0]).not.toHaveProperty('colleagues')
  })

  it('shows out a browser whose session is over', () => {
    const { clock, connect } = setUp()
    const socket = connect()
    clock.advance(12 * 3_600_000 + 5000)
    expect(socket.ended).toBe(4401)
  })

  it('takes off the page at once what a withdrawn right has shown, and leaves other pages alone (SEC-05, SEC-07)', () => {
    const { clock, run, connect, state } = setUp()
    const [supervisor, other] = [connect('supervisor'), connect('admin')]
    run({ type: 'Arrive', interaction: 'ix-1', from: '1', to: '1001' })
    clock.advance(100)
    const value = { ...state.configuration.users.get('supervisor')!, role: 'agent' as const }
    run({
      type: 'ChangeConfiguration',
      by: 'admin',
      basedOn: 1,
      changes: [{ kind: 'user', name: 'supervisor', value }],
    })
    clock.advance(100)
    expect(supervisor.sent.at(-1)).toMatchObject({
      type: 'snapshot',
      interactions: [],
      agents: [{ user: 'supervisor' }],
    })
    expect(other.sent.at(-1)).toMatchObject({ type: 'changes' })
  })

  it('shows out at once all browsers of a user whose log-ins have ended, or whose account is disabled (SEC-05)', () => {
    const { clock, run, connect, state } = setUp()
    const [one, two, other] = [connect('agent1'), connect('agent1'), connect('agent2')]
    clock.advance(1)
    run({ type: 'EndSessions', user: 'agent1', by: 'admin' })
    clock.advance(100)
    expect([one.ended, two.ended, other.ended]).toEqual([4401, 4401, undefined])
    const value = { ...state.configuration.users.get('agent2')!, disabled: true as const }
    run({ type: 'ChangeConfiguration', by: 'admin', basedOn: 1, changes: [{ kind: 'user', name: 'agent2', value }] })
    clock.advance(100)
    expect(other.ended).toBe(4401)
  })

  it('shows out a browser with a token of nobody, and one that has logged out elsewhere, with the next change', () => {
    const { clock, run, connectAs, tokens, hub } = setUp()
    const stranger = new FakeSocket()
    hub.connect(stranger, '10.0.0.3')
    stranger.say({ type: 'resume', token: 'no.token', topics: ['queues'] })
    expect(stranger.ended).toBe(4401)
    const { socket, token } = connectAs('supervisor')
    tokens.revoke(tokens.verify(token))
    run({ type: 'Arrive', interaction: 'ix-1', from: '1', to: '1001' })
    clock.advance(100)
    expect(socket.ended).toBe(4401)
    expect(socket.sent.map((message) => message.type)).toEqual(['snapshot', 'problem'])
  })

  it('makes a text once for all who see the same, however many they are', () => {
    const { clock, run, connect } = setUp()
    const raw = Array.from({ length: 50 }, () => connect('supervisor').raw)
    const before = raw.map((sent) => sent.length)
    run({ type: 'Arrive', interaction: 'ix-1', from: '1', to: '1001' })
    clock.advance(100)
    expect(raw.map((sent, n) => sent.length - before[n]!)).toEqual(Array(50).fill(1))
    expect(new Set(raw.map((sent) => sent.at(-1))).size).toBe(1)
  })

  it('tells nobody of nothing when a browser comes', () => {
    const { connect } = setUp()
    const there = connect()
    for (let n = 0; n < 20; n++) connect('agent1')
    expect(there.sent).toHaveLength(1)
  })

  it('waits for what a browser has seen on another core, but not for ever', () => {
    const { clock, run, connect, sequence } = setUp()
    const ahead = connect('supervisor', sequence() + 3)
    clock.advance(500)
    expect(ahead.sent).toEqual([])
    for (let i = 0; i < 3; i++) run({ type: 'SetReachable', user: `agent${i + 1}`, reachable: true })
    clock.advance(200)
    expect(ahead.sent[0]).toMatchObject({ type: 'alive' })
    const tooFar = connect('supervisor', sequence() + 1000)
    clock.advance(3000)
    expect(tooFar.sent[0]).toMatchObject({ type: 'snapshot' })
  })

  it('shows nobody less than it has seen while it is cut off, and what there is as soon as it knows that there is no more', () => {
    const { clock, connect, sequence, touch } = setUp()
    const lastHeard = clock.monotonic()
    touch.heardAt = () => lastHeard
    clock.advance(1)
    const ahead = connect('supervisor', sequence() + 5)
    const even = connect('supervisor', sequence())
    expect(even.sent[0]).toMatchObject({ type: 'alive' })
    clock.advance(1_900)
    expect([ahead.sent, ahead.ended]).toEqual([[], undefined])
    clock.advance(200)
    expect(ahead.sent).toMatchObject([{ type: 'problem', status: 503 }])
    expect(ahead.ended).toBe(4504)
    // The log is read again, and was restored to less than the browser had seen.
    touch.heardAt = () => clock.monotonic()
    const restored = connect('supervisor', sequence() + 5)
    clock.advance(2_100)
    expect(restored.sent[0]).toMatchObject({ type: 'snapshot', sequence: sequence() })
  })

  it('shows everybody out when it has been out of touch for long, and takes nobody until it is back', () => {
    const { clock, connect, sequence, touch } = setUp()
    const there = connect()
    touch.isOut = () => true
    clock.advance(5_000)
    expect(there.sent.map(({ type }) => type)).toEqual(['snapshot', 'problem'])
    expect(there.ended).toBe(4504)
    expect(connect('supervisor', sequence()).ended).toBe(4504)
    expect(connect('supervisor').ended).toBe(4504)
    touch.isOut = () => false
    expect(connect('supervisor').sent[0]).toMatchObject({ type: 'snapshot' })
  })
})

describe('more ends than the hub remembers', () => {
  /** More than a busy minute has, and than the hub remembers. */
  const CALLS = 600
  const callers = Array.from({ length: CALLS }, (_, index) => `ix-${index}`)

  /** What a browser believes to be open after all that it was told. */
  function believed({ sent }: FakeSocket): ReadonlySet<string> {
    const open = new Set<string>()
    for (const message of sent) {
      if (message.type === 'snapshot') open.clear()
      if (message.type !== 'snapshot' && message.type !== 'changes') continue
      for (const { id, state } of message.interactions) {
        if (state === 'closed') open.delete(id)
        else open.add(id)
      }
    }
    return open
  }

  it('leave no ghost in a browser that was there, nor in one that comes back', () => {
    const { clock, run, connect, sequence } = setUp()
    const there = connect()
    for (const id of callers) run({ type: 'Arrive', interaction: id, from: '1', to: '1001' })
    clock.advance(100)
    const seen = sequence()
    const before = believed(there)
    expect(before.size).toBe(CALLS)
    for (const id of callers)
      run({ type: 'ReportCleared', interaction: id, participant: `${id}.p1`, reason: 'hung-up' })
    clock.advance(100)
    expect(believed(there)).toEqual(new Set())
    const back = connect('supervisor', seen)
    expect(back.sent[0]).toMatchObject({ type: 'snapshot', interactions: [] })
  })
})

describe('a call that began and ended while the hub was behind', () => {
  const arrives: CentreCommand = { type: 'Arrive', interaction: 'ix-1', from: '1', to: '1001' }
  const ends: CentreCommand = {
    ...{ type: 'ReportCleared', interaction: 'ix-1', participant: 'ix-1.p1', reason: 'hung-up' },
  }

  it('is no ghost in a browser that another core had told of it, and costs the others no snapshot', () => {
    const { clock, run, connect, sequence } = setUp()
    const there = connect()
    const before = sequence()
    run(arrives, ends)
    // In the middle of what this hub heard of at once: another core had told of the call's beginning.
    const back = connect('supervisor', before + 1)
    expect(back.sent[0]).toMatchObject({ type: 'snapshot', interactions: [] })
    clock.advance(100)
    expect(there.sent.slice(1).some(({ type }) => type === 'snapshot')).toBe(false)
    expect(connect('supervisor', before).sent[0]?.type).not.toBe('snapshot')
    expect(connect('supervisor', sequence()).sent[0]?.type).not.toBe('snapshot')
  })
})

describe('the ring', () => {
  it('knows what was touched since, until it has forgotten', () => {
    const ring = new TouchedRing(10, 3)
    for (let sequence = 11; sequence <= 15; sequence++) {
      ring.push(sequence, { ...untouched(), interactions: new Set([`ix-${sequence}`]) })
    }
    expect(ring.since(11)).toBeUndefined()
    expect([...ring.since(13)!.interactions]).toEqual(['ix-14', 'ix-15'])
    expect(ring.since(15)!.interactions.size).toBe(0)
  })
})
