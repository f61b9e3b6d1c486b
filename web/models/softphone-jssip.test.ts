import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { jssipAgent } from './softphone-jssip.ts'
import type { SipAgent } from './softphone-sip.ts'

/** A browser's WebSocket with nobody at the other end but the test. */
class FakeSocket {
  static made: FakeSocket[] = []
  onopen: (() => void) | null = null
  onclose: ((event: { wasClean: boolean; code: number; reason: string }) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly sent: string[] = []
  readonly url: string
  constructor(url: string) {
    this.url = url
    FakeSocket.made.push(this)
  }
  send = (text: string) => void this.sent.push(text)
  close = () => {}
  breaks(): void {
    this.onclose?.({ wasClean: false, code: 1006, reason: '' })
  }
  /** Answers the last request. */
  answer(status: string): void {
    const request = this.sent.at(-1)!.split('\r\n')
    const copied = request.filter((line) => /^(Via|From|To|Call-ID|CSeq|Contact):/i.test(line))
    const lines = [`SIP/2.0 ${status}`, ...copied, 'Content-Length: 0', '', '']
    this.onmessage?.({ data: lines.join('\r\n').replace(/^To: .*$/m, (to) => `${to};tag=edge`) })
  }
}

const ACCOUNT = { url: 'ws://127.0.0.1:5080/ws', uri: 'sip:2001@tandem', user: '2001~s-1~1', secret: 'secret' }

let told: string[]
let agent: SipAgent
const last = (): FakeSocket => FakeSocket.made.at(-1)!
const requests = (): string[] => last().sent.map((text) => text.split(' ', 1)[0]!)

beforeEach(async () => {
  vi.useFakeTimers()
  FakeSocket.made = []
  const kept = new Map<string, string>()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  })
  told = []
  const tell = (word: string) => () => void told.push(word)
  agent = await jssipAgent(ACCOUNT, {
    connected: tell('connected'),
    disconnected: tell('disconnected'),
    registered: tell('registered'),
    refused: tell('refused'),
    incoming: tell('incoming'),
  })
  agent.start()
  await vi.advanceTimersByTimeAsync(0)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('JsSIP over the softphone’s own socket', () => {
  it('registers, and again at once when the server was replaced (promise 9)', async () => {
    expect(FakeSocket.made.map(({ url }) => url)).toEqual([ACCOUNT.url])
    last().onopen?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(requests()).toEqual(['REGISTER'])
    last().answer('200 OK')
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual(['connected', 'registered'])
    last().breaks()
    await vi.advanceTimersByTimeAsync(0)
    expect([told.at(-1), FakeSocket.made.length]).toEqual(['disconnected', 2])
    // Nobody listens yet: refused attempts are tried again, within half a second at first.
    last().breaks()
    await vi.advanceTimersByTimeAsync(200)
    expect(FakeSocket.made).toHaveLength(3)
    last().onopen?.()
    await vi.advanceTimersByTimeAsync(0)
    last().answer('200 OK')
    await vi.advanceTimersByTimeAsync(10_000)
    expect([told.slice(-2), FakeSocket.made.length, requests()]).toEqual([['connected', 'registered'], 3, ['REGISTER']])
  })

  it('asks again a server that looks for its core, and says when the account is not taken', async () => {
    last().onopen?.()
    await vi.advanceTimersByTimeAsync(0)
    last().answer('503 Service Unavailable')
    await vi.advanceTimersByTimeAsync(300)
    expect([requests(), told]).toEqual([['REGISTER', 'REGISTER'], ['connected']])
    last().answer('403 Forbidden')
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual(['connected', 'refused'])
  })

  it('gives up a connection that may be dead, but none that is being opened', async () => {
    last().onopen?.()
    await vi.advanceTimersByTimeAsync(0)
    agent.reconnect()
    await vi.advanceTimersByTimeAsync(0)
    expect(FakeSocket.made).toHaveLength(2)
    agent.reconnect()
    await vi.advanceTimersByTimeAsync(0)
    expect(FakeSocket.made).toHaveLength(2)
    agent.networkBack()
    expect(FakeSocket.made).toHaveLength(3)
    last().onopen?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(requests()).toEqual(['REGISTER'])
    agent.networkBack()
    await vi.advanceTimersByTimeAsync(0)
    expect(FakeSocket.made).toHaveLength(4)
  })
})
