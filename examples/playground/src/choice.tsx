import { useId, type ReactNode } from "react";

interface ChoiceProps<Value extends string> {
  readonly name: string;
  readonly legend: string;
  readonly hint?: string;
  readonly options: ReadonlyArray<{ readonly value: Value; readonly text: string; readonly lang?: string }>;
  readonly value: Value;
  readonly isDisabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** One of a few: radio buttons that look like one switch. */
export function Choice<Value extends string>(props: ChoiceProps<Value>): ReactNode {
  const { name, legend, hint, options, value, isDisabled = false, onChange } = props;
  const id = useId();
  return (
    <fieldset className="choice" data-name={name} disabled={isDisabled}>
      <legend>
        {legend}
        {hint !== undefined && <span className="hint"> {hint}</span>}
      </legend>
      <div className="choice-options">
        {options.map((option) => (
          <label key={option.value} lang={option.lang}>
            <input
              type="radio"
              name={`${id}${name}`}
              value={option.value}
              checked={option.value === value}
              onChange={() => {
                onChange(option.value);
              }}
            />
            <span>{option.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
