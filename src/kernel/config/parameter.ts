/**
 * Parameters: settings of the pool by the names that the field knows, kept as text. They are configuration like all else: an event
 * in the log, so every core has them. `Switchover Profile` chooses whose defaults and ranges hold where nothing is set.
 */

import { PASSWORD_PARAMETERS } from './password-policy.ts'

/** `tandem`: found out within a second or two. `seed`: the defaults and ranges of the systems that these names come from. */
export type ParameterProfile = 'tandem' | 'seed'

/** A parameter that was set. */
export interface Parameter {
  readonly value: string
}

/** What may be set, and what holds while it is not. */
export interface ParameterKind {
  readonly name: string
  readonly what: string
  readonly form: 'seconds' | 'count' | 'yes-no' | 'addresses' | 'origins' | 'choice' | 'zone' | 'words'
  /** Least and most, of `seconds` and `count`. */
  readonly ranges?: Readonly<Record<ParameterProfile, readonly [least: number, most: number]>>
  /** The words of a `choice`. */
  readonly choices?: readonly string[]
  /** What holds when it is not set; undefined: it is off. */
  readonly defaults: Readonly<Record<ParameterProfile, string | undefined>>
}

const OPUS_FOR = ['browsers', 'everybody', 'nobody'] as const

/** Who may speak Opus with the media processes; all others speak G.711. */
export type OpusFor = (typeof OPUS_FOR)[number]

const SRTP_FOR = ['refused', 'accepted', 'offered', 'anywhere'] as const

/** What is done about SRTP with keys in SDP (RFC 4568), each with what is before it: taken over TLS, offered over TLS, taken over anything. */
export type SrtpFor = (typeof SRTP_FOR)[number]

/** Twenty hosts are asked one after the other, half a second each: more would decide too late. */
const ADDRESSES_MAX = 20
/** The longest a name of a host may be (RFC 1035). */
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252})$/
/** A name of the IANA's list looks so; whether it is one, is seen where it is used: the list differs from release to release. */
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]{0,31}(\/[A-Za-z0-9_+-]{1,31}){0,2}$/
/** A pause of an hour is as good as none at all. */
const HOUR_S = 3600
/** A ping more often than this costs what it watches. */
const LEAST_S = 0.05
const PROFILE = 'Switchover Profile'
const SUPERVISION_ANNOUNCED = 'Supervision Announced'
const VOICEMAIL_TRANSFERS = 'Voicemail Transfers'
const OPUS = 'Opus'
const SRTP = 'SRTP'
const TIME_ZONE = 'Time Zone'
const NOT_READY_REASONS = 'Not-Ready Reasons'
const PAGE_SERVERS = 'Page Servers'
const RECORDING_MACHINES = 'Recording Machines'
/** Twenty machines; each stands in the policy of every page. */
const ORIGINS_MAX = 20
/** More fit into no menu. */
const WORDS_MAX = 30
/** As long as a reason may be where a status is chosen. */
const WORD_CHARS_MAX = 64

const both = <T>(value: T) => ({ tandem: value, seed: value })
const seconds = (
  name: string,
  what: string,
  defaults: ParameterKind['defaults'],
  ranges = both<readonly [number, number]>([LEAST_S, HOUR_S]),
): ParameterKind => ({ name, what, form: 'seconds', ranges, defaults })
const count = (
  name: string,
  what: string,
  defaults: ParameterKind['defaults'],
  range: readonly [number, number] = [1, 1000],
): ParameterKind => ({ name, what, form: 'count', ranges: both(range), defaults })

/** Every parameter there is, in the order in which it is listed. */
export const PARAMETERS: readonly ParameterKind[] = [
  {
    name: PROFILE,
    what: 'whose defaults and ranges hold: Tandem’s own, or those of the seeds',
    form: 'choice',
    choices: ['tandem', 'seed'],
    defaults: both('tandem'),
  },
  {
    name: 'Switchover Watched Module',
    what: 'what a module ping goes through on the primary: TS, calls from core through edge and media; IP, the log alone',
    form: 'choice',
    choices: ['TS', 'IP'],
    defaults: both('TS'),
  },
  seconds('Switchover TS Ping Delay', 'from the answer to a module ping until the next one', {
    tandem: '0.25',
    seed: '5',
  }),
  seconds(
    'Switchover TS Timeout',
    'from sending a module ping until it counts as failed',
    { tandem: '0.75', seed: '10' },
    { tandem: [0.1, 60], seed: [5, 60] },
  ),
  seconds('Switchover TS Failure Retry Delay', 'from a failed module ping until the next one', {
    tandem: '0.25',
    seed: '1',
  }),
  count('Switchover Max TS Failures', 'failed module pings in a row with which a switchover starts', both('2')),
  seconds('Switchover Unreachable Primary Ping Delay', 'between two tries to reach the host of the primary', {
    tandem: '0.5',
    seed: undefined,
  }),
  count('Switchover Unreachable Primary Ping Count', 'tries until the host of the primary counts as unreachable', {
    tandem: '3',
    seed: undefined,
  }),
  {
    name: 'Switchover Disable Gateway Ping',
    what: 'No or 0: the gateways of this machine decide whether it is cut off; Yes or 1: they are not asked',
    form: 'yes-no',
    defaults: both('Yes'),
  },
  {
    name: SUPERVISION_ANNOUNCED,
    what: 'Yes or 1: the parties of a conversation are shown who listens to it or coaches in it; No or 0: they are not',
    form: 'yes-no',
    defaults: both('No'),
  },
  {
    name: VOICEMAIL_TRANSFERS,
    what: 'whether calls may be transferred to the mailbox of a person or a queue',
    form: 'yes-no',
    defaults: both('Yes'),
  },
  {
    name: OPUS,
    what: 'who may speak Opus with the media processes: browsers, everybody (phones and trunks too) or nobody; who may not speaks G.711',
    form: 'choice',
    choices: OPUS_FOR,
    defaults: both('browsers'),
  },
  {
    name: SRTP,
    what: 'SRTP of phones with keys in SDP: refused; accepted from those that come over TLS; offered to them too; anywhere: accepted over UDP and TCP as well, where the keys can be read',
    form: 'choice',
    choices: SRTP_FOR,
    defaults: both('accepted'),
  },
  {
    name: 'Switchover NetTest Addresses',
    what: 'hosts that are asked whether this machine is cut off, separated by commas',
    form: 'addresses',
    defaults: both(undefined),
  },
  seconds('Switchover Notifier Ping Delay', 'from the answer to a ping over a connection until the next one', {
    tandem: '0.25',
    seed: '1',
  }),
  seconds('Switchover Notifier Ping Timeout', 'from sending such a ping until it counts as failed', {
    tandem: '0.75',
    seed: '10',
  }),
  count('Switchover Notifier Ping Retries', 'further tries until network and connections are judged', both('2')),
  count('Switchover Reconnect Attempts', 'tries to reach the primary anew until it counts as gone', {
    tandem: '10',
    seed: '10',
  }),
  seconds('Switchover Reconnect Interval', 'the longest that reconnecting lasts', { tandem: '5', seed: '60' }),
  {
    name: TIME_ZONE,
    what: 'the zone in which the days and intervals of figures begin, where nobody asks for another',
    form: 'zone',
    defaults: both('UTC'),
  },
  {
    name: NOT_READY_REASONS,
    what: 'why agents may say that they are not ready, as their page offers it, separated by commas',
    form: 'words',
    defaults: both('Break, Lunch, Meeting, Training'),
  },
  {
    name: PAGE_SERVERS,
    what: 'where browsers reach the pages of each machine, such as https://node1.example:8080, separated by commas: a page whose machine is gone goes on with another',
    form: 'origins',
    defaults: both(undefined),
  },
  count(
    RECORDING_MACHINES,
    'on how many machines of a pool each recording lies: 2, or 1, on that alone which stored it',
    both('2'),
    [1, 2],
  ),
  ...PASSWORD_PARAMETERS.map(
    ({ name, what, form, range, holds }): ParameterKind => ({
      ...{ name, what, form, ranges: both(range), defaults: both(holds) },
    }),
  ),
]

/** The parameter of that name; undefined when there is none. */
export function parameterKind(name: string): ParameterKind | undefined {
  return PARAMETERS.find((kind) => kind.name === name)
}

/** Whose defaults and ranges hold. */
export function profileOf(parameters: ReadonlyMap<string, Parameter>): ParameterProfile {
  return parameters.get(PROFILE)?.value === 'seed' ? 'seed' : 'tandem'
}

/** What holds for a parameter: what was set, else the profile's default; undefined when it is off. */
export function parameterValue(parameters: ReadonlyMap<string, Parameter>, kind: ParameterKind): string | undefined {
  return parameters.get(kind.name)?.value ?? kind.defaults[profileOf(parameters)]
}

/** Whether the parties of a conversation are shown who listens to it or coaches in it. */
export function isSupervisionAnnounced(parameters: ReadonlyMap<string, Parameter>): boolean {
  return /^(yes|1)$/i.test(parameters.get(SUPERVISION_ANNOUNCED)?.value ?? 'No')
}

/** Whether who leads a call may leave it to a mailbox (VML-02). */
export function allowsVoicemailTransfers(parameters: ReadonlyMap<string, Parameter>): boolean {
  return !/^(no|0)$/i.test(parameters.get(VOICEMAIL_TRANSFERS)?.value ?? 'Yes')
}

/** Who may speak Opus. */
export function opusFor(parameters: ReadonlyMap<string, Parameter>): OpusFor {
  const value = parameters.get(OPUS)?.value
  return OPUS_FOR.find((one) => one === value) ?? 'browsers'
}

/** What is done about SRTP of phones. */
export function srtpFor(parameters: ReadonlyMap<string, Parameter>): SrtpFor {
  const value = parameters.get(SRTP)?.value
  return SRTP_FOR.find((one) => one === value) ?? 'accepted'
}

/** The centre's time zone. */
export function timeZoneOf(parameters: ReadonlyMap<string, Parameter>): string {
  return parameters.get(TIME_ZONE)?.value ?? 'UTC'
}

/** Why agents may say that they are not ready. */
export function notReadyReasonsOf(parameters: ReadonlyMap<string, Parameter>): readonly string[] {
  const kind = parameterKind(NOT_READY_REASONS)
  return partsIn((kind && parameterValue(parameters, kind)) ?? '')
}

/** Where browsers reach the machines of the pool; none unless it is set. */
export function pageServersOf(parameters: ReadonlyMap<string, Parameter>): readonly string[] {
  return partsIn(parameters.get(PAGE_SERVERS)?.value ?? '')
}

/** On how many machines of a pool each recording shall lie. */
export function recordingMachinesOf(parameters: ReadonlyMap<string, Parameter>): number {
  return Number(parameters.get(RECORDING_MACHINES)?.value ?? 2)
}

/** What is wrong with a value under the profile, in words that carry the range; undefined when nothing is. */
export function parameterFault(kind: ParameterKind, value: string, profile: ParameterProfile): string | undefined {
  const wanted = rangeInWords(kind, profile)
  return fits(kind, value, profile) ? undefined : `is "${value}"; it takes ${wanted}`
}

/** What a parameter takes, in words. */
export function rangeInWords({ form, ranges, choices }: ParameterKind, profile: ParameterProfile): string {
  const [least, most] = ranges?.[profile] ?? [0, 0]
  switch (form) {
    case 'seconds':
      return `${least} to ${most} seconds`
    case 'count':
      return `whole numbers from ${least} to ${most}`
    case 'yes-no':
      return 'Yes, No, 1 or 0'
    case 'choice':
      return (choices ?? []).join(' or ')
    case 'zone':
      return 'the name of a time zone, such as Europe/Berlin or UTC'
    case 'words':
      return `up to ${WORDS_MAX} words or phrases of up to ${WORD_CHARS_MAX} characters, separated by commas`
    case 'origins':
      return `up to ${ORIGINS_MAX} addresses such as https://node1.example:8080, with no path, separated by commas`
    case 'addresses':
      return `up to ${ADDRESSES_MAX} names or addresses of hosts, separated by commas`
  }
}

function fits({ form, ranges, choices }: ParameterKind, value: string, profile: ParameterProfile): boolean {
  const [least, most] = ranges?.[profile] ?? [0, 0]
  switch (form) {
    case 'seconds':
      return /^\d{1,4}(\.\d{1,3})?$/.test(value) && Number(value) >= least && Number(value) <= most
    case 'count':
      return /^\d{1,4}$/.test(value) && Number(value) >= least && Number(value) <= most
    case 'yes-no':
      return /^(yes|no|0|1)$/i.test(value)
    case 'choice':
      return (choices ?? []).includes(value)
    case 'zone':
      return ZONE.test(value)
    case 'words': {
      const words = partsIn(value)
      return words.length <= WORDS_MAX && words.every((word) => word.length <= WORD_CHARS_MAX)
    }
    case 'origins': {
      const origins = partsIn(value)
      return origins.length > 0 && origins.length <= ORIGINS_MAX && origins.every(isOrigin)
    }
    case 'addresses': {
      const hosts = addressesIn(value)
      return hosts.length > 0 && hosts.length <= ADDRESSES_MAX && hosts.every((host) => HOST.test(host))
    }
  }
}

/** As a browser writes it (RFC 6454 6.1): in a header it is compared letter by letter. */
function isOrigin(value: string): boolean {
  return /^https?:\/\/[a-z0-9.:[\]-]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value
}

/** The hosts of a list that commas separate. */
export function addressesIn(value: string): readonly string[] {
  return partsIn(value)
}

function partsIn(value: string): readonly string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
