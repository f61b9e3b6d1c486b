import { createHash } from 'node:crypto'
import type { SmsAccount } from '#kernel/config'
import { HALF_TEXT_MS_MAX, HALF_TEXTS_MAX, type HalfText, partyKey } from '#kernel/sms'
import type { SmsContext } from './context.ts'
import { FLOOD_MAX, INCOMING_MAX } from './limits.ts'
import { NumberRate } from './number-rate.ts'
import { type DeliveredText, decodeText } from './read-deliver.ts'
import { takeText, type WholeText } from './take-text.ts'

/** Where a part is missing. */
const GAP = ' […] '

/** What became of a text that came: `later` was not taken, and shall come again. */
export type Taken = 'taken' | 'repeated' | 'later'

/** Takes the texts of one account into the log, one after the other, so that each finds what the one before it made. */
export class Incoming {
  readonly #account: SmsAccount
  readonly #context: SmsContext
  readonly #rate: NumberRate
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(account: SmsAccount, context: SmsContext) {
    this.#account = account
    this.#context = context
    this.#rate = new NumberRate(context.clock)
  }

  /** A text, or a part of one, on a connection. */
  deliver(delivered: DeliveredText, session: string): Promise<Taken> {
    return this.#inTurn(() => (delivered.part ? this.#part(delivered, session) : this.#single(delivered, session)))
  }

  /** A whole text that has a name of its own. */
  whole(from: string, id: string, text: string): Promise<Taken> {
    const arrival = { account: this.#account.name, number: from, key: keyOf([this.#account.name, 'id', id]) }
    return this.#inTurn(() => this.#take({ arrival, text }, from))
  }

  /** Takes what is whole, and, with its gaps, what will not be any more. */
  async sweep(): Promise<void> {
    const { sequencer, clock } = this.#context
    const own = [...sequencer.committed.states.sms.halves].filter(([, { account }]) => account === this.#account.name)
    const surplus = own.length - HALF_TEXTS_MAX
    for (const [index, [half, found]] of own.entries()) {
      // A core may have died between the last part and the whole.
      if (index >= surplus && clock.now() - found.at < HALF_TEXT_MS_MAX && !isWhole(found)) continue
      await this.#inTurn(() => this.#giveUp(half))
    }
  }

  /** Resolves when what is under way is in the log or refused. */
  async settled(): Promise<void> {
    await this.#last
  }

  #inTurn(work: () => Promise<Taken>): Promise<Taken> {
    if (this.#waiting >= INCOMING_MAX) {
      this.#context.counters.slowed++
      return Promise.resolve('later')
    }
    this.#waiting++
    const done = this.#last.then(work).catch((cause: unknown): Taken => {
      this.#context.logger.warn({ account: this.#account.name, problem: String(cause) }, 'text not taken yet')
      return 'later'
    })
    this.#last = done.finally(() => this.#waiting--)
    return done
  }

  #single({ from, coding, content }: DeliveredText, session: string): Promise<Taken> {
    const { name } = this.#account
    const key = keyOf([name, from, coding, content.toString('hex')])
    return this.#take(
      { arrival: { account: name, number: from, key, session }, text: decodeText(coding, content) },
      from,
    )
  }

  async #part(delivered: DeliveredText, session: string): Promise<Taken> {
    const { from, coding, content, part } = delivered
    const { reference, total, number } = part!
    const { name } = this.#account
    const half = keyOf([name, from, reference, total])
    const key = keyOf([half, number, coding, content.toString('hex')])
    const there = this.#half(half)?.parts[number]
    // A phone's counter has come round: what waits is another text.
    if (there && there.key !== key) await this.#giveUp(half)
    const party = { account: name, number: from }
    if (!this.#isRoom(half, from)) return this.#slow()
    await this.#context.sequencer.submit([
      {
        machine: 'sms',
        command: {
          ...{ type: 'TakePart', half, party, total, number },
          part: { key, coding, content: content.toString('hex') },
        },
      },
    ])
    const now = this.#half(half)
    return now && isWhole(now) ? this.#complete(half, now, session) : 'taken'
  }

  /** A person who begins one long text after the other fills no memory. */
  #isRoom(half: string, from: string): boolean {
    if (this.#half(half)) return true
    const key = partyKey({ account: this.#account.name, number: from })
    let own = 0
    for (const one of this.#context.sequencer.committed.states.sms.halves.values()) if (partyKey(one) === key) own++
    return own < FLOOD_MAX
  }

  #half(half: string): HalfText | undefined {
    return this.#context.sequencer.committed.states.sms.halves.get(half)
  }

  async #giveUp(half: string): Promise<Taken> {
    const found = this.#half(half)
    return found ? this.#complete(half, found, 'given up') : 'taken'
  }

  async #complete(half: string, found: HalfText, session: string): Promise<Taken> {
    const key = keyOf([half, ...Object.values(found.parts).map((part) => part.key)])
    const arrival = { account: found.account, number: found.number, key, session }
    await takeText(this.#account, this.#context, { arrival, text: joined(found), completes: half })
    return 'taken'
  }

  async #take(whole: WholeText, from: string): Promise<Taken> {
    if (!this.#rate.takes(from)) return this.#slow()
    return (await takeText(this.#account, this.#context, whole)) ? 'taken' : 'repeated'
  }

  #slow(): Taken {
    this.#context.counters.slowed++
    return 'later'
  }
}

function isWhole({ parts, total }: HalfText): boolean {
  return Object.keys(parts).length === total
}

/** The text of the parts that are there. Neighbours are decoded together: a character may be cut between them. */
function joined({ total, parts }: HalfText): string {
  const runs: { coding: number; content: Buffer[] }[] = []
  let text = ''
  const flush = (): void => {
    for (const { coding, content } of runs.splice(0)) text += decodeText(coding, Buffer.concat(content))
  }
  for (let number = 1; number <= total; number++) {
    const part = parts[number]
    if (!part) {
      flush()
      if (!text.endsWith(GAP)) text += GAP
      continue
    }
    const content = Buffer.from(part.content, 'hex')
    const last = runs.at(-1)
    if (last?.coding === part.coding) last.content.push(content)
    else runs.push({ coding: part.coding, content: [content] })
  }
  flush()
  return text
}

function keyOf(words: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 32)
}
