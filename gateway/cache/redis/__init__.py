"""The store that several gateways share: in Redis, by aiocache."""
