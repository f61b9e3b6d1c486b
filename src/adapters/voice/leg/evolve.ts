import { assertNever, type Millis } from '#base'
import type { LegBirth } from './command.ts'
import type { VoiceEvent } from './event.ts'
import {
  type ClientRequest,
  type Dialog,
  dialogKey,
  type Ghost,
  isOver,
  type Leg,
  type LegId,
  type LegMedia,
  type Progress,
  type SessionTimer,
  type VoiceState,
} from './leg.ts'

/** 64*T1 (RFC 3261 17): as long as anybody may repeat a request or an answer of a leg that is over. */
export const GHOST_MS = 32_000

/** The state with its maps open to change; only this folder sees it so. */
export interface OpenState extends VoiceState {
  readonly legs: Map<LegId, Leg>
  readonly dialogs: Map<string, LegId>
  readonly participants: Map<string, LegId>
  readonly interactions: Map<string, readonly LegId[]>
  readonly ended: Ghost[]
  readonly load: Map<string, number>
  readonly trunks: Map<string, number>
  readonly mediaEvents: Map<string, { readonly instance: string; readonly number: number }>
}

/** Folds one event in, in place. */
export function evolve(state: OpenState, event: VoiceEvent, at: Millis): void {
  forgetGhosts(state, at)
  switch (event.type) {
    case 'LegArrived':
    case 'LegPrepared':
      addLeg(state, bornLeg(event, at))
      return
    case 'MediaEventsTaken': {
      const { process, instance, number } = event
      state.mediaEvents.set(process, { instance, number })
      return
    }
    default: {
      const leg = state.legs.get(event.leg)
      if (leg) replaceLeg(state, leg, evolveLeg(leg, event, at), at)
    }
  }
}

type LegEvent = Exclude<VoiceEvent, { type: 'LegArrived' | 'LegPrepared' | 'MediaEventsTaken' }>

function bornLeg(event: Extract<VoiceEvent, { type: 'LegArrived' | 'LegPrepared' }>, at: Millis): Leg {
  const { process, webrtc, srtp, ...birth }: LegBirth = event.leg
  const base = { ...birth, requests: [] }
  if (event.type === 'LegPrepared') {
    return {
      ...base,
      direction: 'out',
      progress: { state: 'preparing', since: at },
      media: { process, ...(webrtc && { webrtc }), ...(srtp && { srtp }) },
    }
  }
  const { head, cseq, offer, terms } = event
  return {
    ...base,
    direction: 'in',
    progress: { state: 'arrived', since: at },
    media: { process, ...(offer !== undefined && { offer }), ...(terms && { terms }) },
    server: { head, cseq },
  }
}

function evolveLeg(leg: Leg, event: LegEvent, at: Millis): Leg {
  switch (event.type) {
    case 'InviteRepeated':
      return leg.server ? { ...leg, edge: event.edge, server: { ...leg.server, head: event.head } } : leg
    case 'LegRinging':
      return { ...leg, progress: { state: 'ringing', since: at } }
    case 'LegAnswered':
      return answered(leg, event, at)
    case 'LegRejected':
      return { ...leg, progress: { state: 'rejected', since: at, status: event.status } }
    case 'LegAcknowledged':
      return acknowledged(leg, event, at)
    case 'LegDialled': {
      const request: ClientRequest = { method: 'INVITE', cseq: event.cseq, since: at, sdp: event.sdp }
      const opened = withRequest(leg, request)
      return { ...opened, progress: { state: 'dialling', since: at }, media: said(leg.media, event.sdp, event.local) }
    }
    case 'LegRerouted':
      return rerouted(leg, event, at)
    case 'LegChallenged':
      return challenged(leg, event, at)
    case 'LegAlerting':
      return { ...leg, progress: { state: 'alerting', since: at } }
    case 'LegAccepted':
      return accepted(leg, event, at)
    case 'LegCancelled':
      return { ...leg, progress: { state: 'cancelling', since: at, alerted: leg.progress.state === 'alerting' } }
    case 'LegReleasing':
      return {
        ...withRequest(without(leg, 'server'), { method: 'BYE', cseq: event.cseq, since: at }),
        progress: { state: 'releasing', since: at },
      }
    case 'LegEnded':
      return { ...without(leg, 'server'), requests: [], progress: { state: 'released', since: at } }
    case 'LegPlaced':
      return { ...leg, media: placed(leg.media, event) }
    case 'FlowChanged':
      return event.receiving ? without(without(leg, 'silentSince'), 'renewedSince') : fellSilent(leg, at)
    case 'LegRenewed':
      return renewed(leg, event, at)
    default:
      return evolveInDialog(leg, event, at)
  }
}

type DialogEvent = Extract<
  LegEvent,
  { type: 'LegOffered' | 'LegProbed' | 'RequestClosed' | 'ReinviteTaken' | 'RequestTaken' }
>

function evolveInDialog(leg: Leg, event: DialogEvent, at: Millis): Leg {
  switch (event.type) {
    case 'LegOffered': {
      const opened = withRequest(leg, { method: 'INVITE', cseq: event.cseq, since: at, sdp: event.sdp })
      return { ...without(opened, 'offerNotBefore'), media: said(leg.media, event.sdp) }
    }
    case 'LegProbed':
      return withRequest(leg, { method: 'OPTIONS', cseq: event.cseq, since: at })
    case 'RequestClosed':
      return requestClosed(leg, event, at)
    case 'ReinviteTaken':
      return reinviteTaken(leg, event, at)
    case 'RequestTaken': {
      const taken = withDialog(leg, { remoteSeq: event.cseq })
      const { notify } = event
      return notify ? withRequest(taken, { method: 'NOTIFY', since: at, ...notify }) : taken
    }
    default:
      return assertNever(event)
  }
}

function answered(leg: Leg, event: Extract<LegEvent, { type: 'LegAnswered' }>, at: Millis): Leg {
  const { sdp, local, sessionExpires, timer } = event
  const { offer, ...media } = said(leg.media, sdp, local)
  const answer = { sdp, since: at, ...(sessionExpires !== undefined && { sessionExpires }) }
  return {
    ...leg,
    ...timed(timer, at),
    progress: { state: 'answered', since: at },
    media,
    ...(leg.server && { server: { ...leg.server, answered: answer, ...(offer === undefined && { lateOffer: true }) } }),
  }
}

function acknowledged(leg: Leg, event: Extract<LegEvent, { type: 'LegAcknowledged' }>, at: Millis): Leg {
  const { server, ...rest } = leg
  const media = event.terms ? { ...leg.media, terms: event.terms } : leg.media
  const progress: Progress = leg.progress.state === 'answered' ? { state: 'confirmed', since: at } : leg.progress
  return { ...rest, media, progress }
}

function accepted(leg: Leg, event: Extract<LegEvent, { type: 'LegAccepted' }>, at: Millis): Leg {
  const { remoteTag, target, routes, terms, timer } = event
  return {
    ...withDialog(without(leg, 'renewedSince'), { remoteTag, target, routes }),
    ...timed(timer, at),
    requests: leg.requests.filter((request) => request.method !== 'INVITE'),
    progress: { state: 'confirmed', since: at },
    media: terms ? { ...leg.media, terms } : leg.media,
  }
}

function requestClosed(leg: Leg, event: Extract<LegEvent, { type: 'RequestClosed' }>, at: Millis): Leg {
  const request = leg.requests.find((other) => other.cseq === event.cseq)
  const closed = {
    ...withDialog(leg, event.target === undefined ? {} : { target: event.target }),
    requests: leg.requests.filter((other) => other !== request),
  }
  if (request?.method === 'OPTIONS') return leg.silentSince === undefined ? closed : { ...closed, silentSince: at }
  if (request?.method !== 'INVITE') return closed
  if (event.offerNotBefore !== undefined) {
    const refusals = (leg.refusals ?? 0) + (event.refused ? 1 : 0)
    return { ...closed, offerNotBefore: event.offerNotBefore, ...(refusals > 0 && { refusals }) }
  }
  const { local } = leg.media
  const refreshed = leg.timer && event.status < 300 ? { timer: { ...leg.timer, refreshedAt: at } } : {}
  return {
    ...without(closed, 'refusals'),
    ...refreshed,
    media: { ...leg.media, ...(local && { told: local }), ...(event.terms && { terms: event.terms }) },
  }
}

function reinviteTaken(leg: Leg, event: Extract<LegEvent, { type: 'ReinviteTaken' }>, at: Millis): Leg {
  const { head, cseq, target, sdp, terms, sessionExpires, timer } = event
  const answer = { sdp, since: at, ...(sessionExpires !== undefined && { sessionExpires }) }
  return {
    ...withDialog(leg, { remoteSeq: cseq, target }),
    ...timed(timer ?? leg.timer, at),
    media: { ...said(leg.media, sdp, leg.media.local), ...(terms && { terms }) },
    server: { head, cseq, answered: answer, ...(!terms && { lateOffer: true }) },
  }
}

/** A browser never pauses: its way is broken, so another one is opened. */
function fellSilent(leg: Leg, at: Millis): Leg {
  const { media } = leg
  const path = media.terms?.webrtc ? { path: (media.path ?? 0) + 1 } : undefined
  return { ...leg, silentSince: at, media: { ...media, ...path } }
}

/** The session stays, on another path; all that was agreed with the old page is over. */
function renewed(leg: Leg, event: Extract<LegEvent, { type: 'LegRenewed' }>, at: Millis): Leg {
  const { id, direction, interaction, participant, silentSince, renewedSince } = leg
  const { process, path = 0 } = leg.media
  const { edge, contact } = event
  const dialog = { ...event.dialog, localSeq: leg.dialog.localSeq }
  return {
    ...{ id, direction, interaction, participant, dialog, edge, contact },
    progress: { state: 'preparing', since: at },
    media: { process, webrtc: true, path: path + 1 },
    requests: [],
    renewedSince: renewedSince ?? silentSince ?? at,
  }
}

/** The session and its port stay; the call is another one, over another trunk. */
function rerouted(leg: Leg, event: Extract<LegEvent, { type: 'LegRerouted' }>, at: Millis): Leg {
  const { edge, contact, trunk } = event
  const { name, tried } = leg.trunk ?? { name: '', tried: [] }
  const { terms: _, ...media } = leg.media
  return {
    ...without(leg, 'challenge'),
    ...{ edge, contact, media },
    // What was sent is known by its CSeq.
    dialog: { ...event.dialog, localSeq: leg.dialog.localSeq },
    progress: { state: 'preparing', since: at },
    requests: [],
    trunk: { name: trunk, tried: [...tried, name] },
  }
}

/** RFC 3261 22.2: the request again, with the next CSeq. */
function challenged(leg: Leg, event: Extract<LegEvent, { type: 'LegChallenged' }>, at: Millis): Leg {
  const { cseq, next, challenge } = event
  return {
    ...withDialog(leg, { localSeq: next }),
    challenge: { ...challenge, from: next },
    requests: leg.requests.map((request) => (request.cseq === cseq ? { ...request, cseq: next, since: at } : request)),
  }
}

function timed(timer: Omit<SessionTimer, 'refreshedAt'> | undefined, at: Millis): { timer?: SessionTimer } {
  return timer ? { timer: { ...timer, refreshedAt: at } } : {}
}

function said(media: LegMedia, sdp: string, told?: LegMedia['local']): LegMedia {
  return { ...media, sdp, ...(told && { local: told, told }) }
}

function placed(media: LegMedia, event: Extract<LegEvent, { type: 'LegPlaced' }>): LegMedia {
  const { local, ...rest } = media
  return { ...rest, process: event.process, ...(event.local && { local: event.local }) }
}

function withDialog(leg: Leg, change: Partial<Dialog>): Leg {
  return { ...leg, dialog: { ...leg.dialog, ...change } }
}

function withRequest(leg: Leg, request: ClientRequest): Leg {
  return { ...withDialog(leg, { localSeq: request.cseq }), requests: [...leg.requests, request] }
}

function without(
  leg: Leg,
  field: 'server' | 'silentSince' | 'renewedSince' | 'offerNotBefore' | 'refusals' | 'challenge',
): Leg {
  if (leg[field] === undefined) return leg
  const { [field]: _, ...rest } = leg
  return rest
}

function addLeg(state: OpenState, leg: Leg): void {
  state.legs.set(leg.id, leg)
  state.dialogs.set(dialogKey(leg.dialog.callId, leg.dialog.localTag), leg.id)
  state.participants.set(leg.participant, leg.id)
  state.interactions.set(leg.interaction, [...(state.interactions.get(leg.interaction) ?? []), leg.id])
  addLoad(state.load, leg.media.process, 1)
  if (leg.trunk) addLoad(state.trunks, leg.trunk.name, 1)
}

function replaceLeg(state: OpenState, old: Leg, leg: Leg, at: Millis): void {
  state.legs.set(leg.id, leg)
  if (old.dialog.callId !== leg.dialog.callId) {
    state.dialogs.delete(dialogKey(old.dialog.callId, old.dialog.localTag))
    state.dialogs.set(dialogKey(leg.dialog.callId, leg.dialog.localTag), leg.id)
  }
  if (old.media.process !== leg.media.process) {
    addLoad(state.load, old.media.process, -1)
    addLoad(state.load, leg.media.process, 1)
  }
  if (old.trunk?.name !== leg.trunk?.name) {
    if (old.trunk) addLoad(state.trunks, old.trunk.name, -1)
    if (leg.trunk) addLoad(state.trunks, leg.trunk.name, 1)
  }
  if (isOver(old) || !isOver(leg)) return
  addLoad(state.load, leg.media.process, -1)
  if (leg.trunk) addLoad(state.trunks, leg.trunk.name, -1)
  if (leg.progress.state === 'released') state.legs.set(leg.id, slim(leg))
  state.ended.push({ id: leg.id, at, key: dialogKey(leg.dialog.callId, leg.dialog.localTag) })
}

/** What a released leg may drop: its bodies are most of its size. */
function slim(leg: Leg): Leg {
  const { server: _, ...rest } = leg
  return { ...rest, media: { process: leg.media.process } }
}

function addLoad(loads: Map<string, number>, name: string, count: number): void {
  const load = (loads.get(name) ?? 0) + count
  if (load > 0) loads.set(name, load)
  else loads.delete(name)
}

/** The moment of every event drives this, so all folds forget at the same place of the log. */
function forgetGhosts(state: OpenState, at: Millis): void {
  let count = 0
  for (const ghost of state.ended) {
    if (ghost.at + GHOST_MS > at) break
    forget(state, ghost)
    count++
  }
  if (count > 0) state.ended.splice(0, count)
}

function forget(state: OpenState, { id, key }: Ghost): void {
  const leg = state.legs.get(id)
  state.legs.delete(id)
  state.dialogs.delete(key)
  if (!leg) return
  if (state.participants.get(leg.participant) === id) state.participants.delete(leg.participant)
  const rest = (state.interactions.get(leg.interaction) ?? []).filter((other) => other !== id)
  if (rest.length > 0) state.interactions.set(leg.interaction, rest)
  else state.interactions.delete(leg.interaction)
}
