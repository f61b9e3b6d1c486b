import { describe, expect, it } from 'vitest'
import type { ServerMessage } from '#api/contract'
import { EMPTY_BOARD } from './board.ts'
import { HandClock } from './hand-clock.ts'
import { LiveConnection, type LiveConnectionOptions, type Socket } from './live-connection.ts'

class TestSocket implements Socket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  readonly sent: { sequence?: number; token: string }[] = []
  isClosed = false

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.isClosed = true
  }
  hear(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function snapshot(sequence: number): Extract<ServerMessage, { type: 'snapshot' }> {
  return {
    type: 'snapshot',
    sequence,
    serverTime: '2026-01-01T00:00:00.000Z',
    queues: [],
    agents: [],
    interactions: [],
  }
}

function setUp(more: Partial<LiveConnectionOptions> = {}) {
  const clock = new HandClock(Date.UTC(2026, 0, 1))
  const sockets: TestSocket[] = []
  let overs = 0
  const rights: string[] = []
  const connection = new LiveConnection({
    open: () => {
      const socket = new TestSocket()
      sockets.push(socket)
      return socket
    },
    token: 'token',
    clock,
    onOver: () => {
      overs += 1
    },
    onRights: (told) => void rights.push(told.join()),
    ...more,
  })
  const last = (): TestSocket => sockets.at(-1)!
  return { clock, sockets, connection, last, overs: () => overs, rights }
}

describe('the connection', () => {
  it('is live once the snapshot is there, and tells who it is first', () => {
    const { connection, last } = setUp()
    last().onopen?.()
    expect(last().sent).toEqual([
      { type: 'resume', token: 'token', topics: ['queues', 'agents', 'interactions', 'mailboxes'] },
    ])
    expect(connection.state.get()).toBe('connecting')
    last().hear(snapshot(7))
    expect(connection.state.get()).toBe('live')
  })

  it('asks for the presence of those whom the page shows, again after a loss, and for nobody’s any more (AGS-08)', () => {
    const { connection, clock, last } = setUp()
    // Before anything was heard, the first message says it.
    connection.follow(['ada'])
    last().onopen?.()
    expect(last().sent).toMatchObject([{ type: 'resume', colleagues: ['ada'] }])
    last().hear(snapshot(7))
    connection.follow(['ada', 'bob'])
    connection.follow(['ada', 'bob'])
    expect(last().sent.slice(1)).toMatchObject([{ sequence: 7, colleagues: ['ada', 'bob'] }])
    last().onclose?.({ code: 1006 })
    clock.pass(5_000)
    last().onopen?.()
    expect(last().sent).toMatchObject([{ sequence: 7, colleagues: ['ada', 'bob'] }])
    last().hear(snapshot(9))
    connection.follow([])
    expect(last().sent.at(-1)).not.toHaveProperty('colleagues')
  })

  it('resumes from the last sequence after a loss, sooner at first than later, and keeps the board meanwhile', () => {
    const { clock, connection, sockets, last } = setUp()
    last().onopen?.()
    last().hear(snapshot(7))
    last().hear({ type: 'alive', sequence: 12, serverTime: '2026-01-01T00:00:00.000Z' })
    last().onclose?.({ code: 1012 })
    expect(connection.state.get()).toBe('reconnecting')
    expect(connection.board.get().sequence).toBe(12)
    clock.pass(150)
    expect(sockets).toHaveLength(2)
    last().onopen?.()
    expect(last().sent[0]).toMatchObject({ sequence: 12 })
    last().onclose?.({ code: 1006 })
    clock.pass(299)
    expect(sockets).toHaveLength(2)
    clock.pass(1)
    expect(sockets).toHaveLength(3)
    last().hear(snapshot(20))
    expect(connection.state.get()).toBe('live')
  })

  it('takes silence for a loss', () => {
    const { clock, connection, sockets, last } = setUp()
    last().hear(snapshot(1))
    clock.pass(14_000)
    last().hear({ type: 'alive', sequence: 1, serverTime: '2026-01-01T00:00:00.000Z' })
    clock.pass(14_000)
    expect(connection.state.get()).toBe('live')
    clock.pass(1000)
    expect(connection.state.get()).toBe('reconnecting')
    expect(sockets[0]!.isClosed).toBe(true)
  })

  it('says whether the server answers, is silent or has closed, and bears as much silence as it is told (AA-18)', () => {
    const told: string[] = []
    const { clock, last } = setUp({
      silenceMs: () => 8_000,
      onAnswered: () => told.push('answered'),
      onUnanswered: (how) => told.push(how),
    })
    last().hear(snapshot(1))
    clock.pass(7_999)
    expect(told).toEqual(['answered'])
    clock.pass(1)
    expect(told).toEqual(['answered', 'silent'])
    clock.pass(150)
    last().onclose?.({ code: 1006 })
    expect(told).toEqual(['answered', 'silent', 'refused'])
  })

  it('goes on with another session of the same user from where it was, also when the one before was over', () => {
    const { connection, sockets, last, overs } = setUp()
    last().onopen?.()
    last().hear(snapshot(7))
    last().onclose?.({ code: 4401 })
    connection.retryNow()
    expect([overs(), sockets.length, connection.board.get().sequence]).toEqual([1, 1, 7])
    connection.renew('token')
    expect(sockets).toHaveLength(1)
    connection.renew('next')
    expect(connection.state.get()).toBe('reconnecting')
    last().onopen?.()
    expect(last().sent[0]).toMatchObject({ token: 'next', sequence: 7 })
    last().hear({ type: 'alive', sequence: 9, serverTime: '2026-01-01T00:00:00.000Z' })
    expect([connection.state.get(), connection.board.get().sequence]).toEqual(['live', 9])
    // While the one before still holds, its connection is let go.
    connection.renew('third')
    expect([sockets.length, sockets[1]!.isClosed]).toEqual([3, true])
    connection.close()
    connection.renew('fourth')
    expect([sockets.length, overs()]).toEqual([3, 1])
  })

  it('stops when the session is over, and when it is closed', () => {
    const first = setUp()
    first.last().onclose?.({ code: 4401 })
    first.clock.pass(60_000)
    expect([first.overs(), first.sockets.length, first.connection.state.get()]).toEqual([1, 1, 'over'])
    const second = setUp()
    second.connection.close()
    second.clock.pass(60_000)
    second.connection.retryNow()
    expect([second.sockets.length, second.last().isClosed]).toEqual([1, true])
  })

  it('tries at once when it is told that the network is back', () => {
    const { connection, sockets, last } = setUp()
    for (let i = 0; i < 3; i++) {
      last().onclose?.({ code: 1006 })
      connection.retryNow()
    }
    expect(sockets).toHaveLength(4)
  })

  it('gives up what the network has left of it when that is back, and keeps what was just heard', () => {
    const { clock, connection, sockets, last } = setUp()
    last().onopen?.()
    last().hear(snapshot(7))
    clock.pass(5000)
    connection.retryNow()
    expect(sockets).toHaveLength(1)
    clock.pass(2000)
    connection.retryNow()
    expect([sockets.length, sockets[0]!.isClosed, connection.state.get()]).toEqual([2, true, 'reconnecting'])
    // The one that was asked for a moment ago is on its way; one that still waits is asked for anew.
    connection.retryNow()
    expect(sockets).toHaveLength(2)
    clock.pass(1000)
    connection.retryNow()
    expect(sockets).toHaveLength(3)
    last().onopen?.()
    expect(last().sent[0]).toMatchObject({ sequence: 7 })
  })

  it('forgets what it has shown, and asks for everything, when the rights have become others while it was away', () => {
    const { clock, connection, sockets, last, rights } = setUp()
    last().onopen?.()
    last().hear({ ...snapshot(7), rights: ['view-live'] })
    last().onclose?.({ code: 1012 })
    clock.pass(150)
    last().onopen?.()
    last().hear({ type: 'alive', sequence: 9, serverTime: '2026-01-01T00:00:00.000Z', rights: [] })
    expect(connection.board.get()).toBe(EMPTY_BOARD)
    expect(sockets).toHaveLength(3)
    last().onopen?.()
    expect(last().sent[0]).not.toHaveProperty('sequence')
    last().hear({ ...snapshot(9), rights: [] })
    expect(sockets).toHaveLength(3)
    expect(rights).toEqual(['view-live', '', ''])
  })
})
