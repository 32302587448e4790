import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";

interface SecretFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  /** Mask of the stored secret; an empty text when none is stored. */
  readonly stored: string;
  readonly error?: string | undefined;
  readonly onChange: (value: string) => void;
  readonly id?: string;
}

/** A secret: hidden unless its owner wants to see it, only its mask once it is stored. A stored one stays unless it is replaced. */
export const SecretField = ({ label, description = "", value, stored, error = "", onChange, id }: SecretFieldProps) => {
  const [isShown, setShown] = useState(false);
  const isStored = stored !== "" && value === stored;
  return (
    <FormField
      label={label}
      description={description}
      errorText={error}
      constraintText={isStored ? "Stored. It stays as it is unless you replace it." : ""}
    >
      <div className="secret">
        <Input
          {...(id === undefined ? {} : { controlId: id })}
          value={value}
          type={isStored || isShown ? "text" : "password"}
          readOnly={isStored}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => onChange(detail.value)}
        />
        {!isStored && value !== "" && (
          <Button
            formAction="none"
            iconName={isShown ? "lock-private" : "unlocked"}
            variant="icon"
            onClick={() => setShown(!isShown)}
            ariaLabel={`${isShown ? "Hide" : "Show"} ${label.toLowerCase()}`}
          />
        )}
        {isStored && (
          <Button formAction="none" onClick={() => onChange("")} ariaLabel={`Replace ${label.toLowerCase()}`}>
            Replace
          </Button>
        )}
        {stored !== "" && !isStored && (
          <Button formAction="none" onClick={() => onChange(stored)} ariaLabel={`Keep stored ${label.toLowerCase()}`}>
            Keep stored
          </Button>
        )}
      </div>
    </FormField>
  );
};
