import {
  callBandwidth,
  concurrentCalls,
  desktopServersFor,
  mediaPoints,
  mediaServersFor,
  RECORDING_BITS,
  REFERENCE_PATTERN,
  recordingBytes,
  serversFor,
} from '#sizing'
import type { SizeTopic } from './size-words.ts'

/** Concurrent calls and calls of the busy hour, from rate and times. */
export const calls: SizeTopic = {
  summary: 'calls at once and in the busy hour, from their rate and times (Little’s law)',
  options: {
    'calls-per-second': { meaning: 'calls that come in a second at the peak' },
    qualification: { meaning: 'seconds in menus', fallback: REFERENCE_PATTERN.qualificationMs / 1000 },
    queued: { meaning: 'percent of the calls that wait in a queue', fallback: REFERENCE_PATTERN.queuedPercent },
    queue: { meaning: 'seconds that those wait', fallback: REFERENCE_PATTERN.queueMs / 1000 },
    talk: { meaning: 'seconds with an agent', fallback: REFERENCE_PATTERN.talkMs / 1000 },
  },
  calculate(words) {
    const figures = concurrentCalls({
      callsPerSecond: words.number('calls-per-second'),
      qualificationMs: words.number('qualification') * 1000,
      queuedPercent: words.number('queued'),
      queueMs: words.number('queue') * 1000,
      talkMs: words.number('talk') * 1000,
    })
    return {
      lines: [
        `a call lasts    ${figures.callMs / 1000} s`,
        `at once         ${figures.concurrent.toFixed(1)}`,
        `in a busy hour  ${Math.round(figures.busyHourCalls)}`,
      ],
      figures: { ...figures },
    }
  },
}

/** Servers of the reference hardware for a peak of calls. */
export const servers: SizeTopic = {
  summary: 'application servers for a peak of calls, and desktop servers for desks',
  options: {
    calls: { meaning: 'calls at once at the peak' },
    platform: {
      meaning: 'physical (70 calls each) or virtual (50)',
      fallback: 'virtual',
      choices: ['physical', 'virtual'],
    },
    'high-availability': { meaning: 'yes: one server more than needed', fallback: 'yes', choices: ['yes', 'no'] },
    desks: { meaning: 'agents at desks, 1000 to a desktop server', fallback: 0 },
  },
  calculate(words) {
    const spare = words.choice('high-availability', ['yes', 'no']) === 'yes'
    const needed = serversFor(words.number('calls'), words.choice('platform', ['physical', 'virtual']), spare)
    const desktopServers = desktopServersFor(words.number('desks'), spare && words.number('desks') > 0)
    return {
      lines: [`servers          ${needed}`, ...(desktopServers > 0 ? [`desktop servers  ${desktopServers}`] : [])],
      figures: { servers: needed, desktopServers },
    }
  },
}

/** Media points and the servers that have them. */
export const media: SizeTopic = {
  summary: 'media points and media servers: a call 1 point, its transcription ½ more',
  options: {
    calls: { meaning: 'calls at once' },
    transcribed: { meaning: 'how many of them are transcribed', fallback: 0 },
  },
  calculate(words) {
    const points = mediaPoints({ calls: words.number('calls'), transcribed: words.number('transcribed') })
    const [small, medium, large] = (['small', 'medium', 'large'] as const).map((kind) => mediaServersFor(points, kind))
    return {
      lines: [
        `points         ${points}`,
        `media servers  ${small} small, ${medium} medium or ${large} large, one of them spare`,
      ],
      figures: { points, small, medium, large },
    }
  },
}

/** What recordings take on disk. */
export const storage: SizeTopic = {
  summary: 'disk space of recordings',
  options: {
    recordings: { meaning: 'recordings that are kept' },
    seconds: { meaning: 'seconds that one lasts on average', fallback: REFERENCE_PATTERN.talkMs / 1000 },
    kbit: {
      meaning: 'kilobits a second of one: 16 in stereo, 8 in mono; Tandem’s own G.711 stereo has 128',
      fallback: RECORDING_BITS.stereo / 1000,
    },
  },
  calculate(words) {
    const bytes = recordingBytes({
      bitsPerSecond: words.number('kbit') * 1000,
      seconds: words.number('seconds'),
      kept: words.number('recordings'),
    })
    return { lines: [`disk  ${bytes} bytes (${(bytes / 1e9).toFixed(2)} GB)`], figures: { bytes } }
  },
}

/** What calls take of the network. */
export const bandwidth: SizeTopic = {
  summary: 'network bandwidth of calls, in one direction on Ethernet',
  options: {
    calls: { meaning: 'calls at once' },
    codec: { meaning: 'g711 or g729', fallback: 'g711', choices: ['g711', 'g729'] },
    packet: { meaning: 'milliseconds in one packet', fallback: 20 },
  },
  calculate(words) {
    const bits = callBandwidth(words.number('calls'), words.choice('codec', ['g711', 'g729']), words.number('packet'))
    return { lines: [`bandwidth  ${(bits / 1e6).toFixed(3)} Mbit/s each way`], figures: { bitsPerSecond: bits } }
  },
}
