import { SmsAdapter, type SmsAdapterOptions } from '#adapters/sms'
import { type Clock, silentLogger, systemClock } from '#base'
import { Fold, Sequencer } from '#engines/sequencer'
import { centreMachine } from '#kernel/centre'
import { demoCentre, type SmsAccount } from '#kernel/config'
import type { Interaction, Message } from '#kernel/interaction'
import { type OutgoingText, smsMachine, textParts, textStateOf } from '#kernel/sms'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'
import { SMSC_PASSWORD } from '../kit/smsc.ts'

const machines = { centre: centreMachine, sms: smsMachine }
type Submit = Sequencer<typeof machines>['submit']
type Commands = Parameters<Submit>[0]

/** At which step a life of the adapter ends: before or after a command of that type is in the log. */
export interface Death {
  readonly at: string
  readonly when: 'before' | 'after'
}

/** The real kernel, log and adapter of text messages in this process; the adapter may die at any step, and its next life goes on from the log. */
export class SmsCentre {
  readonly #lease = new MemoryLease(systemClock)
  readonly #log = new MemoryLog(this.#lease)
  readonly #more: Partial<SmsAdapterOptions>
  readonly #clock: Clock
  #sequencer!: Sequencer<typeof machines>
  #adapter: SmsAdapter | undefined
  #lives = 0

  private constructor(more: Partial<SmsAdapterOptions>) {
    this.#more = more
    this.#clock = more.clock ?? systemClock
  }

  static async start(account: SmsAccount, more: Partial<SmsAdapterOptions> = {}): Promise<SmsCentre> {
    const centre = new SmsCentre(more)
    const { term } = (await centre.#lease.acquire('core', 3_600_000))!
    centre.#sequencer = await Sequencer.open({
      ...{ machines, log: centre.#log, fold: new Fold(machines, silentLogger), term },
      ...{ lease: centre.#lease, clock: centre.#clock, logger: silentLogger, onStopped: () => {} },
    })
    const changes = [...demoCentre(), { kind: 'sms-account' as const, name: account.name, value: account }]
    await centre.submit({
      machine: 'centre',
      command: { type: 'ChangeConfiguration', by: 'test', basedOn: 0, changes },
    })
    return centre
  }

  get states() {
    return this.#sequencer.committed.states
  }

  /** The contacts by text message that are open, oldest first. */
  get contacts(): readonly Interaction[] {
    return [...this.states.centre.interactions.values()].filter(({ medium }) => medium === 'sms')
  }

  /** What was written in all of them. */
  get messages(): readonly Message[] {
    return this.contacts.flatMap(({ conversation }) => conversation?.messages.filter(({ by }) => by !== 'system') ?? [])
  }

  /** What customers wrote, in the order of each conversation. */
  get texts(): readonly string[] {
    return this.messages.filter(({ by }) => by === 'customer').map(({ text }) => text)
  }

  outgoing(id: string): OutgoingText | undefined {
    return this.states.sms.outgoing.get(id)
  }

  stateOf(id: string): string | undefined {
    const text = this.outgoing(id)
    return text && textStateOf(text)
  }

  /** What the line of a text says of its way. */
  deliveryOf(id: string): string | undefined {
    return this.messages.find((one) => one.id === id)?.delivery?.state
  }

  async submit(...commands: Commands): Promise<void> {
    await this.#sequencer.submit(commands)
  }

  /** An agent takes the first contact. */
  async accept(user = 'agent1'): Promise<void> {
    await this.submit(
      { machine: 'centre', command: { type: 'SetReachable', user, reachable: true } },
      { machine: 'centre', command: { type: 'ChooseStatus', user, status: 'ready' } },
    )
    await this.submit({ machine: 'centre', command: { type: 'Accept', interaction: this.contacts[0]!.id, user } })
  }

  /** An agent who has taken the first contact answers in it, as the API does it. */
  async write(id: string, text: string, user = 'agent1'): Promise<void> {
    const interaction = this.contacts[0]!.id
    const party = this.states.sms.parties.get(interaction)!
    const account = this.states.centre.configuration['sms-accounts'].get(party.account)
    const parts = account?.smpp ? textParts(text).parts : [text]
    await this.submit(
      { machine: 'centre', command: { type: 'SendMessage', interaction, message: id, user, text } },
      {
        machine: 'sms',
        command: { type: 'WriteText', text: { ...party, id, interaction, user, parts } },
      },
    )
  }

  /** An agent writes to a number first, as the API does it; gives the interaction. */
  async begin(id: string, number: string, text: string, user = 'agent1'): Promise<string> {
    const account = [...this.states.centre.configuration['sms-accounts'].values()][0]!
    const party = { account: account.name, number }
    const interaction = `ix-${id}`
    await this.submit(
      {
        machine: 'centre',
        command: {
          ...{ type: 'BeginContact', interaction, medium: 'sms', user },
          ...{ from: account.address, to: number, queue: account.queue },
        },
      },
      { machine: 'centre', command: { type: 'SendMessage', interaction, message: id, user, text } },
      { machine: 'sms', command: { type: 'BeginThread', party, interaction } },
      { machine: 'sms', command: { type: 'WriteText', text: { ...party, id, interaction, user, parts: [text] } } },
    )
    return interaction
  }

  /** Begins a life of the adapter; resolves when its death, if one was asked for, has come. */
  live(death?: Death): { readonly dead: Promise<void> } {
    const sequencer = this.#sequencer
    const dead = Promise.withResolvers<void>()
    let isDead = false
    const life = ++this.#lives
    const die = (): never => {
      isDead = true
      dead.resolve()
      throw new Error(`life ${life} is over`)
    }
    const submit = async (commands: Commands) => {
      if (isDead) die()
      const isIt = death !== undefined && commands.some(({ command }) => command.type === death.at)
      if (isIt && death.when === 'before') die()
      const outcome = await sequencer.submit(commands)
      if (isIt) die()
      return outcome
    }
    this.#adapter = new SmsAdapter({
      sequencer: { committed: sequencer.committed, submit },
      ...{ clock: this.#clock, logger: silentLogger },
      secretOf: async () => SMSC_PASSWORD,
      post: async () => ({ status: 500 }),
      sign: () => 'v1,none',
      ...this.#more,
    })
    this.#adapter.start()
    return { dead: dead.promise }
  }

  get adapter(): SmsAdapter {
    return this.#adapter!
  }

  /** Ends the life. */
  async die(): Promise<void> {
    await this.#adapter?.close()
    this.#adapter = undefined
  }

  async close(): Promise<void> {
    await this.die()
    await this.#sequencer.close()
  }
}
