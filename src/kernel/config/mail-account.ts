/** How a connection to a mail server is kept from others' eyes: TLS from the first byte, after STARTTLS, or not at all (this machine only). */
export type MailSecurity = 'tls' | 'starttls' | 'none'

/** Where a mail server is reached, and as whom. */
export interface MailServer {
  readonly host: string
  readonly port: number
  readonly security: MailSecurity
  /** Who logs in; nobody does when not said. */
  readonly user?: string
}

/** A service that turns mails into faxes and faxes into mails. */
export interface FaxGateway {
  /** The domain of its addresses: only what comes from there is a fax, and `NUMBER@domain` is where one goes. */
  readonly domain: string
  /** What it writes instead of the + of a number: nothing when not said. */
  readonly plus?: string
}

/** Where access tokens come from, for servers that take no passwords (RFC 6749; XOAUTH2 and RFC 7628 at the servers). The account's secret is the client's, then. */
export interface MailOAuth2 {
  /** The token endpoint of the provider. */
  readonly tokenUrl: string
  readonly clientId: string
  /** What is asked for; most providers want it said. */
  readonly scope?: string
  /** The file in `secrets/` of the data folder that holds a refresh token; client credentials are used when not said. */
  readonly refreshToken?: string
}

/** An address that the centre is written to: mails that come there wait in its queue, and what agents answer leaves from it (DIG-08). */
export interface MailAccount {
  readonly name: string
  /** Where its mails wait. */
  readonly queue: string
  /** The address that its mails are sent from. */
  readonly address: string
  /** The name beside that address. */
  readonly displayName?: string
  readonly imap: MailServer & {
    /** Where mails come; `INBOX` when not said. */
    readonly folder?: string
    /** Where what was sent is kept; `Sent` when not said. */
    readonly sentFolder?: string
  }
  readonly smtp: MailServer
  /** The file in `secrets/` of the data folder that holds the password; the password itself is in no configuration, log or export. */
  readonly secret?: string
  /** Its mails are faxes, which a gateway sends and takes (DIG-10). */
  readonly fax?: FaxGateway
  /** Logs in with access tokens; with the password, when not said. */
  readonly oauth2?: MailOAuth2
  /** Under every mail that an agent writes. */
  readonly signature?: string
  /** Sent at once to who begins a conversation; nothing is, when not said. */
  readonly acknowledgement?: string
  /** Voice messages for these people and queues are sent from here, each to an address. */
  readonly voiceMessages?: Readonly<Record<string, string>>
  /** What becomes of mails that the mail server marks as spam: left where they are, when not said. */
  readonly spam?: 'leave' | 'take'
}
