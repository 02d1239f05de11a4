"""The contract between loading and sources: `Fetch`, from `Batch` to `Answers`."""
