import { Button, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { InteractionView, Session } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { type Deed, deedsOf } from '../../models/own-work.ts'
import { Dot } from '../../ui/dot.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { STATE_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './work-panel.module.css'

/** One piece of work, large: who and whence, what may be done, and what its medium needs between. */
export function WorkPanel(props: {
  work: InteractionView
  session: Session
  onFailure: (words: string) => void
  children: ReactNode
}) {
  const { t } = useWords()
  const { work, session, onFailure } = props
  const [busy, setBusy] = useState<Deed | undefined>()
  const act = async (deed: Deed, body?: object): Promise<void> => {
    setBusy(deed)
    try {
      await new ApiClient(session.token).act(work.id, deed, body)
    } catch (problem) {
      onFailure(t('desk.failed', { detail: problem instanceof ApiProblem ? problem.message : '' }))
    } finally {
      setBusy(undefined)
    }
  }
  const deeds = deedsOf(work)
  return (
    <div className={styles['panel']} data-open={work.id}>
      <p className={styles['state']}>
        <Dot tone={STATE_TONES[work.state]} /> {t(`state.${work.state}`)} <Elapsed since={work.since} />
        {work.queue && <> · {t('desk.queue', { queue: work.queue })}</>}
      </p>
      {props.children}
      <div className={styles['deeds']}>
        {deeds
          .filter((deed) => deed !== 'transfer')
          .map((deed) => (
            <Button
              key={deed}
              variant={deed === 'accept' || deed === 'wrap-up' ? 'filled' : 'default'}
              loading={busy === deed}
              data-deed={deed}
              onClick={() => void act(deed, deed === 'wrap-up' ? {} : undefined)}
            >
              {t(`desk.do-${deed}`)}
            </Button>
          ))}
        {deeds.includes('transfer') && (
          <Transfer isBusy={busy === 'transfer'} onTransfer={(to) => act('transfer', { to })} />
        )}
      </div>
    </div>
  )
}

function Transfer({ isBusy, onTransfer }: { isBusy: boolean; onTransfer: (to: string) => Promise<void> }) {
  const { t } = useWords()
  const [to, setTo] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (to.trim() !== '') void onTransfer(to.trim())
  }
  return (
    <form className={styles['transfer']} onSubmit={submit}>
      <TextInput
        aria-label={t('desk.to')}
        placeholder={t('desk.to')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={isBusy} data-deed="transfer">
        {t('desk.do-transfer')}
      </Button>
    </form>
  )
}
