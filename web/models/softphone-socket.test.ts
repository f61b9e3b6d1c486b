import { describe, expect, it } from 'vitest'
import { HandClock } from './hand-clock.ts'
import { SipSocket, type WebSocketLike } from './softphone-socket.ts'

class FakeSocket implements WebSocketLike {
  onopen: (() => void) | null = null
  onclose: ((event: { wasClean: boolean; code: number; reason: string }) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly sent: string[] = []
  isClosed = false
  send = (text: string) => void this.sent.push(text)
  close = () => {
    this.isClosed = true
  }
}

function setUp() {
  const clock = new HandClock()
  const sockets: FakeSocket[] = []
  const asked: number[] = []
  const urls: string[] = []
  const told: string[] = []
  let online = true
  const socket = new SipSocket('wss://phones.example:8443/ws', {
    open: (url) => {
      urls.push(url)
      const made = new FakeSocket()
      sockets.push(made)
      asked.push(clock.now())
      return made
    },
    clock,
    random: () => 0,
    isOnline: () => online,
  })
  socket.onconnect = () => told.push('connected')
  socket.ondisconnect = (error, code) => told.push(`disconnected ${error} ${code}`)
  const setOnline = (now: boolean): void => {
    online = now
  }
  const last = (): FakeSocket => sockets.at(-1)!
  return { clock, sockets, asked, urls, told, socket, setOnline, last }
}

describe('the socket of a softphone', () => {
  it('says who it leads to, and passes on what is said over it', () => {
    const { socket, last, told } = setUp()
    expect([socket.sip_uri, socket.via_transport]).toEqual(['sip:phones.example:8443;transport=ws', 'WSS'])
    const heard: unknown[] = []
    socket.ondata = (data) => heard.push(data)
    socket.connect()
    expect([socket.send('too soon'), socket.isConnecting(), socket.isConnected()]).toEqual([false, true, false])
    last().onopen?.()
    last().onmessage?.({ data: 'INVITE' })
    expect([socket.send('ACK'), last().sent, heard, told]).toEqual([true, ['ACK'], ['INVITE'], ['connected']])
  })

  it('of a network that says nothing is tried anew within two seconds, and now and then given more time (promise 9)', () => {
    const { socket, clock, asked, sockets, told } = setUp()
    socket.connect()
    clock.pass(20_000)
    const pauses = asked.slice(1).map((at, index) => at - asked[index]!)
    expect(pauses.slice(0, 6)).toEqual([750, 750, 2000, 750, 750, 5000])
    expect(sockets.slice(0, -1).every(({ isClosed }) => isClosed)).toBe(true)
    // Long after, a browser would slow down a page that still tries so often.
    clock.pass(120_000)
    expect(asked.at(-1)! - asked.at(-2)!).toBe(5000)
    expect(told).toEqual([])
  })

  it('that is refused is tried again at once at first, and less and less often', () => {
    const { socket, clock, asked, last } = setUp()
    socket.connect()
    for (let i = 0; i < 10; i++) {
      last().onclose?.({ wasClean: false, code: 1006, reason: '' })
      clock.pass(3000 - 1)
    }
    expect(asked.length).toBeGreaterThan(8)
    expect(asked[1]).toBe(100)
  })

  it('that is to go to another edge is tried there at once, and leaves a connection that stands', () => {
    const { socket, urls, last, clock } = setUp()
    socket.connect()
    last().onopen?.()
    socket.goTo('ws://node2.example:8088/ws')
    expect([urls.length, socket.isConnected(), socket.sip_uri]).toEqual([
      1,
      true,
      'sip:phones.example:8443;transport=ws',
    ])
    last().onclose?.({ wasClean: false, code: 1006, reason: '' })
    socket.connect()
    expect(urls.at(-1)).toBe('ws://node2.example:8088/ws')
    expect([socket.url, socket.sip_uri, socket.via_transport]).toEqual([
      urls.at(-1),
      'sip:node2.example:8088;transport=ws',
      'WS',
    ])
    socket.goTo('ws://node3.example:8088/ws')
    clock.pass(0)
    expect(urls.at(-1)).toBe('ws://node3.example:8088/ws')
  })

  it('tells of a connection that has ended, and waits to be told to connect', () => {
    const { socket, clock, told, last, sockets } = setUp()
    socket.connect()
    last().onopen?.()
    clock.pass(60_000)
    last().onclose?.({ wasClean: false, code: 1006, reason: '' })
    clock.pass(60_000)
    expect([told, sockets.length]).toEqual([['connected', 'disconnected true 1006'], 1])
    socket.connect()
    socket.connect()
    expect(sockets).toHaveLength(2)
  })

  it('asks nothing of a browser without a network, and at once when that is back', () => {
    const { socket, clock, setOnline, sockets } = setUp()
    setOnline(false)
    socket.connect()
    clock.pass(30_000)
    expect([sockets.length, socket.isConnecting()]).toEqual([0, true])
    setOnline(true)
    socket.hurry()
    expect(sockets).toHaveLength(1)
    socket.disconnect()
    socket.hurry()
    clock.pass(30_000)
    expect([sockets.length, sockets[0]!.isClosed, socket.isConnecting()]).toEqual([1, true, false])
  })
})
