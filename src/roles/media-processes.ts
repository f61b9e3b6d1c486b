import { isShared } from './pool.ts'
import type { CommonOptions, ControlAddress, MediaOptions } from './role-options.ts'
import type { Settings } from './settings.ts'

/** The names of this machine's media processes, as their files in `run` and `log` begin: `media`, `media2`, `media3` … */
export function mediaNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? 'media' : `media${index + 1}`))
}

interface PortRange {
  readonly first: number
  readonly last: number
}

/** The part of the RTP ports that each process gets: as many each, from an even one on, since RTP and RTCP go in pairs. */
export function splitPorts({ first, last }: PortRange, count: number): readonly PortRange[] {
  const even = first + (first % 2)
  const each = 2 * Math.floor((last - even + 1) / 2 / count)
  return Array.from({ length: count }, (_, index) => ({
    first: even + index * each,
    last: index === count - 1 ? last : even + (index + 1) * each - 1,
  }))
}

/** What each media process of this machine is started with. */
export function mediaOptions(
  settings: Settings,
  advertised: string,
  controls: readonly ControlAddress[],
  common: (process: string) => CommonOptions,
): readonly { readonly name: string; readonly options: MediaOptions }[] {
  const names = mediaNames(settings.mediaProcesses)
  const ports = splitPorts(settings.rtpPorts, names.length)
  const nameOf = (process: string): string => `${settings.node}-${process}`
  return names.map((name, index) => ({
    name,
    options: {
      ...common(name),
      name: nameOf(name),
      siblings: names.filter((other) => other !== name).map(nameOf),
      listen: settings.listen,
      advertised,
      rtpPorts: ports[index]!,
      control: controls[index]!,
      ...(isShared(settings) && { shared: true }),
      ...(settings.mediaPoints !== undefined && { points: settings.mediaPoints }),
    },
  }))
}
