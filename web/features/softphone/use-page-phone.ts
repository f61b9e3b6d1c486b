import { useEffect, useMemo, useRef, useState } from 'react'
import type { Session } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { callClaim } from '../../models/call-claim.ts'
import { browserClock } from '../../models/clock.ts'
import { type DeskItem, isByPhone } from '../../models/desk.ts'
import type { LiveConnection } from '../../models/live-connection.ts'
import { PAGE_SERVERS } from '../../models/page-servers.ts'
import { createSoftphone, type Softphone } from '../../models/softphone.ts'
import { AccountKeeper } from '../../models/softphone-account.ts'
import { jssipAgent, loadSip } from '../../models/softphone-jssip.ts'
import { browserSound } from '../../models/softphone-sound.ts'
import type { SoftphoneState } from '../../models/softphone-state.ts'
import { keepStation, keptStation, mayTalkHere, renewable, type Station } from '../../models/station.ts'
import { Store } from '../../models/store.ts'
import { useStore } from '../../ui/use-store.ts'

/** Where the person talks, and the phone in this browser where that is here. */
export interface PagePhone {
  readonly station: Station
  readonly choose: (station: Station) => void
  readonly phone: Softphone | undefined
  readonly phoneRings: boolean
  /** What the person has just asked for is answered by itself when it rings here. */
  readonly expect: (interaction: string) => void
}

const NO_PHONE = new Store<SoftphoneState>({ registration: 'off', devices: { inputs: [], outputs: [] } })

export interface PagePhoneOptions {
  /** What the person works on: what rings here is one of these. */
  readonly items: readonly DeskItem[]
  /** Nobody may hear the person, whatever the server lets through: the microphone is off. */
  readonly isSilent?: boolean
  /** The page has a ring of its own; else the phone rings. */
  readonly pageRings?: boolean
}

/** The phone of a page: it is there again after a reload, and goes with the log-out. */
export function usePagePhone(
  { token, user }: Session,
  connection: LiveConnection,
  { items, isSilent = false, pageRings = false }: PagePhoneOptions,
): PagePhone {
  const [station, setStation] = useState<Station>(() => (mayTalkHere(navigator) ? keptStation(localStorage) : 'phone'))
  const [phone, setPhone] = useState<Softphone | undefined>()
  const expected = useRef<string | undefined>(undefined)
  /** Of the log-in as it is now: a phone outlives one that runs out. */
  const latest = useRef(token)
  latest.current = token
  useEffect(() => {
    if (station !== 'browser') return
    const { made, forget } = makePhone({ user, token: () => latest.current, pageRings }, connection)
    setPhone(made)
    made.start()
    addEventListener('online', made.networkBack)
    // Another machine has another edge.
    const leave = PAGE_SERVERS.subscribe(() => {
      if (PAGE_SERVERS.left === 'silent') made.networkBack()
      made.renew()
    })
    return () => {
      removeEventListener('online', made.networkBack)
      leave()
      setPhone(undefined)
      forget()
      stopAfterCall(made)
    }
  }, [station, user, connection, pageRings])
  const registeredBy = useRef(token)
  useEffect(() => {
    if (registeredBy.current === token) return
    registeredBy.current = token
    phone?.renew()
  }, [phone, token])
  const { call } = useStore(phone?.state ?? NO_PHONE)
  const phoneRings = call?.phase === 'ringing'
  useEffect(() => {
    if (!phone || !phoneRings || !items.some(({ id, state }) => id === expected.current && state === 'offered')) return
    expected.current = undefined
    phone.answer()
  }, [phone, phoneRings, items])
  // The server mutes, so that a reload keeps it; the microphone follows, so that nothing leaves the browser either.
  const isMuted = useMemo(() => isSilent || (items.find(isHeard)?.talk?.isMuted ?? false), [items, isSilent])
  const isConnected = call?.phase === 'connected'
  useEffect(() => {
    if (isConnected) phone?.mute(isMuted)
  }, [phone, isConnected, isMuted])
  return {
    station,
    choose: (wanted) => {
      keepStation(localStorage, wanted)
      setStation(wanted)
    },
    phone,
    phoneRings,
    expect: (interaction) => {
      expected.current = interaction
    },
  }
}

function isHeard({ state, medium, isHeld }: DeskItem): boolean {
  return state === 'connected' && isByPhone(medium) && !isHeld
}

function makePhone(
  { token, user, pageRings }: { token: () => string; user: string; pageRings: boolean },
  connection: LiveConnection,
): { made: Softphone; forget: () => void } {
  // It is needed as soon as there is an account.
  void loadSip().catch(() => {})
  const keeper = new AccountKeeper({
    token,
    storage: localStorage,
    now: browserClock.now,
    fetch: async () => {
      const account = await new ApiClient(token()).softphone()
      return renewable(account, browserClock.now(), connection.board.get().clockOffsetMs)
    },
  })
  const made = createSoftphone({
    agent: jssipAgent,
    sound: pageRings ? { ...browserSound(), ring: () => {} } : browserSound(),
    clock: browserClock,
    storage: localStorage,
    callAnew: () => new ApiClient(token()).callAnew(),
    claim: callClaim({ user, storage: localStorage, locks: navigator.locks }),
    account: keeper.account,
  })
  return { made, forget: () => keeper.forget() }
}

/** A log-in that ends by itself cuts nobody off: the phone goes when its call has ended. */
function stopAfterCall(phone: Softphone): void {
  if (!phone.state.get().call) return phone.stop()
  const leave = phone.state.subscribe(() => {
    if (phone.state.get().call) return
    leave()
    phone.stop()
  })
}
