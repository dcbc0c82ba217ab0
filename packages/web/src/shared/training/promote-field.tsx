interface PromoteFieldProps {
  checked: boolean;
  onChange(checked: boolean): void;
}

/** Whether what a training makes may go into production by itself. */
export function PromoteField({ checked, onChange }: PromoteFieldProps) {
  return (
    <label className="flex items-center gap-3">
      <input
        type="checkbox"
        className="size-4.5 accent-(--accent)"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      Promote the model if it does better than the one in production
    </label>
  );
}
