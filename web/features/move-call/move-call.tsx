import { Button, Radio } from '@mantine/core'
import { type KeyboardEvent, useId, useMemo, useState } from 'react'
import type { InteractionView } from '#api/contract'
import type { Board } from '../../models/board.ts'
import { MOVE_PLACES, type MovePlace, type MoveTarget, movableAs, moveRequest, moveTargets } from '../../models/move.ts'
import { ChangeDialog } from '../../ui/change-dialog.tsx'
import { Dot } from '../../ui/dot.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './move-call.module.css'

/** A button that moves the call, while it waits or talks. */
export function MoveCall({ call, board, token }: { call: InteractionView | undefined; board: Board; token: string }) {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  const expects = call && movableAs(call)
  if (!call || expects === undefined) return null
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {t('move.title')}
      </Button>
      {isOpen && <MoveDialog key={call.id} {...{ call, board, token, expects }} onClose={() => setOpen(false)} />}
    </>
  )
}

function MoveDialog(props: {
  call: InteractionView
  board: Board
  token: string
  /** What the call did when the dialog was opened. */
  expects: 'waiting' | 'talking'
  onClose: () => void
}) {
  const { call, board, token, onClose } = props
  const { t } = useWords()
  const [expects] = useState(props.expects)
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<Pick<MoveTarget, 'type' | 'name' | 'title'> | undefined>()
  const [place, setPlace] = useState<MovePlace>('kept')
  return (
    <ChangeDialog
      title={t('move.title')}
      path="move"
      {...{ call, token, onClose }}
      label={chosen ? t('move.do', { to: chosen.title }) : t('move.choose')}
      change={chosen && ((note) => moveRequest(chosen, { place, note, expects }))}
      mark={{ 'data-move': expects }}
    >
      <p className={styles['lead']}>{t(`move.${expects}`, { from: call.from || t('calls.unknown') })}</p>
      <Targets {...{ board, call, search, chosen }} onSearch={setSearch} onChoose={setChosen} />
      {chosen?.type === 'queue' && (
        <Radio.Group label={t('move.place')} value={place} onChange={(value) => setPlace(value as MovePlace)}>
          {MOVE_PLACES.map((one) => (
            <Radio key={one} value={one} label={t(`move.${one}`)} mt={6} />
          ))}
        </Radio.Group>
      )}
    </ChangeDialog>
  )
}

/** Queues and agents, found by name; the arrow keys choose. */
function Targets(props: {
  board: Board
  call: InteractionView
  search: string
  chosen: Pick<MoveTarget, 'type' | 'name'> | undefined
  onSearch: (search: string) => void
  onChoose: (target: MoveTarget | undefined) => void
}) {
  const { board, call, search, chosen, onSearch, onChoose } = props
  const { t } = useWords()
  const id = useId()
  const targets = useMemo(() => moveTargets(board, call, search), [board, call, search])
  const at = targets.findIndex((one) => one.type === chosen?.type && one.name === chosen.name)
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const next = targets[Math.max(0, Math.min(targets.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))]
    onChoose(next)
    document.getElementById(`${id}-${targets.indexOf(next!)}`)?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <>
      <input
        className={styles['search']}
        role="combobox"
        aria-label={t('move.search')}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        data-autofocus
        placeholder={t('move.search')}
        value={search}
        onChange={(event) => {
          onSearch(event.currentTarget.value)
          onChoose(undefined)
        }}
        onKeyDown={press}
      />
      <div id={`${id}-list`} role="listbox" aria-label={t('move.search')} className={styles['list']}>
        {targets.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field that has the focus.
          <div
            key={`${one.type} ${one.name}`}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            data-target={one.name}
            className={styles['row']}
            onClick={() => onChoose(one)}
          >
            <Target target={one} />
          </div>
        ))}
      </div>
      {targets.length === 0 && <p role="status">{t('give.none', { search })}</p>}
    </>
  )
}

function Target({ target }: { target: MoveTarget }) {
  const { t } = useWords()
  if (target.type === 'queue') {
    const { waiting, agents } = target.queue
    return (
      <>
        <span className={styles['name']}>{target.title}</span>
        <span className={styles['more']}>{t('give.waiting', { count: waiting, ready: agents.ready ?? 0 })}</span>
      </>
    )
  }
  const { status, reason } = target.agent
  return (
    <>
      <Dot tone={STATUS_TONES[status]} />
      <span className={styles['name']}>{target.title}</span>
      <span className={styles['more']}>{reason ?? t(`status.${status}`)}</span>
    </>
  )
}
