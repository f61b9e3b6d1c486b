/** The core of the bench `desks`: kernel, hub and WebSockets in a process of its own; says what it uses when it is asked. */
import { WebSocketServer } from 'ws'
import type { CommittedEvent } from '#api/live'
import { RealtimeHub } from '#api/realtime'
import { Tokens } from '#api/sessions'
import { silentLogger, systemClock } from '#base'
import { type CentreCommand, centreMachine } from '#kernel/centre'
import { demoCentre, type User } from '#kernel/config'

const clock = systemClock
const state = centreMachine.initial()
const listeners: ((batch: readonly CommittedEvent[]) => void)[] = []
let sequence = 0

function run(command: CentreCommand): void {
  const now = clock.now()
  const batch: CommittedEvent[] = []
  for (const event of centreMachine.decide(state, command, now)) {
    centreMachine.evolve(state, event, now)
    batch.push({ sequence: ++sequence, term: 1, at: now, event })
  }
  for (const listener of listeners) listener(batch)
}

function agent(n: number): User {
  return {
    name: `agent${n}`,
    displayName: `Agent ${n}`,
    extension: String(50_000 + n),
    role: 'agent',
    skills: { [n % 2 === 0 ? 'sales' : 'support']: 50 },
    initialStatus: 'ready',
  }
}

const agents = Number(process.argv[2])
run({ type: 'ChangeConfiguration', by: 'bench', basedOn: 0, changes: demoCentre() })
const more = Array.from({ length: agents }, (_, n) => agent(n + 1)).filter(
  ({ name }) => !state.configuration.users.has(name),
)
run({
  ...{ type: 'ChangeConfiguration', by: 'bench', basedOn: 1 },
  changes: more.map((value) => ({ kind: 'user' as const, name: value.name, value })),
})
for (let n = 1; n <= agents; n++) run({ type: 'SetReachable', user: `agent${n}`, reachable: true })

const tokens = new Tokens(Buffer.alloc(32), clock)
const centre = {
  state: () => state,
  sequence: () => sequence,
  submit: async () => ({ sequence, events: [] }),
  onCommitted: (listener: (batch: readonly CommittedEvent[]) => void) => {
    listeners.push(listener)
    return () => {}
  },
}
const touch = { heardAt: () => clock.monotonic(), isOut: () => false }
const logOns = { isOn: () => false, onChanged: () => () => {} }
const hub = new RealtimeHub({ centre, tokens, touch, logOns, seen: () => {}, clock, logger: silentLogger })
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
server.on('connection', (socket) => hub.connect(socket, '127.0.0.1'))
server.on('listening', () => {
  const { port } = server.address() as { port: number }
  process.send?.({ port, tokens: Array.from({ length: agents }, (_, n) => tokens.issue(`agent${n + 1}`).token) })
})

let calls = 0
process.on('message', (asked: 'use' | 'change') => {
  if (asked === 'use') {
    globalThis.gc?.()
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed } = process.memoryUsage()
    process.send?.({ use: { cpuMs: (user + system) / 1000, rss, heapUsed } })
    return
  }
  // Calls that wait change both queues for all who serve them; those who go make room for the next.
  calls += 1
  const at = clock.now()
  for (const to of ['1001', '1002']) {
    const old = `ix-${to}-${calls - 20}`
    run({ type: 'Arrive', interaction: `ix-${to}-${calls}`, from: '555', to })
    run({ type: 'ReportCleared', interaction: old, participant: `${old}.p1`, reason: 'hung-up' })
  }
  process.send?.({ changed: { sequence, at } })
})
process.on('disconnect', () => process.exit())
