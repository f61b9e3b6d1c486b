import type { SoftphoneCall, SoftphoneDevices, SoftphoneProblem, SoftphoneState } from './softphone-state.ts'
import { Store } from './store.ts'

/** The state of a softphone, of which each part changes its own. */
export class SoftphoneStore extends Store<SoftphoneState> {
  constructor(devices: SoftphoneDevices) {
    super({ registration: 'off', devices })
  }

  change(change: Partial<SoftphoneState>): void {
    this.set({ ...this.get(), ...change })
  }

  /** Changes the call, while there is one. */
  changeCall(change: Partial<SoftphoneCall>): void {
    const { call } = this.get()
    if (call) this.change({ call: { ...call, ...change } })
  }

  endCall(): void {
    const { call: _, ...rest } = this.get()
    this.set(rest)
  }

  /** These problems are none any more. */
  solve(...problems: readonly SoftphoneProblem[]): void {
    const { problem, ...rest } = this.get()
    if (problem !== undefined && problems.includes(problem)) this.set(rest)
  }
}
