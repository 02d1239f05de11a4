"""Classes that lean on those who lean on them, looked up when they are first needed."""


def customer() -> type:
    """The class of customers."""
    from gateway.resolvers.customer import Customer  # noqa: PLC0415  # a back edge

    return Customer
