import { Slider } from 'radix-ui';

interface EpochSliderProps {
  epochs: number[];
  /** Index into `epochs`. */
  at: number;
  /** Null: the newest, also when further ones come. */
  onAt(at: number | null): void;
}

/** Moves through what a training drew epoch by epoch; nothing where there is only one. */
export function EpochSlider({ epochs, at, onAt }: EpochSliderProps) {
  const last = epochs.length - 1;
  if (last < 1) return null;
  const title = `Epoch ${epochs[at]}`;
  return (
    <>
      <span className="w-24 shrink-0 text-sm font-semibold tabular-nums">{title}</span>
      <Slider.Root
        min={0}
        max={last}
        value={[at]}
        onValueChange={([value = last]) => onAt(value === last ? null : value)}
        className="relative flex h-5 max-w-md min-w-40 flex-1 touch-none items-center"
      >
        <Slider.Track className="relative h-1 grow rounded-full bg-line">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-label="Epoch"
          aria-valuetext={title}
          className="block size-4.5 rounded-full border-2 border-accent bg-canvas"
        />
      </Slider.Root>
    </>
  );
}
