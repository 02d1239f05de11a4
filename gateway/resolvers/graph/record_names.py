"""Records of the rooms above, as "module:Class": relations to them import nothing."""

ACCOUNT_PERSON = "gateway.resolvers.account.core:AccountPerson"
BILLING_ACCOUNT = "gateway.resolvers.customer360.account:BillingAccount"
CUSTOMER = "gateway.resolvers.customer360.customer:Customer"
INTERACTION = "gateway.resolvers.contact.interactions:Interaction"
