import { assert } from '#base'
import {
  createRequest,
  formatNameAddr,
  type HeaderField,
  headerKey,
  param,
  parseNameAddr,
  parseUri,
  responseTo,
  SipRequest,
  type SipResponse,
} from '#protocols/sip'
import type { ClientRequest, InviteHead, Leg, ServerInvite } from './leg/leg.ts'
import { ALLOW, SUPPORTED } from './sip-methods.ts'

/** Our Via names no host: the edge puts its own on top and gives us the answers over the channel, so nobody ever resolves this one. */
const VIA_HOST = 'core.invalid'

/** Header fields of an INVITE that its answers repeat, and those that say how its session is kept fresh. */
const HEAD_FIELDS: readonly string[] = [
  'via',
  'from',
  'to',
  'call-id',
  'cseq',
  'record-route',
  'timestamp',
  'supported',
  'session-expires',
]

/** What must be kept of an INVITE to answer it later, or from another core. */
export function headOf(request: SipRequest): InviteHead {
  return request.fields
    .filter((field) => HEAD_FIELDS.includes(field.key))
    .map((field) => [field.name, field.value] as const)
}

/** A final or provisional answer to an INVITE, made from what the log keeps of it. */
export function inviteResponse(leg: Leg, server: ServerInvite, status: number): SipResponse {
  const request = new SipRequest('INVITE', 'sip:unused', server.head.map(toField))
  const { answered } = server
  const ok = status >= 200 && status < 300 && answered
  return responseTo(request, status, {
    toTag: leg.dialog.localTag,
    headers: [
      ['Contact', status > 100 && status < 300 ? leg.contact : undefined],
      ['Allow', ok ? ALLOW : undefined],
      ['Supported', ok ? SUPPORTED : undefined],
      ['Require', ok && answered.sessionExpires !== undefined ? 'timer' : undefined],
      ['Session-Expires', ok ? answered.sessionExpires : undefined],
    ],
    ...(ok && { body: answered.sdp, contentType: 'application/sdp' }),
  })
}

function toField([name, value]: readonly [string, string]): HeaderField {
  return { key: headerKey(name), name, value }
}

/** The branch of a request of ours. The tag is random and the CSeq used once, so the branch is unique and yet needs no place in the log. */
export function branchOf(leg: Leg, cseq: number): string {
  return `z9hG4bK${leg.dialog.localTag}.${cseq}`
}

/** A header field that says who we are. */
export type Authorisation = readonly [name: string, value: string]

/** The Request-URI of the leg's requests. */
export function requestUriOf({ dialog }: Leg): string {
  return path(dialog.target, dialog.routes).uri
}

/** A request of ours that waits for its answer: the same bytes at every repetition, whichever core makes it. */
export function clientRequest(leg: Leg, request: ClientRequest, authorisation?: Authorisation): SipRequest {
  const said = authorisation ? [authorisation] : []
  switch (request.method) {
    case 'INVITE':
      return dialogRequest(leg, request, {
        contact: leg.contact,
        headers: [
          ...said,
          ['Allow', ALLOW],
          ['Supported', SUPPORTED],
          ['Call-Info', leg.renewedSince === undefined ? undefined : `<sip:${VIA_HOST}>;answer-after=0`],
          ['P-Asserted-Identity', leg.dialog.remoteTag === undefined ? leg.dialog.local : undefined],
        ],
        body: request.sdp,
      })
    case 'NOTIFY':
      return dialogRequest(leg, request, {
        contact: leg.contact,
        headers: [...said, ['Event', request.event], ['Subscription-State', 'terminated;reason=noresource']],
        body: request.sipfrag,
        contentType: 'message/sipfrag;version=2.0',
      })
    case 'OPTIONS':
      return dialogRequest(leg, request, { headers: [...said, ['Accept', 'application/sdp']] })
    case 'BYE':
      return dialogRequest(leg, request, { headers: said })
  }
}

/** RFC 3261 13.2.2.4: the ACK of a 2xx is a transaction of its own, in the dialog, with the INVITE's CSeq number. */
export function ackOf(leg: Leg, cseq: number): SipRequest {
  return dialogRequest(leg, { method: 'ACK', cseq }, { branch: `${branchOf(leg, cseq)}.ack` })
}

/** RFC 3261 9.1: CANCEL takes Request-URI, Via, Route, From, To, Call-ID and CSeq number of the INVITE that it ends. */
export function cancelOf(leg: Leg, cseq: number): SipRequest {
  return dialogRequest(leg, { method: 'CANCEL', cseq }, {})
}

interface Extras {
  readonly branch?: string
  readonly contact?: string
  readonly headers?: readonly (readonly [string, string | undefined])[]
  readonly body?: string
  readonly contentType?: string
}

function dialogRequest(leg: Leg, { method, cseq }: { method: string; cseq: number }, extras: Extras): SipRequest {
  const { dialog } = leg
  const { branch = branchOf(leg, cseq), ...rest } = extras
  return createRequest({
    method,
    cseq,
    ...path(dialog.target, dialog.routes),
    via: [`SIP/2.0/TCP ${VIA_HOST};branch=${branch}`],
    from: `${dialog.local};tag=${dialog.localTag}`,
    to: dialog.remoteTag === undefined ? dialog.remote : `${dialog.remote};tag=${dialog.remoteTag}`,
    callId: dialog.callId,
    ...rest,
  })
}

/** RFC 3261 12.2.1.1: a strict router as the first of the set takes the Request-URI's place, and the target goes to the end. */
function path(target: string, routes: readonly string[]): { uri: string; routes: readonly string[] } {
  const first = routes[0] === undefined ? undefined : parseNameAddr(routes[0])
  const firstUri = first && parseUri(first.uri)
  if (!first || !firstUri || param(firstUri.params, 'lr') !== undefined) return { uri: target, routes }
  return { uri: first.uri, routes: [...routes.slice(1), `<${target}>`] }
}

/**
 * RFC 3261 17.1.1.3: the ACK of a refusal is part of the INVITE's transaction: same branch, Request-URI and Route. All that is
 * needed stands in the response, but for the URI, which nobody looks at: the edge takes the ACK for itself.
 */
export function ackOfRefusal(response: SipResponse): SipRequest {
  return createRequest({
    method: 'ACK',
    uri: response.to.uri,
    cseq: response.cseq.number,
    via: response.getAll('via').slice(0, 1),
    from: formatNameAddr(response.from),
    to: formatNameAddr(response.to),
    callId: response.callId,
  })
}

/**
 * A 2xx to an INVITE of ours for a dialog that we do not keep (a second phone answered, or the leg is over): it is taken and
 * ended at once, or its sender would repeat it for 32 s and think that a call stands (RFC 3261 13.2.2.4).
 */
export function refuseStray2xx(response: SipResponse): SipRequest[] {
  const contact = response.contacts[0]
  if (!contact || response.cseq.method !== 'INVITE') return []
  const routes = response.recordRoutes.map(formatNameAddr).reverse()
  const tag = response.to.tag ?? 'none'
  const make = (method: string, cseq: number): SipRequest =>
    createRequest({
      method,
      cseq,
      ...path(contact.uri, routes),
      via: [`SIP/2.0/TCP ${VIA_HOST};branch=z9hG4bK${response.from.tag ?? ''}.${tag}.${method}`],
      from: formatNameAddr(response.from),
      to: formatNameAddr(response.to),
      callId: response.callId,
    })
  assert(response.status >= 200 && response.status < 300, 'only a 2xx makes a dialog')
  return [make('ACK', response.cseq.number), make('BYE', response.cseq.number + 1)]
}
