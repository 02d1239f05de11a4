"""What operators see of the gateway: health, metrics, traces and logs. Nothing in them is personal."""
