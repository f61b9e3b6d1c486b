import { Button, Checkbox, Group, NumberInput, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { Question } from '../../ui/question.tsx'
import { useWords } from '../../ui/translations/use-words.ts'

const TARGETS = ['core', 'edge', 'media', 'archive'] as const
/** As many as the API takes. */
const CALLS_MAX = 50

/** The failure drill: kills a process of this installation under test calls, after a question that says so (promise 18). */
export function DrillButton(props: { token: string; running: boolean; onDone: (words: string) => void }) {
  const { t } = useWords()
  const [asks, setAsks] = useState(false)
  return (
    <>
      <Button size="xs" variant="default" disabled={props.running} onClick={() => setAsks(true)}>
        {t(props.running ? 'pool.drillRuns' : 'pool.drill')}
      </Button>
      <Question opened={asks} onClose={() => setAsks(false)} title={t('pool.drillTitle')}>
        <DrillForm {...props} onClose={() => setAsks(false)} />
      </Question>
    </>
  )
}

function DrillForm(props: { token: string; onDone: (words: string) => void; onClose: () => void }) {
  const { token, onDone, onClose } = props
  const { t } = useWords()
  const [kill, setKill] = useState<string>('core')
  const [calls, setCalls] = useState<number | string>(3)
  const [force, setForce] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const start = async (): Promise<void> => {
    setBusy(true)
    try {
      await new ApiClient(token).send('POST', '/drills', { kill, calls: Number(calls), force })
      onClose()
      onDone(t('pool.drillAsked'))
    } catch (error) {
      setProblem(t('pool.refused', { detail: error instanceof ApiProblem ? error.message : '' }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Stack gap="md">
      <Text size="sm">{t('pool.drillAsks')}</Text>
      <Radio.Group label={t('pool.drillKills')} value={kill} onChange={setKill}>
        <Group mt="xs">
          {TARGETS.map((target) => (
            <Radio key={target} value={target} label={t(`poolRole.${target}`)} />
          ))}
        </Group>
      </Radio.Group>
      <NumberInput
        label={t('pool.drillCalls')}
        min={0}
        max={CALLS_MAX}
        allowDecimal={false}
        hideControls
        value={calls}
        onChange={setCalls}
      />
      <Checkbox
        label={t('pool.drillForce')}
        checked={force}
        onChange={(event) => setForce(event.currentTarget.checked)}
      />
      {problem !== '' && (
        <Text size="sm" role="alert" c="var(--late)">
          {problem}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('pool.cancel')}
        </Button>
        <Button color="red.9" loading={busy} onClick={start}>
          {t('pool.drillDo')}
        </Button>
      </Group>
    </Stack>
  )
}
