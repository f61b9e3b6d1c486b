import type { Clock, Timer } from '#base'
import type { Binding, Removal, SipSource } from '#protocols/control'
import { parseUri, sameUri, type WsEnd } from '#protocols/sip'
import { ExpiringMap } from './expiring-map.ts'
import type { FlowTokens } from './flow-token.ts'
import type { EdgeLimits } from './limits.ts'

/** Expired bindings are looked for this often; look-ups never see one that is over. */
const SWEEP_MS = 1000

/** A page that is loaded anew is there again within this; the contact of one that is not is said to be closed. */
export const CLOSED_AFTER_MS = 3000

/** What was removed is remembered, so that a core that has not heard of it cannot bring it back. */
const REMOVALS_MAX = 10_000

/** What the table needs. */
export interface BindingsOptions {
  readonly clock: Clock
  readonly limits: Pick<EdgeLimits, 'usersMax' | 'contactsMax' | 'expiresSecondsMax'>
  readonly tokens: FlowTokens
  /** Called with all bindings of a user after they changed. */
  changed(user: string, bindings: readonly Binding[]): void
}

/** Where the users' phones are: the location service of RFC 3261 10, in memory, told to the core at every change. */
export class Bindings {
  readonly #options: BindingsOptions
  readonly #users = new Map<string, readonly Binding[]>()
  /** Users by the flow of a binding, to know who sends. */
  readonly #flows = new Map<string, Set<string>>()
  readonly #removals: ExpiringMap<{ readonly user: string; readonly removed: readonly Removal[] }>
  /** Users by the second in which one of their bindings ends. */
  readonly #due = new Map<number, Set<string>>()
  /** Connections that have closed a moment ago: no more than there were. */
  readonly #closing = new Set<Timer>()
  #count = 0
  #timer: Timer | undefined

  constructor(options: BindingsOptions) {
    this.#options = options
    this.#removals = new ExpiringMap(options.clock, REMOVALS_MAX)
    this.#arm()
  }

  /** How many bindings there are. */
  get count(): number {
    return this.#count
  }

  /** Whether one more user can be taken, or this one is already here. */
  hasRoomFor(user: string): boolean {
    return this.#users.has(user) || this.#users.size < this.#options.limits.usersMax
  }

  /** The bindings of a user that are not over, the newest first. */
  of(user: string): readonly Binding[] {
    const now = this.#options.clock.now()
    return (this.#users.get(user) ?? []).filter((binding) => binding.expiresAt > now)
  }

  /** All users of whom the core must know: who has bindings, and who lost the last one lately. */
  users(): readonly string[] {
    return [...new Set([...this.#users.keys(), ...this.#removals.values().map((removal) => removal.user)])]
  }

  /** Contacts of a user that were removed lately. */
  removalsOf(user: string): readonly Removal[] {
    return this.#removals.get(user)?.removed ?? []
  }

  /** The user who registered over this flow; of several the one whose name is claimed; nobody when that says nothing. */
  userOf(source: SipSource, claimed: string | undefined): string | undefined {
    const users = this.#flows.get(flowKey(source))
    if (!users) return undefined
    if (claimed !== undefined && users.has(claimed)) return claimed
    return users.size === 1 ? users.values().next().value : undefined
  }

  /** Replaces the bindings of a user. Those that are over or too many are left out, the oldest first. */
  put(user: string, bindings: readonly Binding[]): void {
    if (this.#replace(user, bindings)) this.#options.changed(user, this.of(user))
  }

  /**
   * Takes in what the core remembers: of two versions of a contact the newer one wins, what is over or was removed since
   * is dropped, and so are flows that an edge with another key made.
   */
  merge(user: string, told: readonly Binding[], removals: readonly Removal[] = []): void {
    if (!this.hasRoomFor(user)) return
    const now = this.#options.clock.now()
    for (const removal of removals) this.#remember(user, removal)
    const mine = this.#users.get(user) ?? []
    const merged = mine.filter((binding) => !this.#isRemoved(user, binding))
    for (const binding of told) {
      if (binding.expiresAt <= now || !this.#options.tokens.open(binding.flow)) continue
      if (this.#isRemoved(user, binding)) continue
      const at = merged.findIndex((other) => isSamePlace(other, binding))
      if (at < 0) merged.push(binding)
      else if (merged[at]!.updatedAt < binding.updatedAt) merged[at] = binding
    }
    this.#replace(user, merged)
    const result = this.of(user)
    if (!sameBindings(result, told)) this.#options.changed(user, result)
  }

  /**
   * A connection that only its peer can open has closed. Contacts that are not registered over another one soon stay, as a call may wait for
   * them, and are said to be closed: at once where the peer has fallen silent, as no page that is loaded anew does.
   */
  connectionClosed(source: SipSource, end: WsEnd): void {
    const key = flowKey(source)
    if (!this.#flows.has(key)) return
    const closedAt = this.#options.clock.now()
    const mark = (): void => {
      for (const user of [...(this.#flows.get(key) ?? [])]) this.#markClosed(user, key, closedAt)
    }
    if (end === 'silent') return mark()
    const timer = this.#options.clock.after(CLOSED_AFTER_MS, () => {
      this.#closing.delete(timer)
      mark()
    })
    this.#closing.add(timer)
  }

  close(): void {
    this.#timer?.stop()
    this.#timer = undefined
    for (const timer of this.#closing) timer.stop()
    this.#closing.clear()
  }

  #markClosed(user: string, key: string, closedAt: number): void {
    const marked = this.of(user).map((binding) => {
      const flow = this.#options.tokens.open(binding.flow)
      const isIt = flow !== undefined && flowKey(flow) === key && binding.updatedAt <= closedAt
      return isIt ? { ...binding, closedAt } : binding
    })
    this.put(user, marked)
  }

  #replace(user: string, bindings: readonly Binding[]): boolean {
    const { clock, limits } = this.#options
    const now = clock.now()
    const before = this.#users.get(user) ?? []
    const after = bindings
      .filter((binding) => binding.expiresAt > now)
      .sort((a, b) => b.updatedAt - a.updatedAt)
      .slice(0, limits.contactsMax)
    for (const binding of before) {
      this.#unlink(user, binding)
      if (after.some((other) => isSamePlace(other, binding))) continue
      this.#remember(user, { contact: placeOf(binding), at: now })
    }
    for (const binding of after) this.#link(user, binding)
    if (after.length > 0) this.#users.set(user, after)
    else this.#users.delete(user)
    this.#count += after.length - before.length
    return !sameBindings(before, after)
  }

  #remember(user: string, removal: Removal): void {
    const { contactsMax, expiresSecondsMax } = this.#options.limits
    const known = this.removalsOf(user)
    if (known.some(({ contact, at }) => contact === removal.contact && at >= removal.at)) return
    const others = known.filter(({ contact }) => contact !== removal.contact)
    const removed = [removal, ...others].slice(0, contactsMax)
    this.#removals.set(user, { user, removed }, 1000 * expiresSecondsMax)
  }

  #isRemoved(user: string, binding: Binding): boolean {
    return this.removalsOf(user).some(({ contact, at }) => contact === placeOf(binding) && at >= binding.updatedAt)
  }

  #link(user: string, binding: Binding): void {
    const flow = this.#options.tokens.open(binding.flow)
    if (flow) addTo(this.#flows, flowKey(flow), user)
    addTo(this.#due, Math.ceil(binding.expiresAt / SWEEP_MS), user)
  }

  #unlink(user: string, binding: Binding): void {
    const flow = this.#options.tokens.open(binding.flow)
    if (flow) removeFrom(this.#flows, flowKey(flow), user)
  }

  #arm(): void {
    this.#timer = this.#options.clock.after(SWEEP_MS, () => {
      this.#sweep()
      this.#arm()
    })
  }

  #sweep(): void {
    const second = Math.floor(this.#options.clock.now() / SWEEP_MS)
    // A clock that jumped far makes looking at the seconds one by one dearer than looking at all that are due.
    for (const due of [...this.#due.keys()].filter((key) => key <= second)) {
      const users = this.#due.get(due)
      this.#due.delete(due)
      for (const user of users ?? []) this.put(user, this.#users.get(user) ?? [])
    }
  }
}

type Place = Pick<Binding, 'contact' | 'instance' | 'regId'>

/** Whether two contacts are one: the same flow of the same phone (RFC 5626 6), or the same URI where no flow is named. */
export function isSamePlace(a: Place, b: Place): boolean {
  if (a.regId === undefined && b.regId === undefined) return sameContact(a.contact, b.contact)
  return a.instance === b.instance && a.regId === b.regId
}

function placeOf({ contact, instance, regId }: Place): string {
  return regId === undefined ? contact : `${instance} ${regId}`
}

/** Whether two contacts are the same by the rules for URIs, or as text when they are no SIP URIs (RFC 3261 10.3). */
export function sameContact(a: string, b: string): boolean {
  if (a === b) return true
  const [one, other] = [parseUri(a), parseUri(b)]
  return one !== undefined && other !== undefined && sameUri(one, other)
}

function sameBindings(a: readonly Binding[], b: readonly Binding[]): boolean {
  return a.length === b.length && a.every((binding) => b.some((other) => sameBinding(binding, other)))
}

function sameBinding(a: Binding, b: Binding): boolean {
  const isSameTime = a.updatedAt === b.updatedAt && a.expiresAt === b.expiresAt && a.closedAt === b.closedAt
  return isSameTime && a.contact === b.contact && a.flow === b.flow
}

function flowKey({ transport, address, port }: SipSource): string {
  return `${transport} ${address} ${port}`
}

function addTo<K>(map: Map<K, Set<string>>, key: K, value: string): void {
  const set = map.get(key)
  if (set) set.add(value)
  else map.set(key, new Set([value]))
}

function removeFrom<K>(map: Map<K, Set<string>>, key: K, value: string): void {
  const set = map.get(key)
  if (set?.delete(value) && set.size === 0) map.delete(key)
}
