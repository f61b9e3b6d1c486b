/** Where another system is told what happens in the centre: events of the kinds that it asks for, signed, each in its turn. */
export interface Webhook {
  readonly name: string
  /** Where each event is posted: `https:`; `http:` in networks that the installation allows. */
  readonly url: string
  /** The types of events, such as `tandem.interaction.queued`; `tandem.interaction.*` is all that begin so. 1-100. */
  readonly events: readonly string[]
  /** The file in `secrets/` of the data folder whose text signs; the text itself is in no configuration, log or export. */
  readonly secret: string
  /** While a secret is replaced: the file of the earlier one, which signs as well. */
  readonly secretBefore?: string
  /** Nothing is sent meanwhile; what happens waits in the log. */
  readonly paused?: boolean
}

/** A password in an address would stand in the configuration, its exports and its history. */
export function webhookFaults({ url }: Webhook): readonly { path: string; problem: string }[] {
  const { username, password } = new URL(url)
  if (username === '' && password === '') return []
  return [{ path: 'url', problem: 'has a user or password in it: the signature says who sends' }]
}
