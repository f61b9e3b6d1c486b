import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import type { MailCommand, MailEvent } from './command.ts'
import { ACKNOWLEDGED_MAX, ACKNOWLEDGED_MS, DONE_MAX, DRAFTS_MAX, KNOWN_MAX, WAITING_MAX } from './limits.ts'
import { mailMachine } from './machine.ts'
import { draftKey, knownKey, type MailState } from './mail.ts'

/** The machine, at a second a command. */
class Scene {
  state: MailState = mailMachine.initial()
  now = 1_000_000
  readonly log: MailEvent[] = []

  do(command: MailCommand): readonly MailEvent[] {
    this.now += 1_000
    const events = mailMachine.decide(this.state, command, this.now)
    for (const event of events) {
      mailMachine.evolve(this.state, event, this.now)
      this.log.push(event)
    }
    return events
  }

  open(account = 'help', uidValidity = '7', unreadUpTo = 0): this {
    this.do({ type: 'OpenAccount', account, uidValidity, uid: 0, unreadUpTo })
    return this
  }

  take(uid: number, messageId = `<m${uid}@x>`, interaction = `ix-${uid}`): readonly MailEvent[] {
    return this.do({ type: 'TakeMail', account: 'help', uidValidity: '7', uid, messageId, interaction })
  }

  write(id: string, more: object = {}): readonly MailEvent[] {
    return this.do({
      type: 'WriteMail',
      mail: {
        ...{ id, messageId: `<${id}@centre.example>`, account: 'help', interaction: 'ix-1', user: 'agent1' },
        ...{ to: ['ada@customer.example'], subject: 'Re: x', text: 'an answer', html: '<b>an answer</b>' },
        ...more,
      },
    })
  }

  stateOf(id: string): string | undefined {
    return this.state.outgoing.get(id)?.state
  }
}

function refusal(deed: () => unknown): string | undefined {
  try {
    deed()
    return undefined
  } catch (error) {
    return isTandemError(error) ? error.code : String(error)
  }
}

describe('reading an account', () => {
  it('opens it once, and anew when its UIDs count anew', () => {
    const scene = new Scene().open()
    expect(scene.do({ type: 'OpenAccount', account: 'help', uidValidity: '7', uid: 0, unreadUpTo: 9 })).toEqual([])
    scene.take(4)
    expect(scene.state.positions.get('help')).toEqual({ uidValidity: '7', uid: 4, unreadUpTo: 0 })
    scene.open('help', '8', 12)
    expect(scene.state.positions.get('help')).toEqual({ uidValidity: '8', uid: 0, unreadUpTo: 12 })
  })

  it('takes a mail once, whoever asks and however late (IR-13)', () => {
    const scene = new Scene().open()
    expect(scene.take(4)).toEqual([
      { type: 'MailTaken', account: 'help', uid: 4, messageId: '<m4@x>', interaction: 'ix-4' },
    ])
    expect(refusal(() => scene.take(4))).toBe('mail.out-of-place')
    expect(refusal(() => scene.take(3))).toBe('mail.out-of-place')
    // The same mail at another place, as after a restore of the mailbox.
    expect(refusal(() => scene.take(5, '<m4@x>'))).toBe('mail.taken')
    expect(scene.take(5)).toHaveLength(1)
  })

  it('refuses what is read at a place of before', () => {
    const scene = new Scene().open().open('help', '8')
    expect(refusal(() => scene.take(1))).toBe('mail.out-of-place')
    expect(refusal(() => new Scene().take(1))).toBe('mail.out-of-place')
  })

  it('passes over what is no contact, and goes on behind it', () => {
    const scene = new Scene().open()
    scene.do({ type: 'PassMail', account: 'help', uidValidity: '7', uid: 6, why: 'spam' })
    expect(scene.state.positions.get('help')?.uid).toBe(6)
    expect(scene.state.known.size).toBe(0)
    expect(scene.take(7)).toHaveLength(1)
  })

  it('keeps accounts apart: the same mail to two of them is one contact in each', () => {
    const scene = new Scene().open().open('sales', '9')
    scene.take(1)
    const again = { account: 'sales', uidValidity: '9', uid: 1, messageId: '<m1@x>', interaction: 'ix-other' }
    expect(scene.do({ type: 'TakeMail', ...again })).toHaveLength(1)
    expect(scene.state.known.get(knownKey('help', '<m1@x>'))).toBe('ix-1')
    expect(scene.state.known.get(knownKey('sales', '<m1@x>'))).toBe('ix-other')
  })

  it('forgets the oldest Message-IDs first', () => {
    const scene = new Scene().open()
    for (let uid = 1; uid <= KNOWN_MAX + 1; uid++) scene.take(uid)
    expect(scene.state.known.size).toBe(KNOWN_MAX)
    expect(scene.state.known.has(knownKey('help', '<m1@x>'))).toBe(false)
    expect(scene.state.known.has(knownKey('help', '<m2@x>'))).toBe(true)
  })
})

describe('a mail that leaves', () => {
  it('goes from waiting to tried to sent, and says so once', () => {
    const scene = new Scene()
    expect(scene.write('a')).toHaveLength(1)
    expect(scene.write('a')).toEqual([])
    expect(scene.stateOf('a')).toBe('waiting')
    scene.do({ type: 'TryMail', mail: 'a' })
    expect(scene.state.outgoing.get('a')).toMatchObject({ state: 'tried', attempts: 1 })
    scene.do({ type: 'SentMail', mail: 'a' })
    expect(scene.stateOf('a')).toBe('sent')
    expect(scene.do({ type: 'SentMail', mail: 'a' })).toEqual([])
    expect(scene.do({ type: 'TryMail', mail: 'a' })).toEqual([])
    expect(scene.do({ type: 'DeferMail', mail: 'a', notBefore: 1, reason: 'x' })).toEqual([])
  })

  it('that its reader asked for is sent beside an acknowledgement, is none itself, and is told when too many wait', () => {
    const scene = new Scene()
    const nobody = { user: undefined }
    expect(scene.write('ack', nobody)).toHaveLength(1)
    expect(scene.write('another', nobody)).toEqual([])
    expect(scene.write('transcript', { ...nobody, asked: true })).toHaveLength(1)
    expect(scene.write('transcript', { ...nobody, asked: true })).toEqual([])
    const other = new Scene()
    other.write('transcript', { ...nobody, asked: true })
    expect(other.write('ack', nobody)).toHaveLength(1)
    for (let n = 2; n < WAITING_MAX; n++) other.write(`m${n}`)
    expect(other.write('late', { ...nobody, to: ['bob@customer.example'] })).toEqual([])
    expect(refusal(() => other.write('asked', { ...nobody, asked: true }))).toBe('mail.waiting')
  })

  it('is known by its Message-ID from the moment on that it is written', () => {
    const scene = new Scene()
    scene.write('a')
    expect(scene.state.known.get(knownKey('help', '<a@centre.example>'))).toBe('ix-1')
  })

  it('waits when no server takes it now, and counts how often that was', () => {
    const scene = new Scene()
    scene.write('a')
    for (let n = 1; n <= 3; n++) {
      scene.do({ type: 'TryMail', mail: 'a' })
      scene.do({ type: 'DeferMail', mail: 'a', notBefore: scene.now + 60_000, reason: 'busy' })
      expect(scene.state.outgoing.get('a')).toMatchObject({ state: 'waiting', attempts: n, reason: 'busy' })
    }
    scene.do({ type: 'TryMail', mail: 'a' })
    // What was said before counts no more while it is tried.
    expect(scene.state.outgoing.get('a')?.reason).toBeUndefined()
    expect(scene.state.outgoing.get('a')?.notBefore).toBeUndefined()
  })

  it('is refused for good, also when it came back after it was sent', () => {
    const scene = new Scene()
    scene.write('a')
    scene.do({ type: 'TryMail', mail: 'a' })
    scene.do({ type: 'SentMail', mail: 'a' })
    scene.do({ type: 'RefuseMail', mail: 'a', reason: 'no such user' })
    expect(scene.state.outgoing.get('a')).toMatchObject({ state: 'refused', reason: 'no such user' })
    expect(scene.do({ type: 'RefuseMail', mail: 'a', reason: 'again' })).toEqual([])
  })

  it('keeps what it says until it is done, and then no longer: the conversation has it', () => {
    const scene = new Scene()
    scene.write('a')
    scene.do({ type: 'TryMail', mail: 'a' })
    expect(scene.state.outgoing.get('a')).toMatchObject({ text: 'an answer', html: '<b>an answer</b>' })
    scene.do({ type: 'SentMail', mail: 'a' })
    expect(scene.state.outgoing.get('a')).toMatchObject({ text: '', messageId: '<a@centre.example>' })
    expect(scene.state.outgoing.get('a')?.html).toBeUndefined()
  })

  it('says nothing of a mail that nobody knows', () => {
    const scene = new Scene()
    for (const type of ['TryMail', 'SentMail'] as const) expect(scene.do({ type, mail: 'none' })).toEqual([])
  })

  it('has a limit: agents are told, machines are silent', () => {
    const scene = new Scene()
    for (let n = 0; n < WAITING_MAX; n++) scene.write(`w${n}`)
    expect(refusal(() => scene.write('more'))).toBe('mail.waiting')
    const { user: _, ...machine } = { user: undefined }
    expect(scene.write('ack', { ...machine, user: undefined, to: ['bob@x'] })).toEqual([])
    scene.do({ type: 'TryMail', mail: 'w0' })
    scene.do({ type: 'SentMail', mail: 'w0' })
    expect(scene.write('more')).toHaveLength(1)
  })

  it('is forgotten when it is long done, the oldest first, and never while it waits', () => {
    const scene = new Scene()
    scene.write('waits')
    for (let n = 0; n < DONE_MAX + 5; n++) {
      scene.write(`d${n}`)
      scene.do({ type: 'TryMail', mail: `d${n}` })
      scene.do({ type: 'SentMail', mail: `d${n}` })
    }
    expect(scene.stateOf('waits')).toBe('waiting')
    expect(scene.stateOf('d0')).toBeUndefined()
    expect(scene.stateOf(`d${DONE_MAX + 4}`)).toBe('sent')
    expect(scene.state.outgoing.size).toBeLessThanOrEqual(DONE_MAX + 1)
    // Who writes it again is told nothing new: its Message-ID is known.
    expect(scene.write('d0')).toEqual([])
  })
})

describe('an acknowledgement', () => {
  const ack = (id: string, to = 'bob@x') => ({ user: undefined, to: [to], id })

  it('is sent to an address once a day, so that two machines do not answer each other', () => {
    const scene = new Scene()
    expect(scene.write('k1', ack('k1'))).toHaveLength(1)
    expect(scene.write('k2', ack('k2'))).toEqual([])
    expect(scene.write('k3', ack('k3', 'eve@x'))).toHaveLength(1)
    scene.now += ACKNOWLEDGED_MS
    expect(scene.write('k4', ack('k4'))).toHaveLength(1)
  })

  it('does not keep an agent from writing to the same address', () => {
    const scene = new Scene()
    scene.write('k1', ack('k1'))
    expect(scene.write('a', { to: ['bob@x'] })).toHaveLength(1)
  })

  it('is remembered for so many addresses, the oldest forgotten first', () => {
    const scene = new Scene()
    for (let n = 0; n <= ACKNOWLEDGED_MAX; n++) {
      const id = `k${n}`
      scene.write(id, ack(id, `${n}@x`))
      scene.do({ type: 'TryMail', mail: id })
      scene.do({ type: 'SentMail', mail: id })
    }
    expect(scene.state.acknowledged.size).toBe(ACKNOWLEDGED_MAX)
    expect(scene.state.acknowledged.has('0@x')).toBe(false)
  })
})

describe('a draft', () => {
  const draft = (interaction: string, text: string) => ({
    ...{ interaction, user: 'agent1', to: ['ada@customer.example'], subject: 'Re: x', text, html: `<i>${text}</i>` },
    files: [{ hash: 'a'.repeat(64), name: 'bill.pdf', type: 'application/pdf', bytes: 7 }],
  })

  it('is kept as it was typed last, with its formatting and files, until it is sent (IR-10, IR-11)', () => {
    const scene = new Scene()
    scene.do({ type: 'SaveDraft', draft: draft('ix-1', 'one') })
    scene.do({ type: 'SaveDraft', draft: draft('ix-1', 'two') })
    scene.state = mailMachine.restore(JSON.parse(JSON.stringify(mailMachine.dump(scene.state))))
    expect(scene.state.drafts.get('ix-1')).toMatchObject({ ...draft('ix-1', 'two') })
    scene.write('a')
    expect(scene.state.drafts.size).toBe(0)
  })

  it('of a forward is beside that of an answer: each goes when its own mail is sent (IR-10, IR-11)', () => {
    const scene = new Scene()
    const forward = { ...draft('ix-1', 'see below'), forwards: 'mail-1' }
    scene.do({ type: 'SaveDraft', draft: draft('ix-1', 'one') })
    scene.do({ type: 'SaveDraft', draft: forward })
    scene.state = mailMachine.restore(JSON.parse(JSON.stringify(mailMachine.dump(scene.state))))
    expect(scene.state.drafts.get(draftKey('ix-1', 'answer'))).toMatchObject(draft('ix-1', 'one'))
    expect(scene.state.drafts.get(draftKey('ix-1', 'forward'))).toMatchObject(forward)
    const stored = { hash: 'b'.repeat(64), bytes: 7 }
    scene.write('f', { forwards: 'mail-1', quote: { text: stored, html: stored } })
    expect([...scene.state.drafts.keys()]).toEqual(['ix-1'])
    scene.do({ type: 'SaveDraft', draft: forward })
    scene.write('a')
    expect([...scene.state.drafts.keys()]).toEqual([draftKey('ix-1', 'forward')])
    expect(scene.do({ type: 'DropDraft', interaction: 'ix-1' })).toEqual([])
    expect(scene.do({ type: 'DropDraft', interaction: 'ix-1', kind: 'forward' })).toHaveLength(1)
    expect(scene.state.drafts.size).toBe(0)
  })

  it('keeps what is quoted under a mail until it has left', () => {
    const scene = new Scene()
    const stored = { hash: 'b'.repeat(64), bytes: 7 }
    scene.write('f', { forwards: 'mail-1', quote: { text: stored, html: stored } })
    scene.do({ type: 'TryMail', mail: 'f' })
    expect(scene.state.outgoing.get('f')?.quote).toEqual({ text: stored, html: stored })
    scene.do({ type: 'SentMail', mail: 'f' })
    expect(scene.state.outgoing.get('f')).toMatchObject({ state: 'sent', forwards: 'mail-1' })
    expect(scene.state.outgoing.get('f')?.quote).toBeUndefined()
  })

  it('stays when a machine writes to the same customer', () => {
    const scene = new Scene()
    scene.do({ type: 'SaveDraft', draft: draft('ix-1', 'one') })
    scene.write('k1', { user: undefined })
    expect(scene.state.drafts.size).toBe(1)
  })

  it('is dropped when it is told so, once', () => {
    const scene = new Scene()
    scene.do({ type: 'SaveDraft', draft: draft('ix-1', 'one') })
    expect(scene.do({ type: 'DropDraft', interaction: 'ix-1' })).toHaveLength(1)
    expect(scene.do({ type: 'DropDraft', interaction: 'ix-1' })).toEqual([])
  })

  it('has a limit in number, which keeps nobody from going on with one', () => {
    const scene = new Scene()
    for (let n = 0; n < DRAFTS_MAX; n++) scene.do({ type: 'SaveDraft', draft: draft(`ix-${n}`, 'x') })
    expect(refusal(() => scene.do({ type: 'SaveDraft', draft: draft('ix-more', 'x') }))).toBe('mail.drafts-full')
    expect(scene.do({ type: 'SaveDraft', draft: draft('ix-0', 'y') })).toHaveLength(1)
  })
})

describe('the state of mails', () => {
  it('leaves an event of a newer release alone', () => {
    const scene = new Scene().open()
    const before = mailMachine.dump(scene.state)
    mailMachine.evolve(scene.state, { type: 'SomethingNew' } as unknown as MailEvent, 1)
    expect(mailMachine.dump(scene.state)).toEqual(before)
  })

  it('refuses a dump of another format', () => {
    expect(() => mailMachine.restore({ format: 2 })).toThrow()
  })

  it('is the same from a snapshot as from the log, whatever happened', () => {
    const deed = fc.record({
      what: fc.constantFrom('take', 'pass', 'write', 'ack', 'try', 'sent', 'defer', 'refuse', 'draft', 'drop', 'open'),
      n: fc.integer({ min: 0, max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const scene = new Scene().open()
        const taken = new Map<string, string>()
        for (const [index, { what, n }] of deeds.entries()) {
          const mail = `a${n}`
          const uid = (scene.state.positions.get('help')?.uid ?? 0) + 1
          const at = { account: 'help', uidValidity: '7', uid }
          const events = (() => {
            if (what === 'take') return refusalOr(() => scene.take(uid, `<m${n}@x>`, `ix-${index}`))
            if (what === 'pass') return scene.do({ type: 'PassMail', ...at, why: 'own' })
            if (what === 'write') return scene.write(mail)
            if (what === 'ack') return scene.write(`k${n}`, { user: undefined, to: [`${n}@x`] })
            if (what === 'try') return scene.do({ type: 'TryMail', mail })
            if (what === 'sent') return scene.do({ type: 'SentMail', mail })
            if (what === 'defer') return scene.do({ type: 'DeferMail', mail, notBefore: 1, reason: 'r' })
            if (what === 'refuse') return scene.do({ type: 'RefuseMail', mail, reason: 'r' })
            if (what === 'drop') return scene.do({ type: 'DropDraft', interaction: 'ix-1' })
            if (what === 'open') return scene.open().log.slice(0, 0)
            const draft = { interaction: 'ix-1', user: 'agent1', to: [], subject: '', text: String(n) }
            return scene.do({ type: 'SaveDraft', draft })
          })()
          for (const event of events) {
            if (event.type !== 'MailTaken') continue
            // No mail is two contacts.
            expect(taken.has(event.messageId)).toBe(false)
            taken.set(event.messageId, event.interaction)
          }
          for (const one of scene.state.outgoing.values()) {
            // Before a server may have it, its trial stands in the log.
            if (one.state === 'tried') expect(one.attempts).toBeGreaterThan(0)
          }
        }
        const dumped = JSON.parse(JSON.stringify(mailMachine.dump(scene.state)))
        expect(mailMachine.restore(dumped)).toEqual(scene.state)
        const folded = mailMachine.initial()
        let now = 1_000_000
        for (const event of scene.log) mailMachine.evolve(folded, event, (now += 1_000))
        expect([...folded.known]).toEqual([...scene.state.known])
        expect([...folded.outgoing.keys()]).toEqual([...scene.state.outgoing.keys()])
      }),
      { numRuns: 100 },
    )
  })
})

function refusalOr(deed: () => readonly MailEvent[]): readonly MailEvent[] {
  try {
    return deed()
  } catch (error) {
    expect(isTandemError(error, 'mail.taken')).toBe(true)
    return []
  }
}
