import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gsmBytes } from '#kernel/sms'
import { type CertificateFiles, makeAuthority, makeCertificate } from '../kit/certificates.ts'
import { until } from '../kit/mail-servers.ts'
import { Smsc } from '../kit/smsc.ts'
import { SmsCentre } from './sms-centre.ts'

const ADA = '+491701234567'

let smsc: Smsc
let centre: SmsCentre

beforeEach(async () => {
  smsc = await Smsc.start()
  centre = await SmsCentre.start(smsc.account('texts'))
})
afterEach(async () => {
  await centre.close()
  await smsc.stop()
})

const bound = () => until('the bind', () => smsc.bound.size > 0)

/** The life ends, and with it the bind. */
async function dies(): Promise<void> {
  await centre.die()
  await until('the end of the bind', () => smsc.bound.size === 0)
}

/** The bytes of a part with its header (3GPP TS 23.040 9.2.3.24.1). */
function part(reference: number, total: number, number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([5, 0, 3, reference, total, number]), content])
}

const PART = { esm_class: 0x40 }
const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16()

/** A contact that agent1 has taken. */
async function taken(): Promise<void> {
  centre.live()
  await bound()
  expect(await smsc.say(ADA, 'Hello')).toBe(0)
  await centre.accept()
}

describe('texts that come by SMPP', () => {
  it('become one conversation of a number in the queue of the account, whatever letters they have (DIG-09)', async () => {
    centre.live()
    await bound()
    expect(await smsc.say(ADA, 'Hello')).toBe(0)
    expect(centre.contacts).toMatchObject([{ medium: 'sms', from: ADA, phase: { state: 'queued', queue: 'support' } }])
    expect(await smsc.deliver(ADA, Buffer.from(gsmBytes('5 € für [Ä]')))).toBe(0)
    expect(await smsc.deliver(ADA, utf16('漢字 😀'), { data_coding: 8 })).toBe(0)
    expect(await smsc.deliver(ADA, Buffer.from('é', 'latin1'), { data_coding: 3 })).toBe(0)
    expect(await smsc.deliver(ADA, Buffer.from([1, 2, 3]), { data_coding: 4 })).toBe(0)
    expect(await smsc.deliver(ADA, Buffer.alloc(0), { message_payload: Buffer.from('x'.repeat(500)) })).toBe(0)
    expect(centre.texts).toEqual([
      'Hello',
      '5 € für [Ä]',
      '漢字 😀',
      'é',
      '[3 bytes that are no text]',
      'x'.repeat(500),
    ])
    expect(await smsc.say('+4930999', 'Another')).toBe(0)
    expect(centre.contacts).toHaveLength(2)
  })

  it('are put together from their parts, in whatever order and over whatever connection they come', async () => {
    centre.live()
    await bound()
    const text = `${'漢'.repeat(60)}😀${'字'.repeat(60)}`
    const bytes = utf16(text)
    // The picture is cut between the two parts.
    const [first, second] = [bytes.subarray(0, 122), bytes.subarray(122)]
    expect(await smsc.deliver(ADA, part(7, 2, 2, second), { ...PART, data_coding: 8 })).toBe(0)
    expect(centre.texts).toEqual([])
    smsc.drop()
    await until('another bind', () => smsc.binds === 2 && smsc.bound.size === 1)
    expect(await smsc.deliver(ADA, part(7, 2, 1, first), { ...PART, data_coding: 8 })).toBe(0)
    expect(centre.texts).toEqual([text])
    // The same by fields, and with a reference of two bytes.
    const sar = (n: number) => ({ sar_msg_ref_num: 300, sar_total_segments: 2, sar_segment_seqnum: n })
    for (const n of [1, 2]) expect(await smsc.say(ADA, `part ${n} `, sar(n))).toBe(0)
    const wide = (n: number) => Buffer.concat([Buffer.from([6, 8, 4, 1, 44, 2, n]), Buffer.from(`wide ${n} `)])
    for (const n of [2, 1]) expect(await smsc.deliver(ADA, wide(n), PART)).toBe(0)
    expect(centre.texts.slice(1)).toEqual(['part 1 part 2 ', 'wide 1 wide 2 '])
  })

  it('are taken as they look when a header is broken, and the connection goes on', async () => {
    centre.live()
    await bound()
    const broken = [
      Buffer.from([200, 0, 3, 1, 2, 1, 0x41]),
      Buffer.from([5, 0, 200, 1, 2, 1, 0x42]),
      Buffer.from([5, 0, 3, 1, 0, 1, 0x43]),
      Buffer.from([5, 0, 3, 1, 2, 9, 0x44]),
      Buffer.from([0, 0x45]),
      Buffer.from([5]),
    ]
    for (const content of broken) expect(await smsc.deliver(ADA, content, PART)).toBe(0)
    expect(await smsc.say(ADA, 'whole')).toBe(0)
    expect(centre.texts).toHaveLength(broken.length + 1)
    expect(centre.texts.slice(1, 5)).toEqual(['B', 'C', 'D', 'E'])
    expect(smsc.binds).toBe(1)
  })

  it('are not lost when the peer says what is no SMPP: the connection is made anew', async () => {
    centre.live()
    await bound()
    // A delivery of nobody with nothing in it is none; a length beyond all measure ends the connection.
    smsc.raw(Buffer.from('0000001000000005000000000000000100000000', 'hex').subarray(0, 16))
    smsc.raw(Buffer.from('7fffffff00000005', 'hex'))
    await until('another bind', () => smsc.binds === 2 && smsc.bound.size === 1)
    expect(await smsc.say(ADA, 'Hello')).toBe(0)
    expect(centre.texts).toEqual(['Hello'])
  })

  it('are one when the peer repeats what it has no answer to, and two when a person says it twice', async () => {
    centre.live()
    await bound()
    expect(await smsc.say(ADA, 'ok')).toBe(0)
    expect(await smsc.say(ADA, 'ok')).toBe(0)
    expect(centre.texts).toEqual(['ok', 'ok'])
    smsc.drop()
    await until('another bind', () => smsc.binds === 2 && smsc.bound.size === 1)
    expect(await smsc.say(ADA, 'ok')).toBe(0)
    expect(centre.texts).toEqual(['ok', 'ok'])
    expect(await smsc.say(ADA, 'something else')).toBe(0)
    expect(centre.texts).toHaveLength(3)
  })

  it('are taken once through a death at each step, parts too (IR-01, IR-13, IR-22, IR-24)', async () => {
    for (const at of ['TakeText', 'TakePart']) {
      for (const when of ['before', 'after'] as const) {
        const from = `+4917${at.length}${when.length}000`
        const send = async () => {
          const answers = [await smsc.deliver(from, part(9, 2, 1, Buffer.from('One ')), PART)]
          answers.push(await smsc.deliver(from, part(9, 2, 2, Buffer.from('two')), PART))
          answers.push(await smsc.say(from, 'three'))
          return answers
        }
        const { dead } = centre.live({ at, when })
        await bound()
        const answers = send()
        await dead
        // What this life tells the peer is that it shall come again.
        expect(await answers, `${at} ${when}`).toContain(0x58)
        await dies()
        centre.live()
        await bound()
        // The peer repeats all that it has no good answer to; here it repeats everything.
        for (const answer of await send()) expect(answer, `${at} ${when}`).toBe(0)
        const conversation = centre.contacts.filter((one) => one.from === from)
        expect(conversation, `${at} ${when}`).toHaveLength(1)
        const texts = conversation[0]!.conversation!.messages.filter(({ by }) => by === 'customer')
        expect(
          texts.map(({ text }) => text),
          `${at} ${when}`,
        ).toEqual(['One two', 'three'])
        await dies()
      }
    }
  })

  it('of one number are slowed when they are a flood, and others come through', async () => {
    centre.live()
    await bound()
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => smsc.say(ADA, `text ${n}`)))
    const letIn = answers.filter((answer) => answer === 0).length
    expect(letIn).toBeGreaterThanOrEqual(20)
    expect(letIn).toBeLessThan(40)
    expect(answers.filter((answer) => answer === 0x58)).toHaveLength(60 - letIn)
    expect(centre.texts).toHaveLength(letIn)
    expect(await smsc.say('+4930999', 'Me too')).toBe(0)
    // So is one who begins long texts and ends none.
    const halves = await Promise.all(
      Array.from({ length: 60 }, (_, n) => smsc.deliver('+4930888', part(n, 2, 1, Buffer.from('x')), PART)),
    )
    expect(halves.filter((answer) => answer === 0)).toHaveLength(20)
    expect(centre.states.sms.halves.size).toBe(20)
  })
})

describe('texts that leave by SMPP', () => {
  it('are sent in the order that they were written, and what becomes of them stands at their lines (DIG-09, IR-23)', async () => {
    await taken()
    for (const id of ['text-one', 'text-two', 'text-six']) await centre.write(id, `this is ${id}`)
    await until('all', () => smsc.taken.length === 3)
    expect(smsc.taken.map(({ content }) => content.toString('latin1'))).toEqual([
      'this is text-one',
      'this is text-two',
      'this is text-six',
    ])
    expect(smsc.taken[0]).toMatchObject({ from: '4915550100', to: ADA.slice(1), coding: 0 })
    await until('sent', () => centre.deliveryOf('text-six') === 'sent')
    expect(await smsc.report(ADA, smsc.taken[0]!.id, 'DELIVRD')).toBe(0)
    expect(await smsc.report(ADA, smsc.taken[1]!.id, 'UNDELIV')).toBe(0)
    // Some peers write in decimal what they called in hexadecimal, and report twice.
    for (const id of [String(Number.parseInt(smsc.taken[2]!.id, 16)), smsc.taken[2]!.id]) {
      expect(await smsc.report(ADA, id, 'DELIVRD')).toBe(0)
    }
    expect(await smsc.report(ADA, 'unknown', 'DELIVRD')).toBe(0)
    await until('reports', () => centre.deliveryOf('text-six') === 'delivered')
    expect(centre.deliveryOf('text-one')).toBe('delivered')
    expect(centre.messages.find(({ id }) => id === 'text-two')?.delivery).toEqual({
      state: 'failed',
      reason: 'UNDELIV, error 000',
    })
    expect(centre.texts).toEqual(['Hello'])
  })

  it('are divided when they are long, and Unicode when they must be', async () => {
    await taken()
    await centre.write('long-one', `${'a'.repeat(170)}€`)
    await centre.write('long-two', `${'ж'.repeat(66)}😀`)
    await centre.write('long-six', `${'ж'.repeat(66)}😀${'я'.repeat(9)}`)
    await until('all', () => smsc.taken.length === 5)
    const [a, b, c, d, e] = smsc.taken
    expect([...a!.content.subarray(0, 6)]).toEqual([5, 0, 3, a!.reference & 0xff, 2, 1])
    expect([...b!.content.subarray(0, 6)]).toEqual([5, 0, 3, a!.reference & 0xff, 2, 2])
    expect(b!.content.subarray(-2)).toEqual(Buffer.from([0x1b, 0x65]))
    expect(c).toMatchObject({ coding: 8 })
    expect(c!.content.equals(utf16(`${'ж'.repeat(66)}😀`))).toBe(true)
    expect(
      Buffer.concat([d!.content.subarray(6), e!.content.subarray(6)]).equals(
        utf16(`${'ж'.repeat(66)}😀${'я'.repeat(9)}`),
      ),
    ).toBe(true)
    for (const { content } of smsc.taken) expect(content.length).toBeLessThanOrEqual(160)
    expect(new Set(smsc.taken.map(({ reference }) => reference)).size).toBe(5)
  })

  it('wait while the peer asks for less, and leave afterwards, each once', async () => {
    await taken()
    let tries = 0
    smsc.fate = () => (++tries <= 2 ? 0x58 : undefined)
    await centre.write('text-one', 'one')
    await centre.write('text-two', 'two')
    await until('both', () => centre.deliveryOf('text-two') === 'sent')
    expect(smsc.taken.map(({ content }) => content.toString())).toEqual(['one', 'two'])
    expect(centre.adapter.counters.deferred).toBe(2)
  })

  it('are refused for good with what the peer has against it, and may be sent again', async () => {
    await taken()
    smsc.fate = () => 0x0b
    await centre.write('text-one', 'one')
    await until('the refusal', () => centre.deliveryOf('text-one') === 'failed')
    expect(centre.messages.at(-1)?.delivery).toEqual({ state: 'failed', reason: 'no such number' })
    smsc.fate = () => undefined
    await centre.submit({ machine: 'sms', command: { type: 'ResendText', text: 'text-one' } })
    await until('the second try', () => centre.deliveryOf('text-one') === 'sent')
    expect(smsc.taken).toHaveLength(1)
  })

  it('are never sent twice by themselves through a death at each step; what nobody can know is said (IR-13, IR-22)', async () => {
    await taken()
    for (const at of ['TryPart', 'SentPart']) {
      for (const when of ['before', 'after'] as const) {
        const id = `text-${at}-${when}`
        await dies()
        const { dead } = centre.live({ at, when })
        await bound()
        await centre.write(id, `${at} ${when}`)
        await dead
        await dies()
        centre.live()
        await bound()
        const isKnown = !(at === 'TryPart' && when === 'after') && !(at === 'SentPart' && when === 'before')
        await until(id, () => centre.deliveryOf(id) === (isKnown ? 'sent' : 'uncertain'))
        const copies = smsc.taken.filter(({ content }) => content.toString() === `${at} ${when}`)
        // Told and dead before it was handed over: it never left. Told, handed over and dead: it did. Nobody can tell these two apart.
        expect(copies, id).toHaveLength(at === 'TryPart' && when === 'after' ? 0 : 1)
      }
    }
    // A report tells after all, by our reference: the peer's own id died with the answer.
    const lost = smsc.taken.find(({ content }) => content.toString() === 'SentPart before')!
    expect(await smsc.report(ADA, lost.id, 'DELIVRD', { user_message_reference: lost.reference })).toBe(0)
    await until('the report', () => centre.deliveryOf('text-SentPart-before') === 'delivered')
    // The other one is the agent's to decide.
    await centre.submit({ machine: 'sms', command: { type: 'ResendText', text: 'text-TryPart-after' } })
    await until('the second try', () => centre.deliveryOf('text-TryPart-after') === 'sent')
  })

  it('are begun by an agent: sent once through a death at each step, and the answer comes into the same conversation (IR-13, IR-22)', async () => {
    await centre.submit({ machine: 'centre', command: { type: 'ChooseStatus', user: 'agent1', status: 'not-ready' } })
    let last: Promise<void> | undefined
    const deaths = ['TryPart', 'SentPart'].flatMap((at) => [
      { at, when: 'before' as const },
      { at, when: 'after' as const },
    ])
    for (const [n, { at, when }] of deaths.entries()) {
      if (last) await dies()
      const { dead } = centre.live({ at, when })
      last = dead
      await bound()
      const id = `begun-${at}-${when}`
      const number = `+4917055501${n}`
      const interaction = await centre.begin(id, number, `${at} ${when}`)
      await dead
      await dies()
      centre.live()
      await bound()
      const isKnown = !(at === 'TryPart' && when === 'after') && !(at === 'SentPart' && when === 'before')
      await until(id, () => centre.deliveryOf(id) === (isKnown ? 'sent' : 'uncertain'))
      const copies = smsc.taken.filter(({ content }) => content.toString() === `${at} ${when}`)
      expect(copies, id).toHaveLength(at === 'TryPart' && when === 'after' ? 0 : 1)
      expect(await smsc.say(number, `thanks for ${n}`)).toBe(0)
      const own = centre.states.centre.interactions.get(interaction)
      expect(own?.conversation?.messages.map(({ by, text }) => `${by}: ${text}`)).toEqual([
        'system: ',
        `agent: ${at} ${when}`,
        `customer: thanks for ${n}`,
      ])
      await centre.submit({ machine: 'centre', command: { type: 'End', interaction, by: 'agent1' } })
      await centre.submit({ machine: 'centre', command: { type: 'EndWrapUp', interaction, user: 'agent1' } })
    }
    expect(centre.contacts).toEqual([])
  })

  it('are uncertain when the connection ends before the answer, and the rest leaves over the next', async () => {
    await taken()
    let first = true
    smsc.fate = () => {
      const fate = first ? 'lost' : undefined
      first = false
      return fate
    }
    await centre.write('text-one', 'one')
    await centre.write('text-two', 'two')
    await until('the second', () => centre.deliveryOf('text-two') === 'sent')
    expect(centre.deliveryOf('text-one')).toBe('uncertain')
    expect(smsc.taken.map(({ content }) => content.toString())).toEqual(['one', 'two'])
  })
})

describe('the bind over TLS', () => {
  it('is made with a centre that is who it should be, and with no other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-smpp-'))
    const known = getCACertificates('default')
    const [ours, others] = [makeAuthority(folder), makeAuthority(folder, 'others')]
    const named = { name: 'smsc', names: ['DNS:localhost', 'IP:127.0.0.1'] }
    const secure = async (authority: CertificateFiles, names = named.names): Promise<Smsc> => {
      const { certificate, key } = makeCertificate(authority, folder, { ...named, names })
      return Smsc.start({ key: readFileSync(key, 'utf8'), cert: readFileSync(certificate, 'utf8') })
    }
    const live = async (peer: Smsc, host: string): Promise<void> => {
      await centre.close()
      const account = peer.account('texts')
      centre = await SmsCentre.start({ ...account, smpp: { ...account.smpp!, host, security: 'tls' } })
      centre.live()
    }
    const problem = () => centre.adapter.status()[0]?.problem ?? ''
    try {
      setDefaultCACertificates([...known, readFileSync(ours.certificate, 'utf8')])
      await smsc.stop()
      smsc = await secure(ours)
      for (const host of ['localhost', '127.0.0.1']) {
        await live(smsc, host)
        await bound()
        expect(await smsc.say(ADA, 'Hello')).toBe(0)
        await dies()
      }
      for (const stranger of [await secure(others), await secure(ours, ['DNS:elsewhere.example'])]) {
        await live(stranger, 'localhost')
        await until('the refusal', () => problem().startsWith('its certificate'))
        expect([stranger.binds, centre.adapter.status()[0]?.connected]).toEqual([0, false])
        await centre.die()
        await stranger.stop()
      }
    } finally {
      setDefaultCACertificates(known)
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('the bind', () => {
  it('is kept alive, is given up when the peer is silent, and made anew with growing pauses', async () => {
    const pauses: number[] = []
    let hour = 0
    // Time runs a hundred times as fast for what waits longer than a second.
    const clock = {
      now: () => Date.now() + hour,
      monotonic: () => performance.now() + hour,
      after: (ms: number, call: () => void) => {
        pauses.push(ms)
        const timer = setTimeout(call, ms > 1_000 ? ms / 100 : ms)
        return { stop: () => clearTimeout(timer) }
      },
    }
    await centre.close()
    centre = await SmsCentre.start(smsc.account('texts'), { clock })
    centre.live()
    await bound()
    await until('looks after it', () => smsc.enquiries >= 2)
    smsc.answersEnquiries = false
    await until('the end', () => centre.adapter.status()[0]?.problem === 'the peer is silent')
    smsc.answersEnquiries = true
    await until('another bind', () => smsc.binds >= 2 && centre.adapter.status()[0]?.connected === true)
    hour += 3_600_000
    await smsc.stop()
    await until('growing pauses', () => pauses.includes(8_000))
    smsc = await Smsc.start()
  })

  it('is refused with words that say what to do, and is one: the next life has it', async () => {
    await centre.close()
    centre = await SmsCentre.start(smsc.account('texts'), { secretOf: async () => 'wrong' })
    centre.live()
    await until('the refusal', () => centre.adapter.status()[0]?.problem === 'the peer does not take the password')
    await centre.close()
    centre = await SmsCentre.start(smsc.account('texts'))
    centre.live()
    await bound()
    await dies()
    centre.live()
    await bound()
    expect(smsc.bound.size).toBe(1)
  })
})
