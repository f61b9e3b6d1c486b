import { describe, expect, it } from 'vitest'
import type { Leg, Progress } from './leg/leg.ts'
import { clientRequest } from './leg-messages.ts'
import { awaySinceOf, mediaSpecOf } from './media-spec.ts'
import { reconcileLeg } from './reconcile.ts'
import type { LegView } from './repair.ts'
import { Sent } from './sent.ts'
import { AWAY_MS_MAX } from './upkeep.ts'

const T = Date.UTC(2026, 0, 1)
const LOCAL = { address: '192.0.2.9', port: 20_000, webrtc: { ufrag: 'u', password: 'p', fingerprint: 'AA' } }

/** An agent's leg to a browser. */
function browserLeg(state: Progress['state'], change: Partial<Leg> = {}): Leg {
  return {
    id: 'l-2',
    direction: 'out',
    interaction: 'ix-1',
    participant: 'ix-1.p2',
    edge: 'edge-1',
    contact: '<sip:l-2@192.0.2.1:5060>',
    progress: { state, since: T } as Progress,
    dialog: {
      ...{ callId: 'c2', localTag: 't2', local: '<sip:555@x>', remote: '<sip:2001@x>', localSeq: 1, remoteSeq: 0 },
      ...(state === 'confirmed' && { remoteTag: 'r' }),
      target: 'sip:abc@tab.invalid;transport=ws',
      routes: [],
    },
    media: {
      process: 'media-1',
      webrtc: true,
      ...(state === 'confirmed' && {
        local: LOCAL,
        told: LOCAL,
        terms: { sends: true, receives: true, webrtc: { fingerprint: 'BB' } },
      }),
    },
    requests: [],
    ...change,
  }
}

const customer: Leg = { ...browserLeg('confirmed'), id: 'l-1', participant: 'ix-1.p1', direction: 'in' }

function hearsOfCustomer(agent: Leg): unknown {
  const desired = { connection: 'connected', hears: { type: 'participant', participant: 'ix-1.p2' } } as const
  return mediaSpecOf(customer, desired, () => agent)?.hears
}

/** What is submitted for the leg at that moment. */
function submitted(leg: Leg, now: number): readonly string[] {
  const view: LegView = {
    ...{ leg, now, sent: new Sent(), interaction: 'ix-1', local: LOCAL },
    desired: { connection: 'connected', hears: { type: 'silence' } },
  }
  return (reconcileLeg(view).submit ?? []).map(({ command }) => command.type)
}

describe('an agent’s browser that is away (promise 9)', () => {
  it('is heard as music, and nothing is made of the customer’s leg', () => {
    expect(hearsOfCustomer(browserLeg('confirmed'))).toEqual({ type: 'session', session: 'l-2' })
    const silent = browserLeg('confirmed', { silentSince: T })
    const music = {
      type: 'program',
      program: `l-2.away${T}`,
      repeat: true,
      items: [{ type: 'prompt', prompt: 'music' }],
    }
    expect(hearsOfCustomer(silent)).toEqual(music)
    expect(hearsOfCustomer(browserLeg('preparing', { renewedSince: T }))).toEqual(music)
    expect(awaySinceOf({ ...customer, silentSince: T })).toBeUndefined()
  })

  it('is waited for, and then let go, so that its customer comes to the front of the queue again', () => {
    const silent = browserLeg('confirmed', { silentSince: T })
    expect(submitted(silent, T + AWAY_MS_MAX - 1)).toEqual([])
    expect(submitted(silent, T + AWAY_MS_MAX)).toEqual(['Release', 'ReportCleared'])
    const anew = browserLeg('preparing', { renewedSince: T, progress: { state: 'preparing', since: T + 59_000 } })
    expect(submitted(anew, T + AWAY_MS_MAX)).toEqual(['End', 'ReportCleared'])
    const dialled = browserLeg('dialling', { renewedSince: T })
    expect(submitted(dialled, T + AWAY_MS_MAX)).toEqual(['Cancel', 'ReportCleared'])
  })

  it('is told another path by a re-INVITE as soon as there is one, however often it did not answer (promise 10)', () => {
    const other = { ...LOCAL, port: 20_004 }
    const silent = browserLeg('confirmed', { silentSince: T, refusals: 9 })
    const media = { ...silent.media, local: other, path: 1 }
    const view: LegView = {
      ...{ leg: { ...silent, media }, now: T, sent: new Sent(), interaction: 'ix-1', local: other },
      desired: { connection: 'connected', hears: { type: 'silence' } },
    }
    const [first] = reconcileLeg(view).submit ?? []
    expect(first?.command).toMatchObject({ type: 'Reinvite' })
    expect(first?.command).toMatchObject({ sdp: expect.stringContaining('m=audio 20004 UDP/TLS/RTP/SAVPF') })
  })

  it('answers by itself when it is called anew', () => {
    const invite = { method: 'INVITE', cseq: 2, since: T, sdp: 'v=0' } as const
    expect(clientRequest(browserLeg('dialling'), invite).get('call-info')).toBeUndefined()
    const anew = clientRequest(browserLeg('dialling', { renewedSince: T }), invite)
    expect(anew.get('call-info')).toContain('answer-after=0')
  })
})
