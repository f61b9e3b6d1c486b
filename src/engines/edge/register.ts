import type { Binding, FlowToken } from '#protocols/control'
import { type NameAddr, param, type SipRequest } from '#protocols/sip'
import { isSamePlace } from './bindings.ts'
import type { EdgeLimits } from './limits.ts'

/** What the rules of a REGISTER need to know besides the message. */
export interface RegisterContext {
  readonly bindings: readonly Binding[]
  readonly limits: Pick<EdgeLimits, 'contactsMax' | 'expiresSecondsMin' | 'expiresSecondsMax'>
  /** Wall time in milliseconds. */
  readonly now: number
  /** The name of this edge. */
  readonly edge?: string
  /** Whether the REGISTER came over a connection: then it may be one of several flows of a phone (RFC 5626). */
  readonly connected?: boolean
  /** The flow over which this contact is reached. */
  flow(contact: string): FlowToken
}

/** What becomes of a REGISTER: the user's bindings, changed or not, or the status to refuse it with. */
export type RegisterOutcome =
  | {
      readonly type: 'accepted'
      readonly bindings: readonly Binding[]
      readonly changed: boolean
      /** A contact is one flow of several: the answer says so. */
      readonly outbound?: boolean
    }
  | { readonly type: 'refused'; readonly status: number; readonly reason?: string; readonly minExpires?: number }

/** RFC 3261 10.2.1.1: what a registrar takes when a phone names no expiry. */
const EXPIRES_SECONDS_DEFAULT = 3600

/** The rules of RFC 3261 10.3 steps 6 to 8, all or nothing: an outcome that is refused changes no binding. */
export function applyRegister(request: SipRequest, context: RegisterContext): RegisterOutcome {
  const { contacts } = request
  if (contacts.length === 0) return { type: 'accepted', bindings: context.bindings, changed: false }
  if (contacts.length > context.limits.contactsMax) return refuse(403, 'Too Many Contacts')
  if (contacts.some((contact) => contact.uri === '*')) return removeAll(request, context)
  let bindings = [...context.bindings]
  let changed = false
  let outbound = false
  for (const contact of contacts) {
    const seconds = expiryOf(contact, request)
    const { expiresSecondsMin, expiresSecondsMax } = context.limits
    if (seconds > 0 && seconds < expiresSecondsMin) {
      return { type: 'refused', status: 423, minExpires: expiresSecondsMin }
    }
    const flow = outboundOf(contact, request, context)
    outbound ||= flow !== undefined
    const old = bindings.find((binding) => isSamePlace(binding, { contact: contact.uri, ...flow }))
    const order = old ? compare(request, old) : 'newer'
    if (order === 'older') return refuse(500, 'CSeq Out Of Order')
    if (order === 'same') continue
    changed = true
    bindings = bindings.filter((binding) => binding !== old)
    if (seconds === 0) continue
    const added = { ...newBinding(request, contact, Math.min(seconds, expiresSecondsMax), context), ...flow }
    bindings = [added, ...bindings.filter((binding) => !isLeftOver(binding, added))]
  }
  return { type: 'accepted', bindings, changed, ...(outbound && { outbound }) }
}

/** RFC 5626 4.2: 1 to 2^31 - 1. */
const REG_ID = /^[1-9][0-9]{0,9}$/

/** A URN of the device in angle brackets; longer ones are of no device. */
const INSTANCE = /^<[^"<>\s]{1,200}>$/

/** RFC 5626 6: the contact names its phone and its flow, the phone supports outbound, and the flow is one that we can tell from others. */
function outboundOf(
  { params }: NameAddr,
  request: SipRequest,
  { connected }: RegisterContext,
): Pick<Binding, 'instance' | 'regId'> | undefined {
  const instance = param(params, '+sip.instance')?.replace(/^"|"$/g, '')
  const regId = param(params, 'reg-id')
  const supported = request.getAll('supported').some((value) => /(^|[\s,])outbound([\s,]|$)/i.test(value))
  if (!connected || !supported || instance === undefined || !INSTANCE.test(instance)) return undefined
  return regId !== undefined && REG_ID.test(regId) ? { instance, regId: Number(regId) } : undefined
}

function removeAll(request: SipRequest, { bindings }: RegisterContext): RegisterOutcome {
  if (request.contacts.length > 1 || request.expires !== 0)
    return refuse(400, 'Star Needs Expires 0 And No Other Contact')
  if (bindings.some((binding) => compare(request, binding) === 'older')) return refuse(500, 'CSeq Out Of Order')
  return { type: 'accepted', bindings: [], changed: bindings.length > 0 }
}

/**
 * RFC 3261 10.3 step 7: with the same Call-ID a CSeq must be higher.
 *
 * DEVIATION: an equal CSeq changes nothing and is answered 200. It is the phone's retransmission, which an edge that was
 * started anew in between cannot know from its transactions; an error would make the phone believe that it is not registered.
 */
function compare(request: SipRequest, old: Binding): 'newer' | 'same' | 'older' {
  if (request.callId !== old.callId || request.cseq.number > old.cseq) return 'newer'
  return request.cseq.number === old.cseq ? 'same' : 'older'
}

/** RFC 3261 10.3 step 6 and 20.19: a value that is malformed counts as 3600. */
function expiryOf(contact: NameAddr, request: SipRequest): number {
  const own = param(contact.params, 'expires')
  if (own !== undefined) return /^[0-9]+$/.test(own) ? Number(own) : EXPIRES_SECONDS_DEFAULT
  return request.expires ?? EXPIRES_SECONDS_DEFAULT
}

function newBinding(request: SipRequest, contact: NameAddr, seconds: number, context: RegisterContext): Binding {
  const userAgent = request.get('user-agent')
  const binding = {
    contact: contact.uri,
    flow: context.flow(contact.uri),
    expiresAt: context.now + 1000 * seconds,
    updatedAt: context.now,
    callId: request.callId,
    cseq: request.cseq.number,
    ...(context.edge !== undefined && { edge: context.edge }),
  }
  return userAgent === undefined ? binding : { ...binding, userAgent: userAgent.slice(0, USER_AGENT_CHARS_MAX) }
}

/** Shown to administrators; nobody needs more of it. */
const USER_AGENT_CHARS_MAX = 100

/**
 * DEVIATION: a contact that comes over the very flow of another one, under another Call-ID, replaces it. Phones that make a
 * new contact at each start (and there is only one phone at an address and port) would else be called once for each start.
 */
function isLeftOver(old: Binding, added: Binding): boolean {
  return old.flow === added.flow && old.callId !== added.callId
}

function refuse(status: number, reason: string): RegisterOutcome {
  return { type: 'refused', status, reason }
}
