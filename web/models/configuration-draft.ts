import { Store } from './store.ts'

/** One object that shall be set, or removed (`value` absent). */
export interface DraftChange {
  readonly kind: string
  readonly name: string
  readonly value?: Readonly<Record<string, unknown>>
}

/** A draft at one moment. */
interface DraftStep {
  /** The version that the author saw when the draft began. */
  readonly basedOn: number
  readonly changes: readonly DraftChange[]
}

/** What an administrator has changed and not published yet. */
export interface DraftState extends DraftStep {
  /** What it was before each step, with the version that was seen then; the last is gone back to first. */
  readonly past: readonly DraftStep[]
}

/** More steps back nobody remembers. */
const PAST_MAX = 100

const KEY = 'tandem.configuration-draft'

const EMPTY: DraftState = { basedOn: 0, changes: [], past: [] }

/** The draft of one author, kept through reloads; nothing of it is published until the author says so. */
export class ConfigurationDraft extends Store<DraftState> {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly #key: string
  /** The field that the last step changed: typing on in it is the same step. */
  #typedIn: string | undefined

  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, user: string) {
    const key = `${KEY}.${user}`
    super(read(storage.getItem(key)))
    this.#storage = storage
    this.#key = key
  }

  /** Sets an object, or removes it when there is no value. A draft begins at the version that is seen then. */
  put(change: DraftChange, version: number): void {
    const state = this.get()
    const { changes, basedOn } = state
    const before = changes.find((one) => isSame(one, change))
    const field = before && fieldOf(before, change)
    const next = [...changes.filter((one) => one !== before), change]
    if (field !== undefined && field === this.#typedIn) this.#keep({ ...state, changes: next })
    else this.#step(next, changes.length === 0 ? version : basedOn)
    this.#typedIn = field
  }

  /** Takes many changes over, such as those of an imported file. */
  putAll(more: readonly DraftChange[], version: number): void {
    const { changes, basedOn } = this.get()
    const others = changes.filter((one) => !more.some((change) => isSame(one, change)))
    this.#step([...others, ...more], changes.length === 0 ? version : basedOn)
  }

  /** Leaves an object as it is published. */
  drop(change: Pick<DraftChange, 'kind' | 'name'>): void {
    const { changes, basedOn } = this.get()
    this.#step(
      changes.filter((one) => !isSame(one, change)),
      basedOn,
    )
  }

  /** Keeps the own changes over what others published meanwhile: said by the author, who was told of it. */
  rebase(version: number): void {
    this.#keep({ ...this.get(), basedOn: version })
  }

  undo(): void {
    const { past } = this.get()
    const step = past.at(-1)
    this.#typedIn = undefined
    if (step) this.#keep({ ...step, past: past.slice(0, -1) })
  }

  /** Leaves everything as it is published; undone like any other step. */
  discard(): void {
    this.#step([], this.get().basedOn)
  }

  /** Nothing is left of it, not even its steps: it is published. */
  clear(): void {
    this.#keep(EMPTY)
  }

  #step(changes: readonly DraftChange[], basedOn: number): void {
    const { past, ...before } = this.get()
    this.#typedIn = undefined
    this.#keep({ basedOn, changes, past: [...past, before].slice(-PAST_MAX) })
  }

  #keep(state: DraftState): void {
    if (state.changes.length === 0 && state.past.length === 0) this.#storage.removeItem(this.#key)
    else {
      // A storage that is full must not stop the work: the draft then lives as long as the page.
      try {
        this.#storage.setItem(this.#key, JSON.stringify(state))
      } catch {}
    }
    this.set(state)
  }
}

/** An exported configuration: of each plural its objects, by name and without it. */
export type ConfigurationData = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>

/** What a list of a kind shows. */
export interface DraftedObject {
  readonly name: string
  readonly value: Readonly<Record<string, unknown>>
  /** `absent`: a name that there is, such as a setting's, with nothing set under it. */
  readonly state: 'published' | 'new' | 'changed' | 'gone' | 'absent'
}

/** What is told of a kind, as far as its list needs it. */
interface ListedKind {
  readonly kind: string
  /** What its objects may be called, where not every name will do. */
  readonly names: readonly { readonly name: string }[]
}

/** The objects of a kind as they would be, those that would be gone among them, in the order of their names. */
export function draftedObjects(
  published: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  changes: readonly DraftChange[],
  { kind, names }: ListedKind,
): readonly DraftedObject[] {
  const objects = new Map<string, DraftedObject>([
    ...names.map(({ name }) => [name, { name, value: {}, state: 'absent' }] as const),
    ...Object.entries(published).map(([name, value]) => [name, { name, value, state: 'published' }] as const),
  ])
  for (const change of changes.filter((one) => one.kind === kind)) {
    const before = objects.get(change.name)
    const isThere = before !== undefined && before.state !== 'absent'
    if (change.value) {
      objects.set(change.name, { name: change.name, value: change.value, state: isThere ? 'changed' : 'new' })
    } else if (isThere) objects.set(change.name, { ...before, state: 'gone' })
  }
  return [...objects.values()].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}

/** The objects that have the words in their name or anywhere in what they are. */
export function foundObjects(objects: readonly DraftedObject[], words: string): readonly DraftedObject[] {
  const sought = words.trim().toLowerCase()
  return objects.filter(({ name, value }) => `${name} ${JSON.stringify(value)}`.toLowerCase().includes(sought))
}

/** The one field in which a change differs from what it was, with its object; undefined when it is more or less than one. */
function fieldOf(before: DraftChange, after: DraftChange): string | undefined {
  const [old, young] = [before.value ?? {}, after.value ?? {}]
  const keys = new Set([...Object.keys(old), ...Object.keys(young)])
  const differing = [...keys].filter((key) => old[key] !== young[key])
  return differing.length === 1 ? `${after.kind} ${after.name} ${differing[0]}` : undefined
}

function isSame(one: Pick<DraftChange, 'kind' | 'name'>, other: Pick<DraftChange, 'kind' | 'name'>): boolean {
  return one.kind === other.kind && one.name === other.name
}

function read(text: string | null): DraftState {
  try {
    const found = JSON.parse(text ?? 'null') as DraftState | null
    const isSound = found && Array.isArray(found.changes) && Array.isArray(found.past) && found.past.every(isStep)
    return isSound ? found : EMPTY
  } catch {
    return EMPTY
  }
}

function isStep(one: DraftStep | null): boolean {
  return Array.isArray(one?.changes)
}
