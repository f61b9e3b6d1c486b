import { describe, expect, it } from 'vitest'
import type { Clock } from './clock.ts'
import { createSoftphone } from './softphone.ts'
import { type CallCounts, QualityMeter } from './softphone-quality.ts'
import type { SipAccount, SipCall, SipHandlers, SoundPort } from './softphone-sip.ts'

class HandClock implements Clock {
  #now = 1000
  #waiting: { at: number; call: () => void }[] = []
  now = () => this.#now
  after(delayMs: number, call: () => void): () => void {
    const entry = { at: this.#now + delayMs, call }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter((one) => one !== entry)
    }
  }
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await settle()
      const next = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#waiting = this.#waiting.filter((one) => one !== next)
      this.#now = next.at
      next.call()
    }
    this.#now = end
    await settle()
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

class FakeCall implements SipCall {
  readonly did: string[] = []
  connected = (): void => {}
  ended = (_failed: boolean): void => {}
  connection: RTCPeerConnection | undefined
  readonly direction: 'in' | 'out'
  readonly answersItself: boolean
  readonly number = '1001'
  readonly name = 'Ann'
  constructor(direction: 'in' | 'out', answersItself = false) {
    this.direction = direction
    this.answersItself = answersItself
  }
  answer = () => void this.did.push('answer')
  end = () => void this.did.push('end')
  press = (digit: string) => void this.did.push(digit)
  restart = () => void this.did.push('restart')
  onConnected(call: () => void): void {
    this.connected = call
  }
  onEnded(call: (failed: boolean) => void): void {
    this.ended = call
  }
  onSound(): void {}
}

const stream = () => {
  const track = { enabled: true, stop() {}, kind: 'audio' }
  return { getTracks: () => [track], getAudioTracks: () => [track] } as never as MediaStream
}

function bench(microphone: SoundPort['microphone'] = async () => stream()) {
  const clock = new HandClock()
  const calls: FakeCall[] = []
  const did: string[] = []
  let handlers!: SipHandlers
  let failing: { status: number } | undefined
  const accounts: SipAccount[] = []
  let visiting = false
  const claimed: string[] = []
  let orphan = (): void => {}
  const phone = createSoftphone({
    clock,
    sound: {
      microphone,
      release: () => did.push('release'),
      devices: async () => [{ kind: 'audioinput', deviceId: 'm', label: 'Mic' } as MediaDeviceInfo],
      onDevicesChanged: () => () => {},
      play: () => {},
      ring: (on) => did.push(`ring ${on}`),
      level: () => 0.5,
    },
    claim: {
      hold: () => claimed.push('hold'),
      release: () => claimed.push('release'),
      onOrphaned: (call) => {
        claimed.push('look')
        orphan = call
        return () => claimed.push('stop')
      },
    },
    callAnew: async () => ({ calledAnew: did.push('call anew') > 0 }),
    account: async () => {
      if (failing) throw failing
      const made = {
        url: 'ws://h/ws',
        uri: 'sip:2001@tandem',
        ...(!visiting && { user: `u${accounts.length}` }),
        renewAt: clock.now() + 60_000,
      }
      accounts.push(made)
      return made
    },
    agent: async (_, given) => {
      handlers = given
      return {
        start: () => did.push('start'),
        stop: () => did.push('stop'),
        use: (account) => did.push(`use ${account.user}`),
        reconnect: () => did.push('reconnect'),
        networkBack: () => did.push('network back'),
        call: () => {
          const made = new FakeCall('out')
          calls.push(made)
          return made
        },
      }
    },
  })
  const fail = (with_: { status: number } | undefined): void => {
    failing = with_
  }
  const visit = (): void => {
    visiting = true
  }
  return { claimed, orphan: () => orphan(), visit, clock, phone, calls, did, accounts, fail, sip: () => handlers }
}

async function registered(given = bench()) {
  given.phone.start()
  await given.clock.pass(0)
  given.sip().registered()
  return given
}

describe('a softphone', () => {
  it('registers, fetches another account in time, and says when the server is away', async () => {
    const { phone, clock, did, sip } = await registered()
    expect(phone.state.get().registration).toBe('registered')
    await clock.pass(60_000)
    expect(did).toContain('use u1')
    sip().disconnected()
    expect(phone.state.get().registration).toBe('connecting')
  })

  it('registers with the account of another log-in, once, and keeps its call meanwhile', async () => {
    const { phone, clock, did, calls, accounts, fail, sip } = await registered()
    phone.dial('1000')
    await clock.pass(0)
    calls[0]!.connected()
    fail({ status: 401 })
    await clock.pass(60_000)
    expect(phone.state.get()).toMatchObject({ registration: 'refused', problem: 'refused' })
    fail(undefined)
    phone.renew()
    await clock.pass(0)
    expect(did.at(-1)).toBe('use u1')
    sip().registered()
    expect(phone.state.get()).toMatchObject({ registration: 'registered', call: { phase: 'connected' } })
    expect(phone.state.get().problem).toBeUndefined()
    phone.renew()
    await clock.pass(0)
    expect(accounts).toHaveLength(3)
    // One account follows another, however many were asked for before their time.
    await clock.pass(60_000)
    expect(accounts).toHaveLength(4)
    expect(calls[0]!.did).toEqual([])
  })

  it('asks a server that is away again and again, and stops at one that refuses', async () => {
    const given = bench()
    given.fail({ status: 0 })
    given.phone.start()
    await given.clock.pass(20_000)
    expect(given.phone.state.get().registration).toBe('connecting')
    given.fail(undefined)
    await given.clock.pass(5000)
    expect(given.accounts).toHaveLength(1)
    given.fail({ status: 401 })
    await given.clock.pass(60_000)
    expect(given.phone.state.get()).toMatchObject({ registration: 'refused', problem: 'refused' })
  })

  it('rings until it is answered, and is quiet when the call is over', async () => {
    const { phone, sip, clock, did } = await registered()
    const call = new FakeCall('in')
    sip().incoming(call)
    expect(phone.state.get().call).toMatchObject({ phase: 'ringing', number: '1001', name: 'Ann' })
    phone.answer()
    await clock.pass(0)
    call.connected()
    expect(phone.state.get().call?.phase).toBe('connected')
    expect(did.filter((one) => one.startsWith('ring'))).toEqual(['ring true', 'ring false'])
    phone.press('5')
    phone.press('x')
    expect(call.did).toEqual(['answer', '5'])
    call.ended(false)
    expect(phone.state.get().call).toBeUndefined()
    expect(did).toContain('release')
  })

  it('takes back by itself what the server gives it anew, in place of what is left of it', async () => {
    const { phone, sip, clock } = await registered()
    phone.dial('1000')
    await clock.pass(0)
    const again = new FakeCall('in', true)
    sip().incoming(again)
    await clock.pass(0)
    expect(again.did).toEqual(['answer'])
    const other = new FakeCall('in')
    sip().incoming(other)
    expect(other.did).toEqual(['end'])
  })

  it('says why there is no microphone, and lets a ringing call ring on', async () => {
    const refused = Object.assign(new Error('no'), { name: 'NotAllowedError' })
    const { phone, sip, clock } = await registered(bench(() => Promise.reject(refused)))
    sip().incoming(new FakeCall('in'))
    phone.answer()
    await clock.pass(0)
    expect(phone.state.get()).toMatchObject({ problem: 'microphone-refused', call: { phase: 'ringing' } })
  })

  it('makes sure of the server when nothing is heard, and asks to be called anew when that was not it (promises 9, 10)', async () => {
    const { phone, sip, clock, did } = await registered()
    const call = new FakeCall('in', true)
    call.connection = { getStats: async () => new Map([['in', { type: 'inbound-rtp', packetsReceived: 50 }]]) } as never
    sip().incoming(call)
    await clock.pass(0)
    sip().connected()
    call.connected()
    const asked = (): number => did.filter((one) => one === 'reconnect').length
    await clock.pass(2000)
    expect([phone.state.get().call?.quality.verdict, asked()]).toEqual(['good', 0])
    await clock.pass(1000)
    expect([phone.state.get().call?.quality.verdict, asked()]).toEqual(['silent-in', 1])
    // The network is away: connections are tried quickly, however long it takes.
    await clock.pass(20_000)
    expect(asked()).toBeGreaterThan(10)
    sip().connected()
    sip().registered()
    const tried = asked()
    await clock.pass(1000)
    expect(did).not.toContain('call anew')
    await clock.pass(5000)
    expect([asked(), did.filter((one) => one === 'call anew').length]).toEqual([tried, 1])
    // The call that came in its place ends that.
    sip().incoming(new FakeCall('in', true))
    await clock.pass(20_000)
    expect(asked()).toBe(tried)
  })

  it('takes back the call of a page of this browser that is gone, and keeps no claim on what is over (promise 9)', async () => {
    const given = bench()
    const { phone, sip, clock, did } = await registered(given)
    expect(given.claimed).toEqual(['look'])
    given.orphan()
    await clock.pass(0)
    expect(did).toContain('call anew')
    const call = new FakeCall('in', true)
    sip().incoming(call)
    await clock.pass(0)
    call.connected()
    sip().registered()
    call.ended(false)
    expect(given.claimed).toEqual(['look', 'hold', 'release'])
    sip().incoming(new FakeCall('in', true))
    phone.close()
    expect(given.claimed).toEqual(['look', 'hold', 'release', 'stop'])
  })

  it('tries everything at once when the network is back', async () => {
    const given = bench()
    given.fail({ status: 0 })
    given.phone.start()
    await given.clock.pass(20_000)
    given.fail(undefined)
    given.phone.networkBack()
    await given.clock.pass(0)
    expect([given.accounts.length, given.did]).toEqual([1, ['start']])
    given.phone.networkBack()
    await given.clock.pass(20_000)
    expect([given.accounts.length, given.did]).toEqual([1, ['start', 'network back']])
  })

  it('of a visitor offers another way by itself', async () => {
    const made = bench()
    const { phone, sip, clock, calls, did } = made
    made.visit()
    phone.start()
    await clock.pass(0)
    sip().connected()
    phone.dial('1000')
    await clock.pass(0)
    const [call] = calls
    call!.connection = {
      getStats: async () => new Map([['in', { type: 'inbound-rtp', packetsReceived: 50 }]]),
    } as never
    call!.connected()
    await clock.pass(9000)
    expect([call!.did, did.includes('reconnect')]).toEqual([['restart'], false])
  })

  it('mutes, hangs up, and leaves its call to the server when the page goes', async () => {
    const { phone, clock, calls, did } = await registered()
    phone.dial('1000')
    await clock.pass(0)
    phone.mute(true)
    expect(phone.state.get().call?.muted).toBe(true)
    phone.close()
    expect([calls[0]!.did, did.includes('stop')]).toEqual([[], false])
  })
})

describe('the quality of a call', () => {
  const counts = (at: number, change: Partial<CallCounts> = {}): CallCounts => ({
    ...{ at, packetsIn: at / 20, lostIn: 0, packetsOut: at / 20, lostOut: 0, jitterMs: 5, reportedAt: at },
    ...change,
  })

  it('is good, fair or poor by loss', () => {
    const meter = new QualityMeter()
    expect(meter.look(counts(0)).verdict).toBe('unknown')
    expect(meter.look(counts(1000)).verdict).toBe('good')
    expect(meter.look(counts(2000, { lostIn: 1 }))).toMatchObject({ verdict: 'fair', lossIn: 2 })
    expect(meter.look(counts(3000, { lostIn: 1, lostOut: 10 }))).toMatchObject({ verdict: 'poor', lossOut: 16.7 })
  })

  it('sees within three seconds that nothing is heard, in either direction (promise 10)', () => {
    const deaf = new QualityMeter()
    for (let at = 0; at <= 5000; at += 500) deaf.look(counts(at))
    const verdicts = (meter: QualityMeter, change: Partial<CallCounts>) =>
      [5500, 6000, 6500, 7000, 7500, 8000].map((at) => meter.look(counts(at, change)).verdict)
    expect(verdicts(deaf, { packetsIn: 250 })).toEqual(['good', 'good', 'good', 'silent-in', 'silent-in', 'silent-in'])
    const dumb = new QualityMeter()
    for (let at = 0; at <= 5000; at += 500) dumb.look(counts(at))
    expect(verdicts(dumb, { reportedAt: 5000 })).toContain('silent-out')
  })
})
