import { NativeSelect } from '@mantine/core'
import type { Softphone } from '../../models/softphone.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'

/** Which microphone, and where the browser lets one choose, which loudspeaker. */
export function DeviceChoice({ phone }: { phone: Softphone }) {
  const { t } = useWords()
  const { inputs, outputs, input, output } = useStore(phone.state).devices
  const standard = { value: '', label: t('softphone.standard') }
  const options = (devices: typeof inputs) => [standard, ...devices.map(({ id, name }) => ({ value: id, label: name }))]
  return (
    <>
      <NativeSelect
        label={t('softphone.microphone')}
        data={options(inputs)}
        value={inputs.some(({ id }) => id === input) ? input : ''}
        onChange={({ currentTarget }) => phone.chooseInput(currentTarget.value)}
      />
      {outputs.length > 0 && (
        <NativeSelect
          label={t('softphone.loudspeaker')}
          data={options(outputs)}
          value={outputs.some(({ id }) => id === output) ? output : ''}
          onChange={({ currentTarget }) => phone.chooseOutput(currentTarget.value)}
        />
      )}
    </>
  )
}
