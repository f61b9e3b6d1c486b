import { createHash } from 'node:crypto'
import { MailAdapter } from '#adapters/mail'
import { silentLogger, systemClock } from '#base'
import { Fold, Sequencer } from '#engines/sequencer'
import { type CentreCommand, centreMachine } from '#kernel/centre'
import { demoCentre, type MailAccount } from '#kernel/config'
import { fileBlobKey, type Interaction, type Message, type StoredText } from '#kernel/interaction'
import { mailMachine } from '#kernel/mail'
import { VOICE_MESSAGE_MS_MIN } from '#kernel/mailbox'
import { MemoryBlobs } from '#seams/blobs'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'
import { MAIL_PASSWORD } from '../kit/mail-servers.ts'

const machines = { centre: centreMachine, mail: mailMachine }
type Submit = Sequencer<typeof machines>['submit']
type Commands = Parameters<Submit>[0]

/** At which step a life of the adapter ends: before or after a command of that type is in the log. */
export interface Death {
  readonly at: string
  readonly when: 'before' | 'after'
}

/** The real kernel, log and mail adapter in this process; the adapter may die at any step, and its next life goes on from the log. */
export class MailCentre {
  readonly blobs = new MemoryBlobs(systemClock)
  /** Secrets that are no password of a mail server. */
  readonly secrets = new Map<string, string>()
  /** The archive: the sounds of voice messages. */
  readonly sounds = new Map<string, Buffer>()
  readonly #lease = new MemoryLease(systemClock)
  readonly #log = new MemoryLog(this.#lease)
  #sequencer!: Sequencer<typeof machines>
  #adapter: MailAdapter | undefined
  #lives = 0

  static async start(accounts: readonly MailAccount[]): Promise<MailCentre> {
    const centre = new MailCentre()
    const { term } = (await centre.#lease.acquire('core', 3_600_000))!
    centre.#sequencer = await Sequencer.open({
      ...{ machines, log: centre.#log, fold: new Fold(machines, silentLogger), term },
      ...{ lease: centre.#lease, clock: systemClock, logger: silentLogger, onStopped: () => {} },
    })
    const changes = [
      ...demoCentre(),
      ...accounts.map((value) => ({ kind: 'mail-account' as const, name: value.name, value })),
    ]
    await centre.submit({
      machine: 'centre',
      command: { type: 'ChangeConfiguration', by: 'test', basedOn: 0, changes },
    })
    return centre
  }

  get states() {
    return this.#sequencer.committed.states
  }

  /** The contacts by email that are open, oldest first. */
  get mails(): readonly Interaction[] {
    return [...this.states.centre.interactions.values()].filter(({ medium }) => medium === 'email')
  }

  /** What was written in all of them. */
  get messages(): readonly Message[] {
    return this.mails.flatMap(({ conversation }) => conversation?.messages.filter(({ by }) => by !== 'system') ?? [])
  }

  /** Puts text into the blobs, as the API does it. */
  async store(text: string): Promise<StoredText> {
    const hash = createHash('sha256').update(text).digest('hex')
    await this.blobs.put(fileBlobKey(hash), Buffer.from(text))
    return { hash, bytes: Buffer.byteLength(text) }
  }

  /** Somebody calls, takes 4 of the demo's menu, and speaks for a second after the beep: a message for the queue support, whose sound is not in the archive yet. */
  async leaveMessage(interaction: string): Promise<string> {
    const participant = `${interaction}.p1`
    const does = (command: CentreCommand) => this.submit({ machine: 'centre', command })
    const visit = () => {
      const phase = this.states.centre.interactions.get(interaction)?.phase
      return phase?.state === 'in-flow' ? phase.visit : 0
    }
    const heard = () => does({ type: 'EndProgram', interaction, participant, program: `${interaction}.v${visit()}` })
    await does({ type: 'Arrive', interaction, from: '+493012345', to: '1000' })
    await does({ type: 'ReportConnected', interaction, participant })
    await heard()
    await does({ type: 'PressDigit', interaction, participant, digit: '4' })
    await heard()
    // Shorter is nobody who spoke.
    await new Promise((resolve) => setTimeout(resolve, VOICE_MESSAGE_MS_MIN + 100))
    await does({ type: 'ReportCleared', interaction, participant, reason: 'hung-up' })
    const recording = `${interaction}.r1`
    await does({ type: 'SealRecording', interaction, recording, durationMs: 1_100, bytes: 8, sha256: 'f' })
    return recording
  }

  async submit(...commands: Commands): Promise<void> {
    await this.#sequencer.submit(commands)
  }

  /** Begins a life of the adapter; resolves with the function that waits for its death, if one was asked for. */
  live(death?: Death, copyMs = 60_000): { readonly dead: Promise<void> } {
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
    this.#adapter = new MailAdapter({
      sequencer: { committed: sequencer.committed, submit },
      ...{ blobs: this.blobs, clock: systemClock, logger: silentLogger, copyMs },
      soundOf: async (message) => this.sounds.get(message),
      password: async (name) => this.secrets.get(name) ?? MAIL_PASSWORD,
    })
    this.#adapter.start()
    return { dead: dead.promise }
  }

  get adapter(): MailAdapter {
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
