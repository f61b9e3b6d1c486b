import { createHash } from 'node:crypto'
import { MailAdapter } from '#adapters/mail'
import { silentLogger, systemClock } from '#base'
import { type CentreCommand, centreMachine } from '#kernel/centre'
import { demoCentre, type MailAccount } from '#kernel/config'
import { fileBlobKey, type Interaction, type StoredText } from '#kernel/interaction'
import { mailMachine } from '#kernel/mail'
import { VOICE_MESSAGE_MS_MIN } from '#kernel/mailbox'
import { MemoryBlobs } from '#seams/blobs'
import { MAIL_PASSWORD } from '../kit/mail-servers.ts'
import { AdapterCentre, type Death } from './adapter-centre.ts'

const machines = { centre: centreMachine, mail: mailMachine }

/** A centre with the mail adapter. */
export class MailCentre extends AdapterCentre<typeof machines, MailAdapter> {
  readonly blobs = new MemoryBlobs(systemClock)
  /** Secrets that are no password of a mail server. */
  readonly secrets = new Map<string, string>()
  /** The archive: the sounds of voice messages. */
  readonly sounds = new Map<string, Buffer>()

  static async start(accounts: readonly MailAccount[]): Promise<MailCentre> {
    const centre = new MailCentre(machines, 'email')
    await centre.open()
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

  /** The contacts by email that are open, oldest first. */
  get mails(): readonly Interaction[] {
    return this.contacts
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

  /** Begins a life of the adapter; `dead` resolves when its death, if one was asked for, has come. */
  live(death?: Death, copyMs = 60_000): { readonly dead: Promise<void> } {
    const { blobs, clock } = this
    return this.beginLife(
      death,
      (sequencer) =>
        new MailAdapter({
          ...{ sequencer, blobs, clock, logger: silentLogger, copyMs },
          soundOf: async (message) => this.sounds.get(message),
          password: async (name) => this.secrets.get(name) ?? MAIL_PASSWORD,
        }),
    )
  }
}
