import { describe, expect, it } from 'vitest'
import type { DesiredParticipant } from '#kernel/interaction'
import type { ClientRequest, Leg, Progress } from './leg/leg.ts'
import { NOTIFY_MS_MAX, PORT_MS_MAX, reconcileLeg, reportOf } from './reconcile.ts'
import { ALERTING_MS_MAX, type LegView } from './repair.ts'
import { Sent } from './sent.ts'
import { TRANSACTION_MS } from './sip-methods.ts'
import { SILENCE_MS } from './upkeep.ts'

const T = Date.UTC(2026, 0, 1)
const LOCAL = { address: '192.0.2.9', port: 20_000 }
const OTHER = { address: '192.0.2.9', port: 20_002 }
const OFFER = 'v=0\r\no=- 1 1 IN IP4 192.0.2.5\r\ns=-\r\nc=IN IP4 192.0.2.5\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n'
const HEAD = [
  ['Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKedge, SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKphone'],
  ['From', '<sip:5551000@x>;tag=r'],
  ['To', '<sip:1009@x>'],
  ['Call-ID', 'c1'],
  ['CSeq', '1 INVITE'],
] as const

type Change = Partial<Omit<LegView, 'leg' | 'desired' | 'sent'>> & {
  readonly state?: Progress['state']
  readonly desired?: DesiredParticipant['connection']
  readonly reason?: DesiredParticipant['clearReason']
  readonly leg?: Partial<Leg>
  readonly sent?: (sent: Sent) => void
}

function view({ state = 'arrived', desired = 'connected', reason, leg, sent: prepare, ...rest }: Change): LegView {
  const sent = new Sent()
  prepare?.(sent)
  const out = ['preparing', 'dialling', 'alerting', 'cancelling'].includes(state)
  const base: Leg = {
    id: 'l-1',
    direction: out ? 'out' : 'in',
    interaction: 'ix-1',
    participant: 'ix-1.p1',
    edge: 'edge-1',
    contact: '<sip:l-1@192.0.2.1:5060>',
    progress: { state, since: T, alerted: false, status: 486 } as Progress,
    dialog: {
      callId: 'c1',
      localTag: 't1',
      ...(!out && { remoteTag: 'r' }),
      local: '<sip:1009@x>',
      remote: '<sip:5551000@x>',
      localSeq: 1,
      remoteSeq: 1,
      target: 'sip:5551000@192.0.2.5',
      routes: ['<sip:192.0.2.1;lr>'],
    },
    media: { process: 'media-1', offer: OFFER, local: LOCAL, told: LOCAL, terms: { sends: true, receives: true } },
    requests: [],
    ...leg,
  }
  return {
    leg: base,
    desired: { connection: desired, hears: { type: 'silence' }, ...(reason && { clearReason: reason }) },
    interaction: 'ix-1',
    now: T,
    sent,
    ...rest,
  }
}

/** What is done, in short words: `>` sends, `!` submits. */
function done(change: Change): string[] {
  const repair = reconcileLeg(view(change))
  return [
    ...repair.sends.map(({ message }) => `> ${message.startLine.replace('SIP/2.0 ', '').replace(' SIP/2.0', '')}`),
    ...(repair.submit ?? []).map(
      ({ command }) =>
        `! ${command.type}${'reason' in command ? ` ${command.reason}` : ''}${'status' in command ? ` ${command.status}` : ''}`,
    ),
  ]
}

const server = { head: HEAD, cseq: 1 }
const answered = { head: HEAD, cseq: 1, answered: { sdp: OFFER, since: T } }
const invite: ClientRequest = { method: 'INVITE', cseq: 1, since: T, sdp: OFFER }
const bye: ClientRequest = { method: 'BYE', cseq: 2, since: T }
const notify: ClientRequest = { method: 'NOTIFY', cseq: 2, since: T, event: 'refer', sipfrag: 'SIP/2.0 200 OK' }
const options: ClientRequest = { method: 'OPTIONS', cseq: 2, since: T }
const late = T + TRANSACTION_MS
const TRYING = '> 100 Trying'
const OK = '> 200 OK'
const INVITE = '> INVITE sip:5551000@192.0.2.5'
const BYE = '> BYE sip:5551000@192.0.2.5'
const CANCEL = '> CANCEL sip:5551000@192.0.2.5'
const marked =
  (...keys: string[]) =>
  (sent: Sent) => {
    for (const key of keys) sent.mark(key, T)
  }

describe('a leg that came in', () => {
  it.each<[string, Change, string[]]>([
    ['is told 100 when nothing else is said within 100 ms', { leg: { server }, now: T + 100 }, [TRYING]],
    ['is not told 100 before', { leg: { server }, now: T + 99 }, []],
    ['is told 100 once only', { leg: { server }, sent: marked('100'), now: T + 100 }, []],
    [
      'is told 100 though its answer waits for the log',
      { local: LOCAL, leg: { server }, now: T + 100 },
      [TRYING, '! Answer', '! ReportConnected'],
    ],
    ['is told 180 when it shall ring, after the log', { desired: 'alerting', leg: { server } }, ['! Ring']],
    ['is told 180 when it rings', { state: 'ringing', desired: 'alerting', leg: { server } }, ['> 180 Ringing']],
    ['is answered when its port is known', { local: LOCAL, leg: { server } }, ['! Answer', '! ReportConnected']],
    [
      'is answered from ringing too',
      { state: 'ringing', local: LOCAL, leg: { server }, sent: marked('180') },
      ['! Answer', '! ReportConnected'],
    ],
    [
      'is refused when no media process has a port',
      { leg: { server }, now: T + PORT_MS_MAX },
      ['! Reject 503', '! ReportCleared lost'],
    ],
    ['is refused 480 when nobody came', { desired: 'cleared', reason: 'no-answer', leg: { server } }, ['! Reject 480']],
    ['is refused 486 when all are busy', { desired: 'cleared', reason: 'busy', leg: { server } }, ['! Reject 486']],
    [
      'is refused 603 when it is declined',
      { desired: 'cleared', reason: 'declined', leg: { server } },
      ['! Reject 603'],
    ],
    [
      'is refused 404 when the number is gone',
      { desired: 'cleared', reason: 'no-such-number', leg: { server } },
      ['! Reject 404'],
    ],
    [
      'goes to another media process when its own is gone',
      { process: 'media-2', leg: { server }, sent: marked('100') },
      ['! Place'],
    ],
    ['that is refused hears so', { state: 'rejected', leg: { server } }, ['> 486 Busy Here']],
    ['that is refused hears so once from each core', { state: 'rejected', leg: { server }, sent: marked('486') }, []],
    ['gets its 200', { state: 'answered', leg: { server: answered } }, [OK]],
    [
      'gets its 200 again after T1',
      { state: 'answered', leg: { server: answered }, sent: marked('200:1'), now: T + 500 },
      [OK],
    ],
    [
      'does not get it before',
      { state: 'answered', leg: { server: answered }, sent: marked('200:1'), now: T + 499 },
      [],
    ],
    [
      'gets no BYE before its ACK (RFC 3261 15)',
      { state: 'answered', desired: 'cleared', leg: { server: answered } },
      [OK],
    ],
    [
      'gets a BYE when it never acknowledges',
      { state: 'answered', leg: { server: answered }, now: late },
      ['! Release', '! ReportCleared lost'],
    ],
  ])('%s', (_, change, expected) => {
    expect(done(change)).toEqual(expected)
  })

  it('gets the same bytes at every repetition', () => {
    const texts = [T, T + 500, T + 5000].map((now) =>
      reconcileLeg(view({ state: 'answered', leg: { server: answered }, now })).sends[0]?.message.toString(),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('Contact: <sip:l-1@192.0.2.1:5060>')
    expect(texts[0]).toContain('To: <sip:1009@x>;tag=t1')
  })

  it('is looked at again when the next repetition is due', () => {
    expect(reconcileLeg(view({ state: 'answered', leg: { server: answered } })).lookAt).toBe(T + 500)
    const third = view({ state: 'answered', leg: { server: answered }, sent: marked('200:1', '200:1') })
    expect(reconcileLeg(third).lookAt).toBe(T + 1000)
  })
})

describe('a leg that is dialled', () => {
  it.each<[string, Change, string[]]>([
    ['waits for its port', { state: 'preparing' }, []],
    [
      'is given up when no media process has one',
      { state: 'preparing', now: T + PORT_MS_MAX },
      ['! End', '! ReportFailed error'],
    ],
    ['is dialled when it is known', { state: 'preparing', local: LOCAL }, ['! Dial']],
    ['is dropped when it is not wanted any more', { state: 'preparing', desired: 'cleared' }, ['! End']],
    ['goes to where its interaction is', { state: 'preparing', process: 'media-2' }, ['! Place']],
    ['gets its INVITE', { state: 'dialling', leg: { requests: [invite] } }, [INVITE]],
    [
      'gets it again after T1',
      { state: 'dialling', leg: { requests: [invite] }, sent: marked('INVITE:1'), now: T + 500 },
      [INVITE],
    ],
    [
      'gets it no more once somebody answered',
      { state: 'dialling', leg: { requests: [invite] }, sent: (s) => s.hear('INVITE:1', 100) },
      [],
    ],
    ['gets it again from the next core, though it rings', { state: 'alerting', leg: { requests: [invite] } }, [INVITE]],
    [
      'is unreachable when nothing is heard',
      { state: 'dialling', leg: { requests: [invite] }, now: late },
      ['! End', '! ReportFailed unreachable'],
    ],
    [
      'may ring longer than that',
      { state: 'alerting', leg: { requests: [invite] }, now: late, sent: (s) => s.hear('INVITE:1', 180) },
      [],
    ],
    [
      'may not ring for ever',
      { state: 'alerting', leg: { requests: [invite] }, now: T + ALERTING_MS_MAX },
      ['! Cancel', '! ReportFailed no-answer'],
    ],
    ['is called off', { state: 'alerting', desired: 'cleared', leg: { requests: [invite] } }, ['! Cancel']],
    [
      'gets no CANCEL before an answer (RFC 3261 9.1)',
      { state: 'cancelling', leg: { requests: [invite] }, sent: marked('INVITE:1') },
      [],
    ],
    [
      'gets CANCEL after one',
      {
        state: 'cancelling',
        leg: { requests: [invite] },
        sent: (s) => {
          s.mark('INVITE:1', T)
          s.hear('INVITE:1', 100)
        },
      },
      [CANCEL],
    ],
    ['gets CANCEL from a core that does not know', { state: 'cancelling', leg: { requests: [invite] } }, [CANCEL]],
    [
      'is over when CANCEL leads to nothing',
      { state: 'cancelling', leg: { requests: [invite] }, now: late },
      ['! End'],
    ],
  ])('%s', (_, change, expected) => {
    expect(done(change)).toEqual(expected)
  })
})

describe('a leg that stands', () => {
  it.each<[string, Change, string[]]>([
    ['is left alone', { state: 'confirmed' }, []],
    ['is ended', { state: 'confirmed', desired: 'cleared' }, ['! Release']],
    [
      'is ended after its NOTIFY',
      { state: 'confirmed', desired: 'cleared', leg: { requests: [notify] }, now: T + 100 },
      ['> NOTIFY sip:5551000@192.0.2.5'],
    ],
    [
      'is ended though its NOTIFY is not answered',
      {
        state: 'confirmed',
        desired: 'cleared',
        leg: { requests: [notify] },
        now: T + NOTIFY_MS_MAX,
        sent: marked('NOTIFY:2'),
      },
      ['! Release'],
    ],
    ['hears NOTIFY after its 202', { state: 'confirmed', leg: { requests: [notify] } }, []],
    ['repeats the answer to a re-INVITE', { state: 'confirmed', leg: { server: answered } }, [OK]],
    [
      'is lost when that is never acknowledged',
      { state: 'confirmed', leg: { server: answered }, now: late },
      ['! Release', '! ReportCleared lost'],
    ],
    ['notes a new port', { state: 'confirmed', local: OTHER }, ['! Place']],
    [
      'is told a new port',
      { state: 'confirmed', leg: { media: { process: 'm', local: OTHER, told: LOCAL } } },
      ['! Reinvite'],
    ],
    [
      'is not told while it waits for an answer of ours',
      { state: 'confirmed', leg: { server: answered, media: { process: 'm', local: OTHER, told: LOCAL } } },
      [OK],
    ],
    [
      'is not told too soon after 491',
      { state: 'confirmed', leg: { offerNotBefore: T + 1, media: { process: 'm', local: OTHER, told: LOCAL } } },
      [],
    ],
    ['moves with its interaction', { state: 'confirmed', process: 'media-2' }, ['! Place']],
    ['is asked for a sign of life', { state: 'confirmed', leg: { silentSince: T - SILENCE_MS } }, ['! Probe']],
    [
      'is asked once at a time',
      { state: 'confirmed', leg: { silentSince: T - SILENCE_MS, requests: [options] } },
      ['> OPTIONS sip:5551000@192.0.2.5'],
    ],
    [
      'is lost when it does not answer',
      { state: 'confirmed', leg: { requests: [options] }, now: late },
      ['! Release', '! ReportCleared lost'],
    ],
    [
      'is refreshed by us',
      { state: 'confirmed', leg: { timer: { intervalMs: 90_000, refresher: 'us', refreshedAt: T } }, now: T + 45_000 },
      ['! Reinvite'],
    ],
    [
      'ends when the peer does not refresh',
      {
        state: 'confirmed',
        leg: { timer: { intervalMs: 90_000, refresher: 'peer', refreshedAt: T } },
        now: T + 60_000,
      },
      ['! Release', '! ReportCleared lost'],
    ],
    ['gets its BYE', { state: 'releasing', leg: { requests: [bye] } }, [BYE]],
    [
      'gets no more when it is answered',
      { state: 'releasing', leg: { requests: [bye] }, sent: (s) => s.hear('BYE:2', 200) },
      [],
    ],
    ['is over when nobody answers the BYE', { state: 'releasing', leg: { requests: [bye] }, now: late }, ['! End']],
    ['is over', { state: 'released' }, []],
  ])('%s', (_, change, expected) => {
    expect(done(change)).toEqual(expected)
  })
})

describe('what the centre is told when it believes otherwise', () => {
  const party = (connection: 'initiated' | 'alerting' | 'connected' | 'held' | 'cleared') => ({
    id: 'ix-1.p1',
    connection,
  })
  it.each<[string, Change, string | undefined]>([
    ['a phone rings', { state: 'alerting', participant: party('initiated') }, 'ReportAlerting'],
    ['a call stands', { state: 'confirmed', participant: party('alerting') }, 'ReportConnected'],
    ['a leg is over', { state: 'released', participant: party('connected') }, 'ReportCleared'],
    ['a leg is over, held', { state: 'released', participant: party('held') }, 'ReportCleared'],
    [
      'a phone never answered',
      { state: 'released', leg: { direction: 'out' }, participant: party('alerting') },
      'ReportFailed',
    ],
    ['all is known', { state: 'confirmed', participant: party('connected') }, undefined],
    ['nothing is left to tell', { state: 'released', participant: party('cleared') }, undefined],
    ['nobody is there', { state: 'released' }, undefined],
  ])('%s', (_, change, expected) => {
    expect(reportOf(view(change))?.type).toBe(expected)
  })
})
