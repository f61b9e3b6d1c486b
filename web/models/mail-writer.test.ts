import { describe, expect, it } from 'vitest'
import type { MailDeskView } from '#api/contract'
import { HandClock } from './hand-clock.ts'
import { htmlOf, MailWriter, type PassedOn } from './mail-writer.ts'

const DESK: MailDeskView = {
  ...{
    account: 'help',
    address: 'help@centre.example',
    signature: 'Your centre',
    draft: null,
    forward: null,
    outgoing: [],
  },
  answer: { to: ['ada@customer.example'], cc: [], subject: 'Re: A question' },
}

/** A server whose answers a test gives, and a browser's tab around it. */
class Scene {
  readonly clock = new HandClock()
  readonly kept = new Map<string, string>()
  readonly saved: object[] = []
  readonly sent: object[] = []
  desk = DESK
  away = false
  dropped = 0
  #ids = 0

  writer(passesOn?: PassedOn): MailWriter {
    const answer = async <T>(value: T): Promise<T> => {
      if (this.away) throw new TypeError('away')
      return value
    }
    return new MailWriter({
      interaction: 'ix-1',
      ...(passesOn && { passesOn }),
      server: {
        read: () => answer(this.desk),
        save: (draft) => answer(undefined).then(() => void this.saved.push(draft)),
        send: (mail) => {
          this.sent.push(mail)
          return answer(this.desk)
        },
        drop: () => answer(undefined).then(() => void this.dropped++),
        upload: async (file) => ({ hash: 'a'.repeat(64), name: file.name, type: 'text/plain', bytes: 1 }),
      },
      storage: {
        getItem: (key) => this.kept.get(key) ?? null,
        setItem: (key, value) => void this.kept.set(key, value),
        removeItem: (key) => void this.kept.delete(key),
      },
      clock: this.clock,
      random: () => `id-${++this.#ids}`,
      passes: (problem) => problem instanceof TypeError,
    })
  }

  /** Lets promises and timers go on for so long. */
  async pass(ms: number): Promise<void> {
    for (let at = 0; at <= ms; at += 100) {
      for (let n = 0; n < 20; n++) await Promise.resolve()
      this.clock.pass(100)
    }
    for (let n = 0; n < 20; n++) await Promise.resolve()
  }
}

describe('a mail that is written', () => {
  it('begins as an answer, with the signature', async () => {
    const scene = new Scene()
    const writer = scene.writer()
    await scene.pass(0)
    expect(writer.get()).toMatchObject({
      state: 'saved',
      draft: { to: ['ada@customer.example'], subject: 'Re: A question' },
    })
    expect(writer.get().draft.text).toContain('Your centre')
  })

  it('goes on with the draft that the server has, formatting and files included (IR-10, IR-11)', async () => {
    const scene = new Scene()
    const files = [{ hash: 'b'.repeat(64), name: 'bill.pdf', type: 'application/pdf', bytes: 7 }]
    scene.desk = { ...DESK, draft: { to: ['x@y.example'], cc: [], subject: 's', text: 't', html: '<b>t</b>', files } }
    const writer = scene.writer()
    await scene.pass(0)
    expect(writer.get().draft).toEqual(scene.desk.draft)
  })

  it('is on the server after a pause, and once for many letters', async () => {
    const scene = new Scene()
    const writer = scene.writer()
    await scene.pass(0)
    for (const text of ['a', 'ab', 'abc']) writer.type({ text })
    expect(scene.saved).toHaveLength(0)
    await scene.pass(1_000)
    expect(scene.saved).toMatchObject([{ text: 'abc' }])
    expect(writer.get().state).toBe('saved')
    expect(scene.kept.size).toBe(0)
  })

  it('is kept in the tab while the server is away, through a reload, and saved when it is back', async () => {
    const scene = new Scene()
    const first = scene.writer()
    await scene.pass(0)
    scene.away = true
    first.type({ text: 'not lost' })
    await scene.pass(1_000)
    expect(first.get().state).toBe('unsaved')
    first.close()
    const second = scene.writer()
    scene.away = false
    await scene.pass(5_000)
    expect(second.get().draft.text).toBe('not lost')
    expect(scene.saved.at(-1)).toMatchObject({ text: 'not lost' })
  })

  it('is sent under one id until a core has it', async () => {
    const scene = new Scene()
    const writer = scene.writer()
    await scene.pass(0)
    writer.type({ text: 'hello' })
    scene.away = true
    const sending = writer.send()
    await scene.pass(5_000)
    scene.away = false
    await scene.pass(5_000)
    await sending
    expect(scene.sent.length).toBeGreaterThan(1)
    expect(new Set(scene.sent.map((mail) => (mail as { id: string }).id))).toEqual(new Set(['id-1']))
    expect(writer.get().state).toBe('sent')
    expect(writer.get().draft.text).not.toContain('hello')
  })

  it('is saved no more once it is being sent', async () => {
    const scene = new Scene()
    const writer = scene.writer()
    await scene.pass(0)
    writer.type({ text: 'hello' })
    await Promise.all([writer.send(), scene.pass(5_000)])
    expect(scene.saved).toEqual([])
  })

  it('takes files along, each once', async () => {
    const scene = new Scene()
    const writer = scene.writer()
    await scene.pass(0)
    await writer.attach(new File(['x'], 'a.txt'))
    await writer.attach(new File(['x'], 'a.txt'))
    expect(writer.get().draft.files).toHaveLength(1)
  })

  it('says why nobody takes it, and can be sent again', async () => {
    const scene = new Scene()
    const writer = scene.writer()
    await scene.pass(0)
    writer.type({ to: [] })
    await writer.send()
    expect(scene.sent).toEqual([])
  })
})

describe('a mail that is passed on', () => {
  const bill = { hash: 'b'.repeat(64), name: 'bill.pdf', type: 'application/pdf', bytes: 7 }
  const passedOn: PassedOn = { message: 'mail-1', subject: 'A question', files: [bill] }

  it('begins with the files of the mail and nobody whom it goes to, and names the mail wherever it is kept or sent', async () => {
    const scene = new Scene()
    const writer = scene.writer(passedOn)
    await scene.pass(0)
    expect(writer.get().draft).toMatchObject({ to: [], subject: 'Fwd: A question', files: [bill] })
    expect(writer.get().draft.text).toContain('Your centre')
    writer.type({ to: ['boss@elsewhere.example'] })
    await scene.pass(1_000)
    const files = [{ hash: bill.hash, name: bill.name }]
    expect(scene.saved).toMatchObject([{ forwards: 'mail-1', to: ['boss@elsewhere.example'], files }])
    await Promise.all([writer.send(), scene.pass(1_000)])
    expect(scene.sent).toMatchObject([{ id: 'id-1', forwards: 'mail-1', files }])
    expect(writer.get().state).toBe('sent')
  })

  it('goes on with what the server has of this mail, and not of another; an answer goes on beside it (IR-10)', async () => {
    const scene = new Scene()
    const draft = { to: ['x@y.example'], cc: [], subject: 's', text: 't', html: '<b>t</b>', files: [bill] }
    scene.desk = { ...DESK, draft: { ...draft, text: 'an answer' }, forward: { ...draft, forwards: 'mail-1' } }
    const [same, other, answer] = [
      scene.writer(passedOn),
      scene.writer({ ...passedOn, message: 'mail-2', subject: 'Fwd: b' }),
      scene.writer(),
    ]
    await scene.pass(0)
    expect(same.get().draft).toEqual(draft)
    expect(other.get().draft).toMatchObject({ to: [], subject: 'Fwd: b' })
    expect(answer.get().draft.text).toBe('an answer')
  })

  it('is forgotten everywhere when it shall not be sent, and not saved after that', async () => {
    const scene = new Scene()
    const writer = scene.writer(passedOn)
    await scene.pass(0)
    writer.type({ text: 'see below' })
    await Promise.all([writer.discard(), scene.pass(2_000)])
    expect(writer.get().state).toBe('discarded')
    expect(scene.dropped).toBe(1)
    expect(scene.saved).toEqual([])
    expect(scene.kept.size).toBe(0)
  })
})

describe('text as HTML', () => {
  it('shows the same, and runs nothing', () => {
    expect(htmlOf('a\n\n<script>x</script> & y')).toBe(
      '<div>a</div><div><br></div><div>&lt;script&gt;x&lt;/script&gt; &amp; y</div>',
    )
  })
})
