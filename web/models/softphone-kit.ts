import { HandClock } from './hand-clock.ts'
import { createSoftphone } from './softphone.ts'
import type { SipAccount, SipCall, SipHandlers, SoundPort } from './softphone-sip.ts'

/** A call of the user agent, and what was asked of it. */
export class FakeCall implements SipCall {
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

/** A softphone around which everything is played, and what it did. */
export function bench(microphone: SoundPort['microphone'] = async () => stream()) {
  const clock = new HandClock(1000)
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

/** The same, registered. */
export async function registered(given = bench()) {
  given.phone.start()
  await given.clock.elapse(0)
  given.sip().registered()
  return given
}
