/** Which folders under `src/` exist, and who may import whom: the one table that ARCHITECTURE.md prints and layers.test.ts holds. */

/** One layer of the house. */
export interface Layer {
  /** The folder under `src/`; `web` stands beside it. */
  readonly name: string
  /** Whether its doors are its sub-folders' (`#kernel/queue`) or its own (`#base`). */
  readonly doors: 'own' | 'sub-folders'
  /** Layers (`base`) or single folders (`kernel/flow`) that it may import, besides what its own exception says. */
  readonly mayImport: readonly string[]
  /** Sub-folders whose rule differs from their layer's. */
  readonly exceptions?: Readonly<Record<string, readonly string[]>>
  /** Sub-folders of the layer may import each other (never in a ring). */
  readonly siblings: boolean
  /** Neither I/O nor clock, random number, Buffer or async in it. */
  readonly pure: boolean
  /** What is deliberately absent, in words. */
  readonly invariant: string
}

export const LAYERS: readonly Layer[] = [
  {
    name: 'base',
    doors: 'own',
    mayImport: [],
    siblings: false,
    pure: false,
    invariant: 'no words of telephony',
  },
  {
    name: 'protocols',
    doors: 'sub-folders',
    mayImport: ['base'],
    siblings: true,
    pure: false,
    invariant: 'nothing of Tandem: could be published alone; each protocol imports only those under it',
  },
  {
    name: 'kernel',
    doors: 'sub-folders',
    mayImport: ['base'],
    siblings: true,
    pure: true,
    invariant: 'no I/O, clock, random number, `Buffer` or `async`: runs in a browser',
  },
  {
    name: 'sizing',
    doors: 'own',
    mayImport: ['base'],
    siblings: false,
    pure: true,
    invariant: 'no I/O, clock, random number, `Buffer` or `async`: runs in a browser',
  },
  {
    name: 'seams',
    doors: 'sub-folders',
    mayImport: ['base'],
    siblings: true,
    pure: false,
    invariant: 'an event is bytes with a sequence and a term; no seam knows a queue',
  },
  {
    name: 'engines',
    doors: 'sub-folders',
    mayImport: ['base', 'protocols', 'seams'],
    exceptions: { switchover: ['base', 'seams'], journal: ['base', 'seams', 'kernel'], 'what-if': ['base', 'kernel'] },
    siblings: false,
    pure: false,
    invariant:
      'edge, media and sequencer never see the kernel: media outlives control. Switchover sees neither kernel nor protocols. Only the journal turns events into rows. What-if plays the kernel and touches nothing that runs',
  },
  {
    name: 'adapters',
    doors: 'sub-folders',
    mayImport: ['base', 'protocols', 'kernel', 'seams'],
    siblings: false,
    pure: false,
    invariant: 'no adapter imports another; no adapter decides',
  },
  {
    name: 'api',
    doors: 'sub-folders',
    mayImport: ['base', 'kernel', 'seams'],
    exceptions: { contract: ['base', 'kernel'], client: ['api/contract'] },
    siblings: true,
    pure: false,
    invariant: '`api/contract` is types and schemas that both ends share',
  },
  {
    name: 'roles',
    doors: 'own',
    mayImport: ['base', 'protocols', 'kernel', 'sizing', 'seams', 'engines', 'adapters', 'api'],
    siblings: false,
    pure: false,
    invariant: 'no `if` about the business: only construction, order of start and stop',
  },
  {
    name: 'cli',
    doors: 'own',
    mayImport: ['base', 'roles', 'sizing', 'api/contract'],
    siblings: false,
    pure: false,
    invariant: 'one file a command',
  },
]

/** What the browser's side may see of the server's. */
export const WEB_MAY_IMPORT: readonly string[] = ['api/contract', 'kernel/flow', 'kernel/permission', 'kernel/sms']

/** The layer of that name; undefined for a folder that the house does not know. */
export function layerOf(name: string): Layer | undefined {
  return LAYERS.find((layer) => layer.name === name)
}

/** The folder with a door that a file under `src/` belongs to: `base` for `base/clock.ts`, `kernel/queue` for `kernel/queue/queue.ts`. */
export function doorFolder(pathUnderSrc: string): string {
  const [top = '', second = ''] = pathUnderSrc.split('/')
  return layerOf(top)?.doors === 'sub-folders' ? `${top}/${second}` : top
}

/** Why a folder may not import another, or undefined if it may. */
export function whyForbidden(from: string, to: string): string | undefined {
  if (from === to) return undefined
  const [fromTop = '', fromSub = ''] = from.split('/')
  const [toTop = ''] = to.split('/')
  const layer = layerOf(fromTop)
  if (!layer) return `src/${fromTop} is not a layer of test/tidy/layers.ts`
  if (fromTop === toTop) return layer.siblings ? undefined : `folders of ${fromTop} do not import each other`
  const may = layer.exceptions?.[fromSub] ?? layer.mayImport
  return may.includes(toTop) || may.includes(to) ? undefined : `${from} may import ${may.join(', ') || 'nothing'}`
}

/** The table as ARCHITECTURE.md shows it. */
export function layersAsMarkdown(): string {
  const rows = LAYERS.flatMap((layer) => [
    `| \`${layer.name}\` | ${wordsFor(layer.mayImport, layer)} | ${layer.invariant} |`,
    ...Object.entries(layer.exceptions ?? {}).map(
      ([folder, may]) => `| \`${layer.name}/${folder}\` | ${wordsFor(may, layer)} | |`,
    ),
  ])
  const web = `| \`web\` | ${WEB_MAY_IMPORT.map((folder) => `\`#${folder}\``).join(', ')} | no copy of a server type |`
  return ['| layer | may import | invariant |', '| --- | --- | --- |', ...rows, web].join('\n')
}

function wordsFor(may: readonly string[], layer: Layer): string {
  const own = layer.siblings ? ', its own siblings' : ''
  return `${may.join(', ') || 'nothing'}${own}`
}
