import { SmsAdapter, type SmsAdapterOptions } from '#adapters/sms'
import { silentLogger } from '#base'
import { centreMachine } from '#kernel/centre'
import { demoCentre, type SmsAccount } from '#kernel/config'
import { type OutgoingText, smsMachine, textParts, textStateOf } from '#kernel/sms'
import { SMSC_PASSWORD } from '../kit/smsc.ts'
import { AdapterCentre, type Death } from './adapter-centre.ts'

const machines = { centre: centreMachine, sms: smsMachine }

/** A centre with the adapter of text messages. */
export class SmsCentre extends AdapterCentre<typeof machines, SmsAdapter> {
  readonly #more: Partial<SmsAdapterOptions>

  private constructor(more: Partial<SmsAdapterOptions>) {
    super(machines, 'sms', more.clock)
    this.#more = more
  }

  static async start(account: SmsAccount, more: Partial<SmsAdapterOptions> = {}): Promise<SmsCentre> {
    const centre = new SmsCentre(more)
    await centre.open()
    const changes = [...demoCentre(), { kind: 'sms-account' as const, name: account.name, value: account }]
    await centre.submit({
      machine: 'centre',
      command: { type: 'ChangeConfiguration', by: 'test', basedOn: 0, changes },
    })
    return centre
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

  /** Begins a life of the adapter; `dead` resolves when its death, if one was asked for, has come. */
  live(death?: Death): { readonly dead: Promise<void> } {
    return this.beginLife(
      death,
      (sequencer) =>
        new SmsAdapter({
          ...{ sequencer, clock: this.clock, logger: silentLogger },
          secretOf: async () => SMSC_PASSWORD,
          post: async () => ({ status: 500 }),
          sign: () => 'v1,none',
          ...this.#more,
        }),
    )
  }
}
