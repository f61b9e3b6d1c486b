import type { MessageDelivery } from '#kernel/interaction'
import type { OutgoingMail } from '#kernel/mail'
import type { AdapterCommand, MailContext } from './context.ts'

/** Tells the conversations by fax what became of each that left, in this life once for each state that it comes to. */
export class FaxReports {
  readonly #context: Pick<MailContext, 'sequencer' | 'logger'>
  /** What was told: mails are replaced when they change. */
  #told = new WeakSet<OutgoingMail>()

  constructor(context: Pick<MailContext, 'sequencer' | 'logger'>) {
    this.#context = context
  }

  /** Called after every change; after a takeover all is told again, and decides nothing where it was. */
  look(): void {
    const { sequencer, logger } = this.#context
    const { centre, mail: mails } = sequencer.committed.states
    const commands: AdapterCommand[] = []
    for (const mail of mails.outgoing.values()) {
      if (this.#told.has(mail)) continue
      this.#told.add(mail)
      const { interaction, id: message } = mail
      if (centre.interactions.get(interaction)?.medium !== 'fax') continue
      const delivery = deliveryOf(mail)
      commands.push({
        machine: 'centre',
        command: { type: 'ReportMessage', interaction, message, ...(delivery && { delivery }) },
      })
    }
    if (commands.length === 0) return
    sequencer.submit(commands).catch((cause: unknown) => {
      this.#told = new WeakSet()
      logger.debug({ problem: String(cause) }, 'conversations are told of their faxes later')
    })
  }
}

function deliveryOf({ state, reason }: OutgoingMail): MessageDelivery | undefined {
  if (state === 'sent') return { state: 'sent' }
  return state === 'refused' ? { state: 'failed', ...(reason !== undefined && { reason }) } : undefined
}
