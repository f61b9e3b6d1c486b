import type { SipAccount, SipAgent, SipAgentMaker, SipCall } from './softphone-sip.ts'
import type { SoftphoneStore } from './softphone-store.ts'
import type { Timers } from './timers.ts'

/** A server that is away is asked again after this, then after twice as long, up to the last. */
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 5000

/** What a registration is made of. */
export interface RegistrationOptions {
  readonly agent: SipAgentMaker
  /** Fetches an account. Rejects with a problem whose `status` is 401 or 403 when there is none to be had. */
  account(): Promise<SipAccount>
  readonly state: SoftphoneStore
  readonly timers: Timers
  readonly onRegistered: () => void
  readonly onIncoming: (call: SipCall) => void
}

/** Keeps the server knowing the phone: an account in time, and a server that is away again and again. */
export class Registration {
  readonly #options: RegistrationOptions
  #agent: SipAgent | undefined
  #account: SipAccount | undefined
  #retryMs = RETRY_MS_MIN
  #openedAt = 0
  #registeredAt = 0
  #stopRenewal = (): void => {}
  /** Asks for an account before its time. */
  #hurry: (() => void) | undefined

  constructor(options: RegistrationOptions) {
    this.#options = options
  }

  /** What calls, once there was an account. */
  get agent(): SipAgent | undefined {
    return this.#agent
  }

  /** A visitor calls without registering. */
  get isVisitor(): boolean {
    return this.#account?.user === undefined
  }

  /** When the connection to the server last opened. */
  get openedAt(): number {
    return this.#openedAt
  }

  /** When the phone was last registered over it. */
  get registeredAt(): number {
    return this.#registeredAt
  }

  /** Fetches an account and goes on with it; later, when the server is away. */
  readonly connect = async (): Promise<void> => {
    const { state, timers } = this.#options
    try {
      const account = await this.#options.account()
      if (timers.isClosed) return
      this.#account = account
      this.#retryMs = RETRY_MS_MIN
      state.solve('refused')
      if (this.#agent) this.#agent.use(account)
      else await this.#begin(account)
      this.#stopRenewal()
      const { renewAt } = account
      if (renewAt !== undefined) this.#stopRenewal = timers.after(renewAt - timers.now(), () => void this.connect())
    } catch (error) {
      if (timers.isClosed) return
      const status = (error as { status?: number }).status
      if (status === 401 || status === 403) return state.change({ registration: 'refused', problem: 'refused' })
      this.#later()
    }
  }

  /** The browser has a network again: whatever waits is tried at once. */
  networkBack(): void {
    this.#agent?.networkBack()
    this.#hurry?.()
  }

  /** Registers over another connection. */
  reconnect(): void {
    this.#agent?.reconnect()
  }

  /** Unregisters. */
  stop(): void {
    this.#agent?.stop()
  }

  async #begin(account: SipAccount): Promise<void> {
    const { state, timers, onRegistered, onIncoming } = this.#options
    const agent = await this.#options.agent(account, {
      connected: () => {
        this.#openedAt = timers.now()
        if (this.isVisitor) state.change({ registration: 'registered' })
      },
      disconnected: () => state.change({ registration: 'connecting' }),
      registered: () => {
        this.#registeredAt = timers.now()
        state.change({ registration: 'registered' })
        onRegistered()
      },
      refused: () => {
        state.change({ registration: 'connecting' })
        this.#later()
      },
      incoming: onIncoming,
    })
    if (timers.isClosed) return agent.stop()
    this.#agent = agent
    agent.start()
  }

  #later(): void {
    const waitMs = this.#retryMs
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MS_MAX)
    let isDone = false
    this.#hurry = () => {
      this.#hurry = undefined
      if (isDone) return
      isDone = true
      void this.connect()
    }
    this.#options.timers.after(waitMs, this.#hurry)
  }
}
